//! Payloads and documents by the hash of their text: stored once, compressed when that helps, verified when read.

use std::io::Read;

use heddle_engine::StoreError;
use heddle_model::{Payload, PayloadHash, PayloadRef};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Fault, Outcome};
use crate::migrate::Migration;
use crate::session::Session;
use crate::sql;
use crate::store::Store;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    // `bytes` is the length of the text; `codec` says how `data` holds it.
    sql: "CREATE TABLE blobs (
              hash  BLOB PRIMARY KEY NOT NULL,
              bytes INTEGER NOT NULL,
              codec INTEGER NOT NULL,
              data  BLOB NOT NULL
          );",
}];

/// Shorter texts are stored as they are.
const COMPRESS_FROM: usize = 4 * 1024;
/// Level 1: JSON shrinks to a fifth or less at several hundred MB/s; higher levels save little and cost the commit.
const LEVEL: i32 = 1;
/// More text than this is compressed on a blocking thread, after a look whether it is there already.
const INLINE: usize = 64 * 1024;

const PLAIN: i64 = 0;
const ZSTD: i64 = 1;

/// Part of a stored text, for previews of values too large to show whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRange {
    /// Where the part begins, in bytes; moved forward to the next whole character.
    pub offset: u64,
    /// The part. The next one begins at `offset + text.len()`.
    pub text: String,
    /// Length of the whole text in bytes.
    pub total: u64,
}

/// A text made ready for the writer, so that its thread does not spend time on compression.
#[derive(Debug)]
pub(crate) struct Prepared {
    payload: Payload,
    stored: Stored,
}

#[derive(Debug)]
enum Stored {
    /// It was there a moment ago.
    Already,
    Plain,
    Zstd(Vec<u8>),
}

impl Prepared {
    pub(crate) fn new(payload: Payload) -> Self {
        let text = payload.text().as_bytes();
        let stored = match text.len() {
            0..COMPRESS_FROM => Stored::Plain,
            _ => match zstd::bulk::compress(text, LEVEL) {
                Ok(data) if data.len() < text.len() => Stored::Zstd(data),
                _ => Stored::Plain,
            },
        };
        // Hashed here, not on the writer's thread; the payload remembers it.
        payload.hash();
        Self { payload, stored }
    }

    /// Roughly what it adds to the database.
    pub(crate) fn bytes(&self) -> usize {
        match &self.stored {
            Stored::Already => 0,
            Stored::Plain => self.payload.len(),
            Stored::Zstd(data) => data.len(),
        }
    }

    pub(crate) fn hash(&self) -> PayloadHash {
        self.payload.hash()
    }

    pub(crate) fn reference(&self) -> PayloadRef {
        self.payload.reference()
    }
}

impl Store {
    /// Hashes and compresses outside the writer's thread.
    pub(crate) async fn prepare(&self, payloads: Vec<Payload>) -> Result<Vec<Prepared>, StoreError> {
        if payloads.iter().map(Payload::len).sum::<usize>() <= INLINE {
            return Ok(payloads.into_iter().map(Prepared::new).collect());
        }
        self.read(move |conn| {
            let mut prepared = Vec::with_capacity(payloads.len());
            for payload in &payloads {
                let payload = payload.clone();
                let known = payload.len() >= COMPRESS_FROM && contains(conn, payload.hash())?;
                prepared.push(if known {
                    Prepared { payload, stored: Stored::Already }
                } else {
                    Prepared::new(payload)
                });
            }
            Ok(prepared)
        })
        .await
    }

    /// Keeps a payload by itself, such as a sample somebody saved. Keeping it again changes nothing.
    ///
    /// A payload nothing refers to is dropped by the next [`Store::reclaim`].
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn put_payload(&self, payload: Payload) -> Result<PayloadRef, StoreError> {
        let prepared = self.prepare(vec![payload]).await?;
        self.write(weight(&prepared), move |conn| {
            put_all(conn, &prepared)?;
            prepared.first().map(Prepared::reference).ok_or(Fault::Sqlite(rusqlite::Error::QueryReturnedNoRows))
        })
        .await
    }

    /// A stored text by its hash; it is checked against the hash.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when what is stored is not what was kept.
    pub async fn payload_by_hash(&self, hash: PayloadHash) -> Result<Option<Payload>, StoreError> {
        self.read(move |conn| get(conn, hash)).await
    }

    /// At most `len` bytes of a stored text from `offset` on, cut at whole characters (never empty before the end, so
    /// one may be longer than `len`). The part alone cannot be checked against the hash.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it cannot be unpacked.
    pub async fn payload_range(
        &self,
        hash: PayloadHash,
        offset: u64,
        len: usize,
    ) -> Result<Option<TextRange>, StoreError> {
        self.read(move |conn| range(conn, hash, offset, len)).await
    }
}

/// Roughly what these add to the database.
pub(crate) fn weight(prepared: &[Prepared]) -> usize {
    prepared.iter().map(Prepared::bytes).sum()
}

fn contains(conn: &Connection, hash: PayloadHash) -> Outcome<bool> {
    Ok(conn.prepare_cached("SELECT 1 FROM blobs WHERE hash = ?1")?.exists([hash.0])?)
}

pub(crate) fn put_all(session: &Session, prepared: &[Prepared]) -> Outcome<()> {
    prepared.iter().try_for_each(|one| put(session, one))
}

