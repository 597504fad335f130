//! The log of every execution: what happened, numbered without gaps, never changed.
//!
//! One row holds what one append brought, in the order of all appends: a commit adds at the end of the table, however
//! many executions share it. Within a row each event is a line, its time in microseconds and its kind as JSON as it
//! travels on the wire; many events are packed.

use std::collections::VecDeque;
use std::io::Write as _;
use std::panic::resume_unwind;
use std::time::Duration;

use heddle_engine::StoreError;
use heddle_model::{Event, ExecutionId, Timestamp};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Rows, params};
use tokio::sync::watch;

use crate::claim::Owner;
use crate::error::{Fault, Outcome};
use crate::executions;
use crate::folds::{Fold as _, catch_up};
use crate::migrate::Migration;
use crate::session::{Head, Session};
use crate::sql;
use crate::store::Store;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sql: "CREATE TABLE events (
                  execution TEXT    NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
                  seq       INTEGER NOT NULL,
                  at        INTEGER NOT NULL,
                  kind      TEXT    NOT NULL,
                  PRIMARY KEY (execution, seq)
              ) WITHOUT ROWID;",
    },
    Migration {
        version: 3,
        // `execution` is `executions.n`; `last` the `seq` of the last event; `events` text, or packed a blob.
        sql: "CREATE TABLE log (
                  id        INTEGER PRIMARY KEY,
                  execution INTEGER NOT NULL,
                  last      INTEGER NOT NULL,
                  events    BLOB    NOT NULL
              );
              INSERT INTO log (execution, last, events)
                  SELECT n, seq, at || ' ' || kind || char(10) FROM events JOIN executions ON executions.id = execution
                  ORDER BY n, seq;
              CREATE UNIQUE INDEX log_by_execution ON log (execution, last);
              DROP TABLE events;",
    },
];

/// More text than this is packed.
const PACK_FROM: usize = 4 * 1024;
/// zstd's fastest: hashes do not shrink, the words around them do at any level.
const LEVEL: i32 = 1;

impl Store {
    /// Events of an execution in order, those with a `seq` greater than `after`, at most `limit`. Empty when there is no
    /// such execution.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn events(&self, id: &ExecutionId, after: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let id = id.clone();
        self.read(move |conn| page(conn, &id, after, limit as usize)).await
    }

    /// The `seq` of the last event on disk, now and as it grows (0: none yet). Long-polls wait on it instead of asking
    /// the database. What another process appends is noticed some tenths of a second later.
    ///
    /// # Errors
    /// [`StoreError`] when the present `seq` could not be read.
    pub async fn watch(&self, id: &ExecutionId) -> Result<watch::Receiver<u64>, StoreError> {
        // Subscribed before the look into the database, so that nothing committed in between is missed.
        let receiver = self.watchers().subscribe(id);
        let (wanted, owner) = (id.clone(), self.owner().clone());
        let (last, foreign) =
            self.read(move |conn| Ok((last_seq(conn, &wanted)?, owner.is_foreign(conn, &wanted)?))).await?;
        self.watchers().advance(id, last);
        if foreign && self.watchers().begin_to_follow(id) {
            tokio::spawn(follow(self.clone(), id.clone()));
        }
        Ok(receiver)
    }
}

/// How often the log of an execution that another process runs is looked at, while somebody listens.
const FOLLOW: Duration = Duration::from_millis(200);

async fn follow(store: Store, id: ExecutionId) {
    while store.watchers().goes_on(&id) {
        tokio::time::sleep(FOLLOW).await;
        let wanted = id.clone();
        match store.read(move |conn| last_seq(conn, &wanted)).await {
            Ok(last) => store.watchers().advance(&id, last),
            Err(error) => tracing::debug!(execution = %id, %error, "the log could not be followed"),
        }
    }
}

fn last_seq(conn: &Connection, id: &ExecutionId) -> Outcome<u64> {
    let Some(n) = executions::number(conn, id)? else { return Ok(0) };
    last_of(conn, n)
}

fn last_of(conn: &Connection, n: i64) -> Outcome<u64> {
    Ok(conn
        .prepare_cached("SELECT coalesce(max(last), 0) FROM log WHERE execution = ?1")?
        .query_row([n], |row| sql::count(row, 0))?)
}

