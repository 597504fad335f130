//! What is kept, and for how long.
//!
//! Executions that have settled go when they are too old, too many, or when the file is too large, the oldest first;
//! never one that is starred. Workflows, versions and edits are the user's work: they only count for the size.

use std::time::Duration;

use heddle_engine::StoreError;
use rusqlite::{Connection, params};

use crate::error::Outcome;
use crate::store::Store;
use crate::{cache, executions, sql};

/// What is kept of executions that have settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Those that ended longer ago than this go.
    pub max_age: Option<Duration>,
    /// Of all executions, the newest so many stay.
    pub max_executions: Option<u64>,
    /// While more than this is in use of the file, in bytes, the oldest go.
    pub max_bytes: Option<u64>,
}

impl Default for Retention {
    /// The newest 10,000 executions, and 10 GB.
    fn default() -> Self {
        Self { max_age: None, max_executions: Some(10_000), max_bytes: Some(10 * 1024 * 1024 * 1024) }
    }
}

impl Retention {
    /// Everything stays.
    pub const KEEP_ALL: Self = Self { max_age: None, max_executions: None, max_bytes: None };
}

/// What [`Store::clean`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Executions that were deleted.
    pub executions: u64,
    /// Answers that were dropped from the cache.
    pub answers: u64,
    /// Payloads and documents nothing refers to any more.
    pub payloads: u64,
    /// By how much what is in use of the file shrank, in bytes.
    pub bytes: u64,
}

/// Most executions deleted while others wait.
const AT_ONCE: usize = 100;
/// How often the oldest are looked for because of the size. Each round deletes the share that is too much, so the rest
/// converges quickly.
const ROUNDS: u32 = 20;

/// Executions that may go.
const MAY_GO: &str = "starred = 0 AND status IN ('completed', 'failed', 'cancelled')";

impl Store {
    /// Lets go of what is not to be kept: executions, answers of the cache, texts nothing refers to; and gives the empty
    /// pages back to the file system. Others go on meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written; what was deleted before stays deleted.
    pub async fn clean(&self, retention: Retention) -> Result<Cleaned, StoreError> {
        let before = self.used_bytes().await?;
        let mut cleaned = Cleaned::default();
        let over = self.outdated(retention).await?;
        cleaned.executions += self.delete_all(over).await?;
        let now = self.now();
        cleaned.answers += self.write(0, move |session| cache::trim(session, now, cache::BUDGET)).await?;
        cleaned.payloads += self.reclaim().await?.blobs;
        if let Some(budget) = retention.max_bytes {
            self.fit(budget, &mut cleaned).await?;
        }
        cleaned.bytes = before.saturating_sub(self.used_bytes().await?);
        Ok(cleaned)
    }

    /// How many executions [`Store::clean`] would delete because of their age and number, and by how many bytes the file
    /// is too large.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn would_clean(&self, retention: Retention) -> Result<(u64, u64), StoreError> {
        let over = self.outdated(retention).await?.len() as u64;
        let used = self.used_bytes().await?;
        Ok((over, retention.max_bytes.map_or(0, |budget| used.saturating_sub(budget))))
    }

    /// Executions that are too old, or too many.
    async fn outdated(&self, retention: Retention) -> Result<Vec<i64>, StoreError> {
        let micros = |age: Duration| i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
        let oldest = retention.max_age.map(|age| self.now().as_micros().saturating_sub(micros(age)));
        self.read(move |conn| outdated(conn, oldest, retention.max_executions)).await
    }

    async fn delete_all(&self, numbers: Vec<i64>) -> Result<u64, StoreError> {
        let mut deleted = 0;
        for some in numbers.chunks(AT_ONCE) {
            let some = some.to_vec();
            deleted += self.write(0, move |conn| delete_settled(conn, &some)).await?;
        }
        Ok(deleted)
    }

    /// Deletes the oldest until what is in use fits; what the cache holds goes before any execution does.
    async fn fit(&self, budget: u64, cleaned: &mut Cleaned) -> Result<(), StoreError> {
        let mut used = self.used_bytes().await?;
        if used <= budget {
            return Ok(());
        }
        cleaned.answers += self.clear_cache().await?;
        for _ in 0..ROUNDS {
            cleaned.payloads += self.reclaim().await?.blobs;
            used = self.used_bytes().await?;
            if used <= budget {
                return Ok(());
            }
            let oldest = self.read(move |conn| share_of_oldest(conn, used - budget, used)).await?;
            if oldest.is_empty() {
                break;
            }
            cleaned.executions += self.delete_all(oldest).await?;
        }
        tracing::warn!(used, budget, "the database is larger than it should be, and nothing may be deleted any more");
        Ok(())
    }
}

fn outdated(conn: &Connection, oldest: Option<i64>, most: Option<u64>) -> Outcome<Vec<i64>> {
    let mut statement = conn.prepare(&format!(
        "SELECT n FROM executions WHERE {MAY_GO} AND (completed_at < ?1 OR (created_at, id) <= (
             SELECT created_at, id FROM executions ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET ?2))"
    ))?;
    let rows = statement.query_map(params![oldest, most.map_or(i64::MAX, sql::signed)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// As large a share of the executions that may go as `part` is of `whole`, at least one.
fn share_of_oldest(conn: &Connection, part: u64, whole: u64) -> Outcome<Vec<i64>> {
    let all =
        conn.query_row(&format!("SELECT count(*) FROM executions WHERE {MAY_GO}"), [], |row| sql::count(row, 0))?;
    let share = u128::from(all) * u128::from(part) / u128::from(whole.max(1));
    let limit = i64::try_from(share).unwrap_or(i64::MAX).max(1);
    let mut statement =
        conn.prepare(&format!("SELECT n FROM executions WHERE {MAY_GO} ORDER BY created_at, id LIMIT ?1"))?;
    let rows = statement.query_map([limit], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes those that still may go: one may have been starred meanwhile.
fn delete_settled(conn: &Connection, numbers: &[i64]) -> Outcome<u64> {
    let mut may_go = conn.prepare_cached(&format!("SELECT 1 FROM executions WHERE n = ?1 AND {MAY_GO}"))?;
    let mut deleted = 0;
    for n in numbers {
        if may_go.exists([n])? {
            executions::delete(conn, *n)?;
            deleted += 1;
        }
    }
    Ok(deleted)
}