pub(crate) fn put(session: &Session, prepared: &Prepared) -> Outcome<()> {
    let hash = prepared.payload.hash();
    if session.knows(&hash) {
        return Ok(());
    }
    keep(session, prepared)?;
    session.learn(hash);
    Ok(())
}

fn keep(conn: &Connection, prepared: &Prepared) -> Outcome<()> {
    let hash = prepared.payload.hash();
    match &prepared.stored {
        Stored::Already => {
            // It may have been reclaimed in between; then it is kept after all.
            if !contains(conn, hash)? {
                keep(conn, &Prepared::new(prepared.payload.clone()))?;
            }
            Ok(())
        }
        Stored::Plain => insert(conn, &prepared.payload, PLAIN, prepared.payload.text().as_bytes()),
        Stored::Zstd(data) => insert(conn, &prepared.payload, ZSTD, data),
    }
}

fn insert(conn: &Connection, payload: &Payload, codec: i64, data: &[u8]) -> Outcome<()> {
    conn.prepare_cached("INSERT INTO blobs (hash, bytes, codec, data) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")?
        .execute(params![payload.hash().0, sql::signed(payload.len() as u64), codec, data])?;
    Ok(())
}

fn damaged(hash: PayloadHash, what: impl std::fmt::Display) -> Fault {
    Fault::Store(StoreError::Damaged(format!(
        "the stored value {hash} {what}; keep a copy of the data folder and restore a backup"
    )))
}

pub(crate) fn get(conn: &Connection, hash: PayloadHash) -> Outcome<Option<Payload>> {
    let row = conn
        .prepare_cached("SELECT bytes, codec, data FROM blobs WHERE hash = ?1")?
        .query_row([hash.0], |row| Ok((sql::count(row, 0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?)))
        .optional()?;
    let Some((bytes, codec, data)) = row else { return Ok(None) };
    let text = match codec {
        PLAIN => data,
        ZSTD => zstd::bulk::decompress(&data, usize::try_from(bytes).unwrap_or(usize::MAX))
            .map_err(|error| damaged(hash, format_args!("cannot be unpacked ({error})")))?,
        other => return Err(damaged(hash, format_args!("is packed in a way this Heddle does not know ({other})"))),
    };
    if blake3::hash(&text) != blake3::Hash::from_bytes(hash.0) {
        return Err(damaged(hash, "is not what was kept"));
    }
    let text = String::from_utf8(text).map_err(|error| damaged(hash, error))?;
    Payload::parse(text).map(Some).map_err(|error| damaged(hash, error))
}

/// The same for a text that must be there because a row refers to it.
pub(crate) fn require(conn: &Connection, hash: PayloadHash) -> Outcome<Payload> {
    get(conn, hash)?.ok_or_else(|| damaged(hash, "is missing"))
}

fn range(conn: &Connection, hash: PayloadHash, offset: u64, len: usize) -> Outcome<Option<TextRange>> {
    let row = conn
        .prepare_cached("SELECT rowid, bytes, codec FROM blobs WHERE hash = ?1")?
        .query_row([hash.0], |row| Ok((row.get::<_, i64>(0)?, sql::count(row, 1)?, row.get::<_, i64>(2)?)))
        .optional()?;
    let Some((rowid, total, codec)) = row else { return Ok(None) };
    if offset >= total {
        return Ok(Some(TextRange { offset: total, text: String::new(), total }));
    }
    let blob = conn.blob_open("main", "blobs", "data", rowid, true)?;
    // A character has at most four bytes: three more on either side are enough to cut at whole ones.
    let want = len.saturating_add(6) as u64;
    let mut bytes = Vec::new();
    let read = match codec {
        PLAIN => skip_and_take(blob, offset, want, &mut bytes),
        ZSTD => zstd::stream::read::Decoder::new(blob).and_then(|text| skip_and_take(text, offset, want, &mut bytes)),
        other => return Err(damaged(hash, format_args!("is packed in a way this Heddle does not know ({other})"))),
    };
    read.map_err(|error| damaged(hash, format_args!("cannot be unpacked ({error})")))?;
    let start = bytes.iter().position(|byte| !is_continuation(*byte)).unwrap_or(bytes.len());
    let end = end_of_characters(&bytes, start, len);
    let text =
        String::from_utf8(bytes.get(start..end).unwrap_or_default().to_vec()).map_err(|error| damaged(hash, error))?;
    Ok(Some(TextRange { offset: offset + start as u64, text, total }))
}

fn skip_and_take(mut from: impl Read, skip: u64, take: u64, into: &mut Vec<u8>) -> std::io::Result<()> {
    std::io::copy(&mut (&mut from).take(skip), &mut std::io::sink())?;
    from.take(take).read_to_end(into)?;
    Ok(())
}

const fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// The last end of a whole character at most `len` bytes after `start`, or the end of the first one.
fn end_of_characters(bytes: &[u8], start: usize, len: usize) -> usize {
    let ends = |end: &usize| bytes.get(*end).is_none_or(|byte| !is_continuation(*byte));
    let limit = start.saturating_add(len).min(bytes.len());
    (start + 1..=limit).rev().find(ends).or_else(|| (start + 1..=bytes.len()).find(ends)).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reclaimed_while_it_was_on_its_way_is_kept_after_all() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(MIGRATIONS[0].sql).unwrap();
        let payload = Payload::parse(format!("\"{}\"", "x".repeat(5000))).unwrap();
        keep(&conn, &Prepared { payload: payload.clone(), stored: Stored::Already }).unwrap();
        assert_eq!(get(&conn, payload.hash()).unwrap(), Some(payload));
    }
}
