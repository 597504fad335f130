//! The log of every execution: what happened, numbered without gaps, never changed.

use heddle_engine::StoreError;
use heddle_model::{Event, ExecutionId};
use rusqlite::{Connection, Row, params};
use tokio::sync::watch;

use crate::error::{Fault, Outcome};
use crate::migrate::Migration;
use crate::store::Store;
use crate::{executions, project, sql};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    // `kind` is the event as JSON, as it travels on the wire.
    sql: "CREATE TABLE events (
              execution TEXT    NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
              seq       INTEGER NOT NULL,
              at        INTEGER NOT NULL,
              kind      TEXT    NOT NULL,
              PRIMARY KEY (execution, seq)
          ) WITHOUT ROWID;",
}];

fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event { seq: sql::count(row, 0)?, at: sql::at(row, 1)?, kind: sql::json(row, 2)? })
}

impl Store {
    /// Events of an execution in order, those with a `seq` greater than `after`, at most `limit`. Empty when there is no
    /// such execution.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn events(&self, id: &ExecutionId, after: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let id = id.clone();
        self.read(move |conn| page(conn, &id, after, i64::from(limit))).await
    }

    /// The `seq` of the last event on disk, now and as it grows (0: none yet), as far as this process appends them.
    /// Long-polls wait on it instead of asking the database.
    ///
    /// # Errors
    /// [`StoreError`] when the present `seq` could not be read.
    pub async fn watch(&self, id: &ExecutionId) -> Result<watch::Receiver<u64>, StoreError> {
        // Subscribed before the look into the database, so that nothing committed in between is missed.
        let receiver = self.watchers().subscribe(id);
        let wanted = id.clone();
        let last = self.read(move |conn| last_seq(conn, &wanted)).await?;
        self.watchers().advance(id, last);
        Ok(receiver)
    }
}

fn last_seq(conn: &Connection, id: &ExecutionId) -> Outcome<u64> {
    Ok(conn
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM events WHERE execution = ?1")?
        .query_row([id.as_str()], |row| sql::count(row, 0))?)
}

/// A negative limit reads to the end.
pub(crate) fn page(conn: &Connection, id: &ExecutionId, after: u64, limit: i64) -> Outcome<Vec<Event>> {
    let mut statement = conn
        .prepare_cached("SELECT seq, at, kind FROM events WHERE execution = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3")?;
    let rows = statement.query_map(params![id.as_str(), sql::signed(after), limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An event with its JSON, written before the writer's thread gets it.
pub(crate) struct Written {
    pub(crate) event: Event,
    pub(crate) kind: String,
}

impl Written {
    pub(crate) fn new(event: Event) -> Outcome<Self> {
        let kind = sql::to_json(&event.kind)?;
        Ok(Self { event, kind })
    }
}

/// Adds events to the log and brings the rows made from it up to date. Refuses a `seq` that is taken or leaves a gap.
pub(crate) fn append(conn: &Connection, id: &ExecutionId, events: &[Written], by: &str) -> Outcome<u64> {
    let Some(mut row) = executions::find(conn, id)? else {
        return Err(Fault::Store(StoreError::Other(format!("there is no execution {id}; it may have been deleted"))));
    };
    let before = row.status;
    let mut insert = conn.prepare_cached("INSERT INTO events (execution, seq, at, kind) VALUES (?1, ?2, ?3, ?4)")?;
    for Written { event, kind } in events {
        let next = row.last_seq + 1;
        if event.seq != next {
            return Err(Fault::Store(StoreError::Conflict(format!(
                "execution {id} has {} events, so the next is {next}, not {}; somebody else may be running it",
                row.last_seq, event.seq
            ))));
        }
        insert.execute(params![id.as_str(), sql::signed(event.seq), event.at.as_micros(), kind])?;
        let change = project::project(conn, id, event)?;
        row.apply(event, change);
    }
    executions::save(conn, &row, before, Some(by))?;
    Ok(row.last_seq)
}
