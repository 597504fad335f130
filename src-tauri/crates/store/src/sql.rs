//! Between columns and the words of the model.

use heddle_model::{Payload, PayloadHash, PayloadRef, Timestamp, Usage};
use rusqlite::types::Type;
use rusqlite::{Error, Row};
use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::error::Outcome;

fn bad(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// Counters are unsigned in the model and signed in SQLite; none comes near 2⁶³.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| Error::IntegralValueOutOfRange(column, value))
}

pub(crate) fn at(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_micros)
}

pub(crate) fn maybe_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_micros))
}

pub(crate) fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_micros)
}

/// A word from a closed list, such as a status.
pub(crate) fn word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    let deserializer: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|error| bad(column, error))
}

pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|error| bad(column, error))
}

pub(crate) fn maybe_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)?.as_str_or_null()? {
        Some(text) => serde_json::from_str(text).map(Some).map_err(|error| bad(column, error)),
        None => Ok(None),
    }
}

pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Outcome<String> {
    Ok(serde_json::to_string(value)?)
}

pub(crate) fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<PayloadHash> {
    row.get(column).map(PayloadHash)
}

/// From a column with the hash and the one after it with the size.
pub(crate) fn reference(row: &Row<'_>, column: usize) -> rusqlite::Result<PayloadRef> {
    Ok(PayloadRef { hash: hash(row, column)?, bytes: count(row, column + 1)? })
}

pub(crate) fn maybe_reference(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PayloadRef>> {
    match row.get::<_, Option<[u8; 32]>>(column)? {
        Some(_) => reference(row, column).map(Some),
        None => Ok(None),
    }
}

/// The two columns of a reference.
pub(crate) fn columns(reference: Option<PayloadRef>) -> (Option<[u8; 32]>, Option<i64>) {
    (reference.map(|r| r.hash.0), reference.map(|r| signed(r.bytes)))
}

/// A document as the text whose hash names it: serde's compact form, field order as declared, everything else as it
/// came. Equal documents have equal text.
pub(crate) fn canonical<T: Serialize + ?Sized>(document: &T) -> Outcome<Payload> {
    Ok(Payload::from_raw(serde_json::value::to_raw_value(document)?))
}

/// From four columns: calls, tokens in, tokens out, price.
pub(crate) fn usage(row: &Row<'_>, column: usize) -> rusqlite::Result<Usage> {
    Ok(Usage {
        llm_calls: row.get(column)?,
        input_tokens: count(row, column + 1)?,
        output_tokens: count(row, column + 2)?,
        cost_usd: row.get(column + 3)?,
    })
}
