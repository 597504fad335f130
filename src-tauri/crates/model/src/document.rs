//! Reading a workflow document from text, and the schema of the format itself.

use serde::Deserialize;
use serde_json::Value;

use crate::workflow::Workflow;

/// The name of the format this version of Heddle reads and writes.
pub const FORMAT: &str = "heddle/v1";

/// Largest document that is read, in bytes: 10,000 steps with room to spare, and no way to fill the memory.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024 * 1024;

/// Why a text is not a workflow document. Each message says what was expected, what was found and where.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// More than [`MAX_DOCUMENT_BYTES`].
    #[error("the document is {found} bytes long; at most {MAX_DOCUMENT_BYTES} are read")]
    TooLarge {
        /// Its length in bytes.
        found: usize,
    },
    /// Not JSON, or cut short.
    #[error("not JSON: {0}")]
    Syntax(#[source] serde_json::Error),
    /// JSON, but without a `format`.
    #[error("no `format` field: a workflow document starts with \"format\": \"{FORMAT}\"")]
    NoFormat,
    /// Written by a newer Heddle.
    #[error("the document has format \"{found}\", this Heddle reads \"{FORMAT}\"; open it with a newer Heddle")]
    Newer {
        /// The format it names.
        found: String,
    },
    /// Some other format.
    #[error("the document has format \"{found}\"; expected \"{FORMAT}\"")]
    Foreign {
        /// The format it names.
        found: String,
    },
    /// The right format, but a field is missing or has the wrong type.
    #[error("not a {FORMAT} document: {0}")]
    Shape(#[source] serde_json::Error),
}

/// Reads a workflow document.
///
/// # Errors
/// [`FormatError`] says what is wrong and where (line and column). A document of a newer format is refused, so that
/// nothing it means is lost.
pub fn parse_workflow(text: &str) -> Result<Workflow, FormatError> {
    #[derive(Deserialize)]
    struct Head {
        format: Option<Value>,
    }
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(FormatError::TooLarge { found: text.len() });
    }
    let head: Head = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => FormatError::Shape(error),
        _ => FormatError::Syntax(error),
    })?;
    match head.format {
        None => Err(FormatError::NoFormat),
        Some(Value::String(format)) if format == FORMAT => serde_json::from_str(text).map_err(FormatError::Shape),
        Some(Value::String(found)) => match found.strip_prefix("heddle/v").map(str::parse::<u32>) {
            Some(Ok(2..)) => Err(FormatError::Newer { found }),
            _ => Err(FormatError::Foreign { found }),
        },
        Some(other) => Err(FormatError::Foreign { found: other.to_string() }),
    }
}

/// The JSON Schema of the format itself, for editors and other tools (`heddle schema workflow`).
pub fn workflow_json_schema() -> Value {
    let mut schema = schemars::schema_for!(Workflow).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), Value::from("Heddle workflow (heddle/v1)"));
        if let Some(format) = object.get_mut("properties").and_then(|p| p.get_mut("format")) {
            *format = serde_json::json!({ "const": FORMAT, "description": "The format of this document." });
        }
    }
    schema
}
