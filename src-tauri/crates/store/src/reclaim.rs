//! Giving space back: texts nothing refers to any more, and the pages they leave empty.

use std::collections::HashSet;
use std::sync::Arc;

use heddle_engine::StoreError;
use heddle_model::PayloadHash;
use rusqlite::{Connection, OptionalExtension, Rows};

use crate::error::{Fault, Outcome};
use crate::session::Session;
use crate::store::Store;
use crate::{events, sql};

/// What [`Store::reclaim`] gave back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reclaimed {
    /// Texts that were dropped.
    pub blobs: u64,
    /// What they took in the database, in bytes.
    pub bytes: u64,
}

/// Rows that refer to a text, however old they are. There are not many of them.
const BY_DOCUMENTS: &str = "
    SELECT draft FROM workflows
    UNION ALL SELECT document FROM edits
    UNION ALL SELECT document FROM versions
    UNION ALL SELECT hash FROM cache";

/// Executions, after a number, that refer to a text. What an execution put out is in its log as well.
const BY_EXECUTIONS: &str = "
    SELECT document FROM executions WHERE n > ?1
    UNION ALL SELECT input_hash FROM executions WHERE n > ?1
    UNION ALL SELECT unhex(options ->> '$.fork.input.hash') FROM executions
        WHERE n > ?1 AND options ->> '$.fork.input.hash' IS NOT NULL";

/// How events speak of a text. Within a string of theirs its quotes would be escaped.
const MARK: &str = "\"hash\":\"";

/// Most texts dropped, and most pages given back, while others wait.
const AT_ONCE: usize = 1000;

impl Store {
    /// Drops every text that no workflow, edit, version or execution refers to, and gives the empty pages back to the
    /// file system. It reads every event once (about a second for a million) while others write; they wait only for some
    /// milliseconds at a time.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written; what was dropped before stays dropped.
    pub async fn reclaim(&self) -> Result<Reclaimed, StoreError> {
        let (candidates, moment) = self.read(|conn| Ok((unreferred(conn)?, Moment::now(conn)?))).await?;
        let moment = Arc::new(moment);
        let mut reclaimed = Reclaimed::default();
        for some in candidates.chunks(AT_ONCE) {
            let (some, moment) = (some.to_vec(), Arc::clone(&moment));
            let dropped = self.write(0, move |session| drop_texts(session, &some, &moment)).await?;
            reclaimed.blobs += dropped.blobs;
            reclaimed.bytes += dropped.bytes;
        }
        self.vacuum().await?;
        Ok(reclaimed)
    }

    /// Gives empty pages back to the file system, some at a time.
    pub(crate) async fn vacuum(&self) -> Result<(), StoreError> {
        let mut before = i64::MAX;
        loop {
            let left = self.write(0, |session| {
                // A pragma that frees a page with every step; it has to be stepped to its end.
                let mut statement = session.prepare(&format!("PRAGMA incremental_vacuum({AT_ONCE})"))?;
                let mut freed = statement.query([])?;
                while freed.next()?.is_some() {}
                Ok(session.pragma_query_value(None, "freelist_count", |row| row.get::<_, i64>(0))?)
            });
            let left = left.await?;
            // A file that was made without `auto_vacuum` keeps its pages, and fills them again.
            if left == 0 || left >= before {
                return Ok(());
            }
            before = left;
        }
    }
}

/// When the candidates were looked for: what can refer to one of them since then.
struct Moment {
    /// The newest execution; later ones have greater numbers.
    newest: i64,
    /// Executions whose log could still grow.
    growing: Vec<i64>,
}

impl Moment {
    fn now(conn: &Connection) -> Outcome<Self> {
        let newest = conn.query_row("SELECT coalesce(max(n), 0) FROM executions", [], |row| row.get(0))?;
        let mut unsettled =
            conn.prepare("SELECT n FROM executions WHERE status IN ('pending', 'running', 'paused')")?;
        let growing = unsettled.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Self { newest, growing })
    }
}

fn unreferred(conn: &Connection) -> Outcome<Vec<[u8; 32]>> {
    let mut left = HashSet::new();
    let mut blobs = conn.prepare("SELECT hash FROM blobs")?;
    for hash in blobs.query_map([], |row| row.get(0))? {
        left.insert(hash?);
    }
    spare_by_rows(conn, 0, &mut left)?;
    let mut log = conn.prepare("SELECT events FROM log")?;
    spare_by_log(log.query([])?, &mut left)?;
    Ok(left.into_iter().collect())
}

/// Drops those that nothing has come to refer to since that moment.
fn drop_texts(session: &Session, some: &[[u8; 32]], moment: &Moment) -> Outcome<Reclaimed> {
    let mut left: HashSet<[u8; 32]> = some.iter().copied().collect();
    spare_by_rows(session, moment.newest, &mut left)?;
    let mut newer = session.prepare_cached("SELECT events FROM log WHERE execution > ?1")?;
    spare_by_log(newer.query([moment.newest])?, &mut left)?;
    let mut growing = session.prepare_cached("SELECT events FROM log WHERE execution = ?1")?;
    for n in &moment.growing {
        spare_by_log(growing.query([n])?, &mut left)?;
    }
    session.forget_texts();
    let mut size = session.prepare_cached("SELECT length(data) FROM blobs WHERE hash = ?1")?;
    let mut delete = session.prepare_cached("DELETE FROM blobs WHERE hash = ?1")?;
    let mut reclaimed = Reclaimed::default();
    for hash in &left {
        reclaimed.bytes += size.query_row([hash], |row| sql::count(row, 0)).optional()?.unwrap_or(0);
        reclaimed.blobs += delete.execute([hash])? as u64;
    }
    Ok(reclaimed)
}

/// Takes out what rows refer to: all of those of documents, and executions after one.
fn spare_by_rows(conn: &Connection, after: i64, left: &mut HashSet<[u8; 32]>) -> Outcome<()> {
    let mut documents = conn.prepare_cached(BY_DOCUMENTS)?;
    for hash in documents.query_map([], |row| row.get::<_, [u8; 32]>(0))? {
        left.remove(&hash?);
    }
    let mut executions = conn.prepare_cached(BY_EXECUTIONS)?;
    for hash in executions.query_map([after], |row| row.get::<_, [u8; 32]>(0))? {
        left.remove(&hash?);
    }
    Ok(())
}

/// Takes out what rows of the log speak of.
fn spare_by_log(mut rows: Rows<'_>, left: &mut HashSet<[u8; 32]>) -> Outcome<()> {
    let mut unpacking = events::Unpacking::default();
    while !left.is_empty()
        && let Some(row) = rows.next()?
    {
        let text = unpacking.text(row.get_ref(0)?).map_err(|error| unreadable(&error))?;
        let text = std::str::from_utf8(text).map_err(|error| unreadable(&error))?;
        for (at, _) in text.match_indices(MARK) {
            let digits = text.get(at + MARK.len()..at + MARK.len() + 64);
            if let Some(hash) = digits.and_then(|digits| digits.parse::<PayloadHash>().ok()) {
                left.remove(&hash.0);
            }
        }
    }
    Ok(())
}

fn unreadable(error: &dyn std::fmt::Display) -> Fault {
    Fault::Store(StoreError::Damaged(format!(
        "part of the log cannot be read ({error}), so nothing it might refer to was dropped; restore a backup"
    )))
}