/// At most `limit` events after one, in order.
pub(crate) fn page(conn: &Connection, id: &ExecutionId, after: u64, limit: usize) -> Outcome<Vec<Event>> {
    let mut events = Vec::new();
    if limit > 0
        && let Some(n) = executions::number(conn, id)?
    {
        visit(conn, n, after, |event| {
            events.push(event);
            events.len() < limit
        })?;
    }
    Ok(events)
}

/// Shows the events after one in order, until `each` says that it has seen enough.
pub(crate) fn visit(conn: &Connection, n: i64, after: u64, mut each: impl FnMut(Event) -> bool) -> Outcome<()> {
    let mut statement =
        conn.prepare_cached("SELECT last, events FROM log WHERE execution = ?1 AND last > ?2 ORDER BY last")?;
    let mut rows = statement.query(params![n, sql::signed(after)])?;
    // Who wants a page has it from these.
    let begin = some_rows(&mut rows)?;
    if !events_of(&begin, after)?.into_iter().all(&mut each) {
        return Ok(());
    }
    // A long log is taken apart on all processors while what came before is looked at.
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let mut ahead = VecDeque::with_capacity(processors);
        loop {
            while ahead.len() < processors {
                let next = some_rows(&mut rows)?;
                if next.is_empty() {
                    break;
                }
                ahead.push_back(scope.spawn(move || events_of(&next, after)));
            }
            let Some(first) = ahead.pop_front() else { return Ok(()) };
            let events = first.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            if !events.into_iter().all(&mut each) {
                return Ok(());
            }
        }
    })
}

/// How many bytes of the log are read before they are taken apart.
const AT_ONCE: usize = 64 * 1024;

/// A row of the log as it stands in the database.
struct Row {
    /// The `seq` of its last event.
    last: u64,
    events: Value,
}

/// The next few rows; none at the end of the log.
fn some_rows(rows: &mut Rows<'_>) -> Outcome<Vec<Row>> {
    let (mut read, mut bytes) = (Vec::new(), 0);
    while bytes < AT_ONCE
        && let Some(row) = rows.next()?
    {
        if let ValueRef::Text(events) | ValueRef::Blob(events) = row.get_ref(1)? {
            bytes += events.len();
        }
        read.push(Row { last: sql::count(row, 0)?, events: row.get(1)? });
    }
    Ok(read)
}

/// The events of rows, those after one.
fn events_of(rows: &[Row], after: u64) -> Outcome<Vec<Event>> {
    let (mut events, mut unpacking) = (Vec::new(), Unpacking::default());
    for Row { last, events: packed } in rows {
        let text = unpacking.text(packed.into()).map_err(|error| damaged(*last, error))?;
        let text = std::str::from_utf8(text).map_err(|error| damaged(*last, error))?;
        // Lines from the back have the numbers `last`, `last - 1`, …
        let lines = text.lines().count() as u64;
        let first = (last + 1).checked_sub(lines).ok_or_else(|| damaged(*last, "too many events in one row"))?;
        for (seq, line) in (first..).zip(text.lines()).filter(|(seq, _)| *seq > after) {
            events.push(read(seq, line)?);
        }
    }
    Ok(events)
}

/// Unpacks rows of the log, one after the other in the same room.
#[derive(Default)]
pub(crate) struct Unpacking {
    /// Made when the first packed row comes.
    by: Option<zstd::bulk::Decompressor<'static>>,
    room: Vec<u8>,
}

impl Unpacking {
    /// The text of a row.
    pub(crate) fn text<'a>(&'a mut self, packed: ValueRef<'a>) -> std::io::Result<&'a [u8]> {
        let packed = match packed {
            ValueRef::Text(text) => return Ok(text),
            ValueRef::Blob(packed) => packed,
            _ => return Err(std::io::Error::other("it is neither text nor packed")),
        };
        let by = match &mut self.by {
            Some(by) => by,
            none => none.insert(zstd::bulk::Decompressor::new()?),
        };
        let bytes = zstd::bulk::Decompressor::upper_bound(packed);
        let bytes = bytes.ok_or_else(|| std::io::Error::other("it does not say how long it is"))?;
        self.room.clear();
        // A damaged row may claim any length.
        self.room.try_reserve(bytes)?;
        by.decompress_to_buffer(packed, &mut self.room)?;
        Ok(&self.room)
    }
}

