//! Which workflow a request is for: by name, by version, or by what is asked.

use heddle_expr::{Expression, OwnInput};
use heddle_model::{Payload, VersionNumber, Workflow, WorkflowId};
use heddle_store::WorkflowRow;
use semver::{Version, VersionReq};
use serde_json::{Value, json};

use crate::error::{ApiError, ErrorCode};
use crate::start::WhichDocument;
use crate::studio::Studio;

/// A request for some workflow.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Only workflows of this name, or the one of this id.
    pub name: Option<String>,
    /// Only versions whose label is in this range (semver, e.g. `^1.2`). None: the latest, or the draft.
    pub version: Option<VersionReq>,
}

impl Studio {
    /// The one workflow a request is for, and which version of it.
    ///
    /// With a name, the workflow of that name; its `settings.route` is not asked then. Without, the one whose
    /// `settings.route` holds for the input. Of several versions in the range, the one with the highest label; of equal
    /// labels the newest.
    ///
    /// # Errors
    /// `no_route` with why each workflow is not meant, `ambiguous_route` with those that are, in the order of their names,
    /// or the store's.
    pub async fn route(&self, wanted: &Wanted, input: &Payload) -> Result<(WorkflowId, WhichDocument), ApiError> {
        let mut rows = self.store().workflows().await?;
        rows.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let (mut meant, mut not_meant) = (Vec::new(), Vec::new());
        for row in rows {
            if wanted.name.as_ref().is_some_and(|name| *name != row.name && name != row.id.as_str()) {
                continue;
            }
            match self.suits(&row, wanted, input).await? {
                Ok(which) => meant.push((row, which)),
                Err(why) => not_meant.push(told(&row, &why)),
            }
        }
        match meant.len() {
            1 => Ok(meant.remove(0)).map(|(row, which)| (row.id, which)),
            0 => {
                let message = match (&wanted.name, not_meant.len()) {
                    (Some(name), 0) => format!("there is no workflow with the name or id `{name}`"),
                    (Some(name), _) => format!("no version of the workflow `{name}` is in the range that is asked for"),
                    (None, _) => "no workflow is for this request: no `settings.route` holds for its input".to_owned(),
                };
                Err(ApiError::new(ErrorCode::NoRoute, message).with(json!({ "workflows": not_meant })))
            }
            _ => {
                let names: Vec<String> = meant.iter().map(|(row, _)| format!("`{}` ({})", row.name, row.id)).collect();
                let message = format!("several workflows are for this request: {}", names.join(", "));
                let meant: Vec<Value> = meant.iter().map(|(row, _)| told(row, "it is for this request")).collect();
                Err(ApiError::new(ErrorCode::AmbiguousRoute, message).with(json!({ "workflows": meant })))
            }
        }
    }

    /// Which version of a workflow a request is for, or why none is.
    async fn suits(
        &self,
        row: &WorkflowRow,
        wanted: &Wanted,
        input: &Payload,
    ) -> Result<Result<WhichDocument, String>, ApiError> {
        let which = match &wanted.version {
            None => WhichDocument::LatestOrDraft,
            Some(range) => match self.version_in(&row.id, range).await? {
                Some(number) => WhichDocument::Version(number),
                None => return Ok(Err(format!("no version of it has a label in the range {range}"))),
            },
        };
        if wanted.name.is_some() {
            return Ok(Ok(which));
        }
        let (_, document) = self.document_for(&row.id, which).await?;
        Ok(takes(&document, input).map(|()| which))
    }

    async fn version_in(&self, id: &WorkflowId, range: &VersionReq) -> Result<Option<VersionNumber>, ApiError> {
        let versions = self.store().versions(id).await?;
        let labelled = versions.into_iter().filter_map(|row| {
            let label = row.label.as_deref()?.trim();
            let label = Version::parse(label.strip_prefix('v').unwrap_or(label)).ok()?;
            range.matches(&label).then_some((label, row.number))
        });
        Ok(labelled.max().map(|(_, number)| number))
    }
}

fn told(row: &WorkflowRow, why: &str) -> Value {
    json!({ "id": row.id, "name": row.name, "why": why })
}

/// Whether a workflow is for this input, by its own rule; if not, why.
fn takes(workflow: &Workflow, input: &Payload) -> Result<(), String> {
    let Some(rule) = &workflow.settings.route else { return Err("it has no `settings.route`".to_owned()) };
    let vars = Payload::from_value(&Value::Object(workflow.variables.clone()));
    let holds = Expression::parse(rule)
        .map_err(|error| format!("its `settings.route` cannot be read: {error}"))?
        .evaluate_bool(&OwnInput { input, vars: &vars })
        .map_err(|error| format!("its `settings.route` says nothing about this input: {error}"))?;
    if holds { Ok(()) } else { Err(format!("`{rule}` is false for this input")) }
}
