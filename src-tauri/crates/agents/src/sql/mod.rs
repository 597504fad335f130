//! `sql`: one statement on a SQLite file.
//!
//! Parameters are bound, never spliced into the text. The file is opened read-only unless the settings say `write`.

mod customers;
mod read;
mod value;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_model::{Failure, FailureCode};
use indexmap::IndexMap;
use rusqlite::limits::Limit;
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::blocking::blocking;
use crate::config::{self, wrong};
use crate::report::Report;
use crate::runner::{World, cancelled};
use crate::scope::{evaluate, own};

/// How long a statement waits for another process that holds the file locked.
const LOCK_WAIT: Duration = Duration::from_secs(5);
/// Instructions of SQLite between two looks at the cancellation token: well under a millisecond.
const INSTRUCTIONS_BETWEEN_LOOKS: i32 = 1_000;

/// Settings of an SQL agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SqlConfig {
    /// Path of a SQLite file, relative to Heddle's data folder; `example:customers` is the bundled customer database.
    #[schemars(title = "Database")]
    pub database: String,
    /// One statement. Values come in by name, as `:customer_id`.
    #[schemars(title = "SQL", extend("x-editor" = "sql"))]
    pub sql: String,
    /// A value for each name in the statement: a text is an expression (`input.customer_id`), anything else is the
    /// value itself.
    #[serde(default)]
    #[schemars(title = "Parameters", with = "std::collections::BTreeMap<String, String>", extend("x-editor" = "expressions"))]
    pub params: IndexMap<String, Value>,
    /// What the answer is.
    #[serde(default)]
    #[schemars(title = "Answer")]
    pub mode: SqlMode,
    /// Columns whose text is JSON and becomes part of the answer as such, e.g. results of `json_object(…)`.
    #[serde(default)]
    #[schemars(title = "JSON columns")]
    pub json_columns: Vec<String>,
    /// Most rows that are answered (1 to 100,000); further ones are counted as `truncated`.
    #[serde(default = "default_max_rows")]
    #[schemars(title = "Most rows", range(min = 1, max = 100_000))]
    pub max_rows: u64,
    /// Whether the statement may change the database.
    #[serde(default)]
    #[schemars(title = "May write")]
    pub write: bool,
}

/// What an SQL agent answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum SqlMode {
    /// `{"rows": […], "row_count": n, "truncated": false}`
    #[default]
    Rows,
    /// The first row as an object, `null` if there is none.
    Row,
    /// `{"rows_affected": n, "last_insert_id": n}`
    Execute,
}

const fn default_max_rows() -> u64 {
    1_000
}

pub(crate) async fn run(world: &Arc<World>, call: &AgentCall, report: &mut Report) -> Result<AgentAnswer, Failure> {
    let settings: SqlConfig = config::read(&call.agent)?;
    let max_rows = config::within("config.max_rows", settings.max_rows, 1..=100_000)?;
    let params = parameters(&settings, call)?;
    let base = world.base_dir.clone();
    let answer = blocking(&call.cancel, move |stop| {
        let mut connection = open(&base, &settings)?;
        guard(&mut connection, &settings, &stop)?;
        read::answer(&connection, &settings, &params, max_rows)
            .map_err(|failure| if stop.is_cancelled() { cancelled() } else { failure })
    })
    .await??;
    if answer.truncated {
        report.warn(format!("the statement has more than {max_rows} rows; only the first {max_rows} are answered"));
    }
    Ok(AgentAnswer { output: answer.output, branch: None, sampled: false })
}

/// The value of every parameter, by its name without the colon.
fn parameters(settings: &SqlConfig, call: &AgentCall) -> Result<Vec<(String, SqlValue)>, Failure> {
    let scope = own(call);
    settings
        .params
        .iter()
        .map(|(name, source)| {
            let field = format!("config.params.{name}");
            let bound = match source {
                Value::String(expression) => value::bind(&field, &evaluate(&field, expression, &scope)?)?,
                literal => value::bind(&field, &heddle_model::Payload::from_value(literal))?,
            };
            Ok((name.trim_start_matches([':', '@', '$']).to_owned(), bound))
        })
        .collect()
}

fn open(base: &Path, settings: &SqlConfig) -> Result<Connection, Failure> {
    if let Some(example) = settings.database.strip_prefix("example:") {
        if settings.write {
            return Err(wrong("config.write", "the bundled databases cannot be changed; use a file of your own"));
        }
        return match example {
            "customers" => customers::open(),
            other => Err(wrong(
                "config.database",
                format_args!("there is no bundled database {other:?}, only \"example:customers\""),
            )),
        };
    }
    if settings.database.trim().is_empty() {
        return Err(wrong("config.database", "expected the path of a SQLite file, found an empty text"));
    }
    let path: PathBuf = base.join(&settings.database);
    let access = if settings.write { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
    if !path.is_file() {
        return Err(Failure::new(
            FailureCode::Unavailable,
            format!("there is no database file {}; check config.database", path.display()),
        ));
    }
    Connection::open_with_flags(&path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(|error| {
        Failure::new(FailureCode::Unavailable, format!("the database {} cannot be opened", path.display()))
            .caused_by(&error)
    })
}

/// Sets the limits: no way to other files, no waiting for ever, and out as soon as `stop` fires.
fn guard(connection: &mut Connection, settings: &SqlConfig, stop: &CancellationToken) -> Result<(), Failure> {
    let stop = stop.clone();
    connection
        .progress_handler(INSTRUCTIONS_BETWEEN_LOOKS, Some(move || stop.is_cancelled()))
        .and_then(|()| connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0))
        .and_then(|_| connection.busy_timeout(LOCK_WAIT))
        .and_then(|()| connection.pragma_update(None, "foreign_keys", true))
        .and_then(|()| connection.pragma_update(None, "query_only", !settings.write))
        .map_err(|error| failure(&error))
}

/// What SQLite says, as a failure with the right code.
fn failure(error: &rusqlite::Error) -> Failure {
    let (code, transient) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (FailureCode::Unavailable, true),
        Some(
            ErrorCode::NotADatabase
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::CannotOpen
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::PermissionDenied,
        ) => (FailureCode::Unavailable, false),
        Some(ErrorCode::OutOfMemory | ErrorCode::TooBig) => (FailureCode::ResourceLimit, false),
        Some(ErrorCode::ReadOnly) => {
            return wrong("config.write", "the statement changes the database; set `write` to allow that");
        }
        _ => (FailureCode::AgentFailed, false),
    };
    Failure { transient, ..Failure::new(code, format!("SQLite refuses: {error}")) }
}
