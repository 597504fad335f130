//! What flows over a wire: checked JSON text, kept to the letter.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::Value;
use serde_json::value::RawValue;

/// An immutable JSON text. Cloning shares it; the hash and the parsed tree are made once, when first asked for.
///
/// Because the text itself travels from step to step, every number keeps its digits (`1.0` is not `1`, `1e400` and
/// 20-digit integers survive), keys keep their order and strings their escapes.
#[derive(Clone)]
pub struct Payload(Arc<Inner>);

struct Inner {
    /// One JSON value, without space around it.
    text: Box<str>,
    hash: OnceLock<PayloadHash>,
    tree: OnceLock<Result<Arc<Value>, String>>,
}

/// Why a text is not a payload.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// Not JSON, or cut short.
    #[error("not JSON: {0}")]
    Syntax(#[source] serde_json::Error),
    /// JSON that cannot be held as a tree (nested deeper than 128 levels).
    #[error("this JSON can be passed on but not looked into: {0}")]
    TooDeep(String),
}

impl Payload {
    /// Checks the syntax of a text and keeps it, without building a tree. Space around the value is dropped.
    ///
    /// # Errors
    /// [`PayloadError::Syntax`] with line and column.
    pub fn parse(text: impl Into<String>) -> Result<Self, PayloadError> {
        let text = text.into();
        let value: &RawValue = serde_json::from_str(&text).map_err(PayloadError::Syntax)?;
        // The allocation is kept when the text has no space around it.
        let space = value.get().len() != text.len();
        let around = space.then(|| value.get().into());
        Ok(Self::keep(around.unwrap_or_else(|| text.into_boxed_str())))
    }

    /// The same for bytes that should be UTF-8.
    ///
    /// # Errors
    /// [`PayloadError::Syntax`], also when the bytes are not UTF-8.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, PayloadError> {
        let raw: Box<RawValue> = serde_json::from_slice(bytes).map_err(PayloadError::Syntax)?;
        Ok(Self::from_raw(raw))
    }

    /// Takes a text serde_json has already checked.
    pub fn from_raw(raw: Box<RawValue>) -> Self {
        Self::keep(raw.into())
    }

    /// Takes a text put together from the texts of payloads, such as one value of theirs, or some of them between
    /// brackets and commas. It is not checked again: to read 10 MB once more takes longer than to copy them.
    pub fn from_parts(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        debug_assert!(
            serde_json::from_str::<&RawValue>(&text).is_ok_and(|value| value.get().len() == text.len()),
            "not JSON: {text}"
        );
        Self::keep(text)
    }

    fn keep(text: Box<str>) -> Self {
        Self(Arc::new(Inner { text, hash: OnceLock::new(), tree: OnceLock::new() }))
    }

    /// Writes a value as compact JSON.
    pub fn from_value(value: &Value) -> Self {
        // A `Value` always serialises: its keys are strings and it holds no foreign types.
        let raw = serde_json::value::to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned());
        Self::from_raw(raw)
    }

    /// `null`.
    pub fn null() -> Self {
        Self::from_raw(RawValue::NULL.to_owned())
    }

    /// The JSON text, exactly as it came.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Length of the text in bytes.
    pub fn len(&self) -> usize {
        self.text().len()
    }

    /// Never: the shortest JSON text has one byte.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// BLAKE3 of the text; equal text, equal hash.
    pub fn hash(&self) -> PayloadHash {
        *self.0.hash.get_or_init(|| PayloadHash(*blake3::hash(self.text().as_bytes()).as_bytes()))
    }

    /// Hash and size: how events speak of a payload.
    pub fn reference(&self) -> PayloadRef {
        PayloadRef { hash: self.hash(), bytes: self.len() as u64 }
    }

    /// The parsed tree; built once, then shared. Numbers keep their text (`arbitrary_precision`).
    ///
    /// # Errors
    /// [`PayloadError::TooDeep`] for more than 128 levels: such a payload still passes from step to step.
    pub fn tree(&self) -> Result<Arc<Value>, PayloadError> {
        self.0
            .tree
            .get_or_init(|| serde_json::from_str(self.text()).map(Arc::new).map_err(|error| error.to_string()))
            .clone()
            .map_err(PayloadError::TooDeep)
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 120;
        match self.text().char_indices().nth(SHOWN) {
            Some((cut, _)) => write!(f, "{}… ({} bytes)", &self.text()[..cut], self.len()),
            None => f.write_str(self.text()),
        }
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Payload {}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(self.text()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::from_raw)
    }
}

/// BLAKE3 (256 bits) of a payload's text; written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, utoipa::ToSchema)]
#[schema(value_type = String)]
pub struct PayloadHash(pub [u8; 32]);

impl fmt::Display for PayloadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for PayloadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PayloadHash {
    type Err = blake3::HexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        blake3::Hash::from_hex(text).map(|hash| Self(*hash.as_bytes()))
    }
}

impl Serialize for PayloadHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PayloadHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Names a stored payload: its hash, and its size in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PayloadRef {
    /// BLAKE3 of the text.
    pub hash: PayloadHash,
    /// Length of the text in bytes.
    pub bytes: u64,
}
