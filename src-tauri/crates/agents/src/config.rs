//! From the settings people wrote to the typed settings of a kind, with errors that name the field.

use heddle_model::{Agent, Failure, FailureCode};
use serde::de::DeserializeOwned;

/// Reads an agent's settings.
///
/// Fields a kind does not know are ignored: a newer Heddle may have written them.
///
/// # Errors
/// [`FailureCode::Config`], naming the field, what was expected of it and what was found.
pub(crate) fn read<T: DeserializeOwned>(agent: &Agent) -> Result<T, Failure> {
    serde_path_to_error::deserialize(&agent.config).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if path == "." { wrong("config", inner) } else { wrong(&format!("config.{path}"), inner) }
    })
}

/// A setting that cannot be used: which one, and why.
pub(crate) fn wrong(field: &str, why: impl std::fmt::Display) -> Failure {
    Failure::new(FailureCode::Config, format!("{field}: {why}"))
}

/// Checks that a number lies in a range.
///
/// # Errors
/// [`FailureCode::Config`], naming the field, the range and the number.
pub(crate) fn within(field: &str, value: u64, range: std::ops::RangeInclusive<u64>) -> Result<u64, Failure> {
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(wrong(field, format_args!("expected {} to {}, found {value}", range.start(), range.end())))
    }
}