fn read(seq: u64, line: &str) -> Outcome<Event> {
    let (at, kind) = line.split_once(' ').ok_or_else(|| damaged(seq, "it has no time"))?;
    let at = at.parse().map(Timestamp::from_micros).map_err(|error| damaged(seq, error))?;
    let kind = serde_json::from_str(kind).map_err(|error| damaged(seq, error))?;
    Ok(Event { seq, at, kind })
}

fn damaged(seq: u64, what: impl std::fmt::Display) -> Fault {
    Fault::Store(StoreError::Damaged(format!(
        "the log cannot be read at event {seq} ({what}); keep a copy of the data folder and restore a backup"
    )))
}

/// Events made ready for the writer, so that its thread does not spend time on JSON.
pub(crate) struct Chunk {
    events: Vec<Event>,
    text: String,
    packed: Option<Vec<u8>>,
}

impl Chunk {
    pub(crate) fn new(events: Vec<Event>) -> Outcome<Self> {
        let mut text = Vec::with_capacity(events.len() * 200);
        for event in &events {
            // Writing to memory cannot fail.
            let _ = write!(text, "{} ", event.at.as_micros());
            serde_json::to_writer(&mut text, &event.kind)?;
            text.push(b'\n');
        }
        let text = String::from_utf8(text).map_err(|error| Fault::Store(StoreError::Other(error.to_string())))?;
        let packed = match text.len() {
            0..PACK_FROM => None,
            _ => zstd::bulk::compress(text.as_bytes(), LEVEL).ok(),
        };
        Ok(Self { events, text, packed })
    }

    /// Roughly what it adds to the database.
    pub(crate) fn bytes(&self) -> usize {
        self.packed.as_ref().map_or(self.text.len(), Vec::len)
    }
}

/// Adds events to the log. Refuses a `seq` that is taken or leaves a gap, and an execution that another living store
/// runs; one whose store is gone becomes this one's. Answers with the last `seq`.
pub(crate) fn append(session: &Session, id: &ExecutionId, chunk: &Chunk, by: &Owner) -> Outcome<u64> {
    let mut head = head(session, id, by)?;
    let before = head.tally.status;
    for event in &chunk.events {
        let next = head.tally.last_seq + 1;
        if event.seq != next {
            return Err(Fault::Store(StoreError::Conflict(format!(
                "execution {id} has {} events, so the next is {next}, not {}; somebody else may be running it",
                head.tally.last_seq, event.seq
            ))));
        }
        head.tally.apply(event);
    }
    let last = head.tally.last_seq;
    if !chunk.events.is_empty() {
        let mut insert = session.prepare_cached("INSERT INTO log (execution, last, events) VALUES (?1, ?2, ?3)")?;
        match &chunk.packed {
            Some(packed) => insert.execute(params![head.n, sql::signed(last), packed])?,
            None => insert.execute(params![head.n, sql::signed(last), chunk.text])?,
        };
    }
    let settled = head.tally.status.is_settled();
    if settled || head.tally.status != before {
        executions::save(session, head.n, &head.tally, Some(before))?;
    }
    if !settled {
        session.put_head(id.clone(), head);
    }
    Ok(last)
}

/// How far an execution has got, certainly: what is remembered, compared with the database if anybody else has written.
fn head(session: &Session, id: &ExecutionId, by: &Owner) -> Outcome<Head> {
    let seen = session.others();
    let remembered = match session.take_head(id) {
        Some(head) if head.seen == seen => return Ok(head),
        other => other,
    };
    let n = by.claim(session, id)?.ok_or_else(|| missing(id))?;
    // A log only grows: what was taken in before is still its beginning.
    let mut tally = remembered.filter(|head| head.n == n).map(|head| head.tally).unwrap_or_default();
    catch_up(session, n, &mut tally)?;
    Ok(Head { n, tally, seen })
}

fn missing(id: &ExecutionId) -> Fault {
    Fault::Store(StoreError::Other(format!("there is no execution {id}; it may have been deleted")))
}
