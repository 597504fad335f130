//! Executions in lists, newest first.

use std::sync::Arc;

use heddle_engine::StoreError;
use heddle_model::{ExecutionId, ExecutionStatus, Timestamp, WorkflowId};
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, params_from_iter};

use super::{COLUMNS, ExecutionRow, followed, read};
use crate::error::Outcome;
use crate::folds::Folds;
use crate::store::Store;

/// Which executions to list, newest first. The default lists all.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionFilter {
    /// Only of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Only in one of these states. Empty: in any.
    pub status: Vec<ExecutionStatus>,
    /// Only those whose id or workflow name contains this text, whatever its case.
    pub text: Option<String>,
    /// Only those after this one in the list: the last of the page before.
    pub before: Option<(Timestamp, ExecutionId)>,
    /// At most this many.
    pub limit: u32,
}

impl Default for ExecutionFilter {
    fn default() -> Self {
        Self { workflow: None, status: Vec::new(), text: None, before: None, limit: 100 }
    }
}

impl Store {
    /// Executions, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn executions(&self, filter: ExecutionFilter) -> Result<Vec<ExecutionRow>, StoreError> {
        let folds = Arc::clone(self.folds());
        self.read(move |conn| list(conn, &folds, &filter)).await
    }
}

fn list(conn: &Connection, folds: &Folds, filter: &ExecutionFilter) -> Outcome<Vec<ExecutionRow>> {
    let mut wanted = vec!["1"];
    let mut values: Vec<SqlValue> = Vec::new();
    if let Some(workflow) = &filter.workflow {
        wanted.push("workflow = ?");
        values.push(workflow.as_str().to_owned().into());
    }
    let states;
    if !filter.status.is_empty() {
        states = format!("status IN ({})", vec!["?"; filter.status.len()].join(", "));
        wanted.push(&states);
        values.extend(filter.status.iter().map(|status| SqlValue::from(status.as_str().to_owned())));
    }
    if let Some(text) = filter.text.as_deref().filter(|text| !text.is_empty()) {
        wanted.push("(id LIKE ? ESCAPE '\\' OR workflow_name LIKE ? ESCAPE '\\')");
        let pattern = format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        values.extend([SqlValue::from(pattern.clone()), pattern.into()]);
    }
    if let Some((at, id)) = &filter.before {
        wanted.push("(created_at, id) < (?, ?)");
        values.extend([SqlValue::from(at.as_micros()), id.as_str().to_owned().into()]);
    }
    values.push(i64::from(filter.limit).into());
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM executions WHERE {} ORDER BY created_at DESC, id DESC LIMIT ?",
        wanted.join(" AND ")
    ))?;
    let rows = statement.query_map(params_from_iter(values), read)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(|(n, row)| followed(conn, folds, n, row)).collect()
}
