//! Answers of steps whose results may be used again, by a hash of everything the answer depends on.
//!
//! Nothing here is needed: whatever is missing, too old or no longer readable is worked out anew. When the answers take
//! more than the budget, those that were used longest ago go first.

use heddle_engine::{AgentAnswer, KeptAnswer, StoreError};
use heddle_model::{PayloadHash, PayloadRef, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::Outcome;
use crate::migrate::Migration;
use crate::session::Session;
use crate::store::Store;
use crate::{blobs, sql};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 5,
        sql: "CREATE TABLE cache (
                  key        BLOB    PRIMARY KEY NOT NULL,
                  hash       BLOB    NOT NULL,
                  bytes      INTEGER NOT NULL,
                  branch     TEXT,
                  sampled    INTEGER NOT NULL,
                  created_at INTEGER NOT NULL,
                  expires_at INTEGER,
                  used_at    INTEGER NOT NULL
              ) WITHOUT ROWID;
              CREATE INDEX cache_by_use ON cache (used_at);",
    },
    Migration { version: 6, sql: "ALTER TABLE cache ADD COLUMN chosen TEXT;" },
];

/// What answers may take together, as text: 256 MB. They may go over it by a sixteenth before somebody looks.
pub(crate) const BUDGET: u64 = 256 * 1024 * 1024;
/// What a row costs beside its text.
const ROW_BYTES: u64 = 200;
/// When an answer was used is noted to the minute.
const USE_MICROS: i64 = 60 * 1_000_000;

struct Kept {
    output: PayloadRef,
    branch: Option<String>,
    sampled: bool,
    chosen: Option<String>,
    created_at: i64,
    expires_at: Option<i64>,
    used_at: i64,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        output: sql::reference(row, 0)?,
        branch: row.get(2)?,
        sampled: row.get(3)?,
        created_at: row.get(4)?,
        expires_at: row.get(5)?,
        used_at: row.get(6)?,
        chosen: row.get(7)?,
    })
}

impl Store {
    /// The answer that was kept under a key, if it is still good. One from the future is not: the clock was set back,
    /// and nobody can tell how old it is.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn cached_answer(&self, key: PayloadHash) -> Result<Option<KeptAnswer>, StoreError> {
        let now = self.now().as_micros();
        let found = self.read(move |conn| {
            let kept = conn
                .prepare_cached(
                    "SELECT hash, bytes, branch, sampled, created_at, expires_at, used_at, chosen FROM cache
                     WHERE key = ?1",
                )?
                .query_row([key.0], read)
                .optional()?;
            let good = |kept: &Kept| kept.created_at <= now && kept.expires_at.is_none_or(|end| now < end);
            let Some(kept) = kept.filter(good) else { return Ok(None) };
            let Some(output) = blobs::get(conn, kept.output.hash)? else { return Ok(None) };
            let stale = now - kept.used_at >= USE_MICROS;
            let answer = AgentAnswer { output, branch: kept.branch, sampled: kept.sampled };
            Ok(Some((KeptAnswer { answer, chosen: kept.chosen }, stale)))
        });
        let Some((kept, stale)) = found.await? else { return Ok(None) };
        if stale {
            self.write(0, move |conn| {
                conn.prepare_cached("UPDATE cache SET used_at = ?2 WHERE key = ?1")?.execute(params![key.0, now])?;
                Ok(())
            })
            .await?;
        }
        Ok(Some(kept))
    }

    /// Keeps an answer under a key, in place of the one before, for so many milliseconds (None: as long as there is
    /// room).
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn keep_answer(&self, key: PayloadHash, kept: KeptAnswer, ttl_ms: Option<u64>) -> Result<(), StoreError> {
        let now = self.now();
        let expires = ttl_ms.map(|ttl| now.as_micros().saturating_add(sql::signed(ttl.saturating_mul(1000))));
        let KeptAnswer { answer: AgentAnswer { output, branch, sampled }, chosen } = kept;
        let prepared = self.prepare(vec![output.clone()]).await?;
        self.write(blobs::weight(&prepared), move |session| {
            blobs::put_all(session, &prepared)?;
            let output = output.reference();
            session
                .prepare_cached(
                    "INSERT OR REPLACE INTO cache
                        (key, hash, bytes, branch, sampled, created_at, expires_at, used_at, chosen)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?8)",
                )?
                .execute(params![
                    key.0,
                    output.hash.0,
                    sql::signed(output.bytes),
                    branch,
                    sampled,
                    now.as_micros(),
                    expires,
                    chosen
                ])?;
            if session.cached(output.bytes + ROW_BYTES) > BUDGET / 16 {
                trim(session, now, BUDGET)?;
            }
            Ok(())
        })
        .await
    }

    /// Forgets every kept answer; says how many there were. Their texts stay until [`Store::reclaim`].
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn clear_cache(&self) -> Result<u64, StoreError> {
        self.write(0, |conn| Ok(conn.execute("DELETE FROM cache", [])? as u64)).await
    }
}

