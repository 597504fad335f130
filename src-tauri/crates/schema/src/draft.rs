//! Drafts of JSON Schema and how they are told apart.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A draft of JSON Schema.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Draft {
    /// Draft 4 (2013).
    #[serde(rename = "4")]
    Draft4,
    /// Draft 6 (2017).
    #[serde(rename = "6")]
    Draft6,
    /// Draft 7 (2018).
    #[serde(rename = "7")]
    Draft7,
    /// 2019-09.
    #[serde(rename = "2019-09")]
    Draft201909,
    /// 2020-12.
    #[serde(rename = "2020-12")]
    Draft202012,
}

impl Draft {
    /// The draft a schema names in `$schema`; `None` inside if it names none, an error with the name if it is an unknown one.
    pub(crate) fn named_by(schema: &Value) -> Result<Option<Draft>, String> {
        let Some(Value::String(uri)) = schema.get("$schema") else { return Ok(None) };
        let bare = uri.trim_end_matches('#').trim_start_matches("https://").trim_start_matches("http://");
        match bare {
            "json-schema.org/draft-04/schema" => Ok(Some(Draft::Draft4)),
            "json-schema.org/draft-06/schema" => Ok(Some(Draft::Draft6)),
            "json-schema.org/draft-07/schema" => Ok(Some(Draft::Draft7)),
            "json-schema.org/draft/2019-09/schema" => Ok(Some(Draft::Draft201909)),
            "json-schema.org/draft/2020-12/schema" => Ok(Some(Draft::Draft202012)),
            _ => Err(uri.clone()),
        }
    }

    pub(crate) fn for_judge(self) -> jsonschema::Draft {
        match self {
            Draft::Draft4 => jsonschema::Draft::Draft4,
            Draft::Draft6 => jsonschema::Draft::Draft6,
            Draft::Draft7 => jsonschema::Draft::Draft7,
            Draft::Draft201909 => jsonschema::Draft::Draft201909,
            Draft::Draft202012 => jsonschema::Draft::Draft202012,
        }
    }
}