/// Lets go of answers that are too old, and of those used longest ago until the rest fits the budget.
pub(crate) fn trim(session: &Session, now: Timestamp, budget: u64) -> Outcome<u64> {
    session.cached_looked();
    let mut gone = session
        .prepare_cached("DELETE FROM cache WHERE expires_at <= ?1 OR created_at > ?1")?
        .execute([now.as_micros()])? as u64;
    let mut total = total(session)?;
    let mut oldest = session.prepare_cached("SELECT key, bytes FROM cache ORDER BY used_at LIMIT 100")?;
    let mut delete = session.prepare_cached("DELETE FROM cache WHERE key = ?1")?;
    while total > budget {
        let some = oldest.query_map([], |row| Ok((row.get::<_, [u8; 32]>(0)?, sql::count(row, 1)?)))?;
        let some: Vec<_> = some.collect::<Result<_, _>>()?;
        if some.is_empty() {
            break;
        }
        for (key, bytes) in some {
            if total <= budget {
                break;
            }
            gone += delete.execute([key])? as u64;
            total = total.saturating_sub(bytes + ROW_BYTES);
        }
    }
    Ok(gone)
}

fn total(conn: &Connection) -> Outcome<u64> {
    let sums = "SELECT count(*), coalesce(sum(bytes), 0) FROM cache";
    let (rows, bytes) = conn.query_row(sums, [], |row| Ok((sql::count(row, 0)?, sql::count(row, 1)?)))?;
    Ok(rows * ROW_BYTES + bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::migrate;

    fn session() -> Session {
        let conn = Connection::open_in_memory().unwrap();
        migrate::run(&conn).unwrap();
        Session::new(conn, Arc::default())
    }

    fn put(session: &Session, key: u8, bytes: i64, times: (i64, Option<i64>, i64)) {
        let (created, expires, used) = times;
        session
            .execute(
                "INSERT INTO cache VALUES (?1, ?1, ?2, NULL, 0, ?3, ?4, ?5, NULL)",
                params![[key; 32], bytes, created, expires, used],
            )
            .unwrap();
    }

    fn left(session: &Session) -> Vec<u8> {
        let mut keys = session.prepare("SELECT key FROM cache ORDER BY key").unwrap();
        let keys = keys.query_map([], |row| Ok(row.get::<_, [u8; 32]>(0)?[0])).unwrap();
        keys.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn those_used_longest_ago_go_until_the_rest_fits() {
        let session = session();
        for (key, used) in [(1, 50), (2, 10), (3, 40), (4, 20)] {
            put(&session, key, 1000, (1, None, used));
        }
        let two = 2 * (1000 + ROW_BYTES);
        assert_eq!(trim(&session, Timestamp::from_micros(100), two).unwrap(), 2);
        assert_eq!(left(&session), [1, 3]);
        assert_eq!(trim(&session, Timestamp::from_micros(100), two).unwrap(), 0);
        assert_eq!(trim(&session, Timestamp::from_micros(100), 0).unwrap(), 2);
    }

    #[test]
    fn what_is_too_old_or_from_the_future_goes_first() {
        let session = session();
        put(&session, 1, 10, (1, Some(100), 1));
        put(&session, 2, 10, (1, Some(101), 1));
        put(&session, 3, 10, (101, None, 101));
        assert_eq!(trim(&session, Timestamp::from_micros(100), BUDGET).unwrap(), 2);
        assert_eq!(left(&session), [2]);
    }
}
