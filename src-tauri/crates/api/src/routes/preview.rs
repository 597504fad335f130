//! What would flow: sample data through the whole graph, without calling an agent.

use std::collections::HashMap;

use axum::extract::State;
use heddle_model::{ExecutionId, Payload, StepId, Workflow};
use heddle_validate::{Options, Previewed, StandIn};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::Json;
use crate::studio::Studio;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(preview)).routes(routes!(evaluate))
}

/// A document to let data flow through.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PreviewRequest {
    /// The document.
    pub(crate) document: Workflow,
    /// The input. Absent: that of `execution`, else the document's first test, else one made by its input schema.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    pub(crate) input: Option<Payload>,
    /// An execution whose outputs stand for the agents'.
    #[serde(default)]
    pub(crate) execution: Option<ExecutionId>,
    /// Another seed makes other values.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) seed: u64,
}

/// Where the input comes from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InputFrom {
    /// The request.
    Given,
    /// The execution.
    Execution,
    /// The document's first test.
    Example,
    /// Made by the input schema.
    Generated,
}

/// Where a step's output comes from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutputFrom {
    /// The execution.
    Execution,
    /// The agent's sample.
    Sample,
    /// Made by the agent's output schema.
    Generated,
    /// Worked out, as a run would.
    Computed,
}

/// Something that does not work.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PreviewProblem {
    /// A JSON Pointer into the step's input (`/customer/id`), or into the step (`/mapping/id`, `/when`) for expressions.
    pub(crate) path: String,
    /// What is wrong, in a sentence.
    pub(crate) message: String,
    /// The field of the step's input, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
}

/// What would happen at a step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepPreview {
    /// The step.
    pub(crate) step: StepId,
    /// What its agent would be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub(crate) input: Option<Payload>,
    /// What stands for its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub(crate) output: Option<Payload>,
    /// Where that comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) output_from: Option<OutputFrom>,
    /// Why it would not run, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skipped: Option<String>,
    /// What does not work.
    pub(crate) problems: Vec<PreviewProblem>,
}

impl From<heddle_validate::StepPreview> for StepPreview {
    fn from(told: heddle_validate::StepPreview) -> Self {
        let (output, from) = told.output.unzip();
        Self {
            step: told.step,
            input: told.input,
            output,
            output_from: from.map(|from| match from {
                StandIn::Recorded => OutputFrom::Execution,
                StandIn::Sample => OutputFrom::Sample,
                StandIn::Generated => OutputFrom::Generated,
                StandIn::Computed => OutputFrom::Computed,
            }),
            skipped: told.skipped,
            problems: told
                .problems
                .into_iter()
                .map(|one| PreviewProblem { path: one.path, message: one.message, field: one.field })
                .collect(),
        }
    }
}

/// What would flow.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preview {
    /// The input.
    #[schema(value_type = Value)]
    pub(crate) input: Payload,
    /// Where it comes from.
    pub(crate) input_from: InputFrom,
    /// Every step, in topological order.
    pub(crate) steps: Vec<StepPreview>,
    /// The execution's output, if it would complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub(crate) output: Option<Payload>,
}

/// Lets data flow through a document without calling its agents: mappings and conditions are worked out, agents are
/// stood in for.
#[utoipa::path(post, path = "/api/preview", tag = "workflows", request_body = PreviewRequest,
    responses((status = 200, body = Preview), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn preview(State(studio): State<Studio>, Json(request): Json<PreviewRequest>) -> Result<Json<Preview>, ApiError> {
    let PreviewRequest { document, input, execution, seed } = request;
    let data = Data::gather(&studio, document, input, execution, seed).await?;
    let Some(flown) = data.flow() else {
        // Steps wait for one another: nothing flows.
        return Ok(Json(Preview { input: data.input, input_from: data.input_from, steps: Vec::new(), output: None }));
    };
    let steps = flown.steps.into_iter().map(StepPreview::from).collect();
    Ok(Json(Preview { input: flown.input, input_from: data.input_from, steps, output: flown.output }))
}

/// What flows through a preview.
struct Data {
    document: Workflow,
    input: Payload,
    input_from: InputFrom,
    recorded: HashMap<StepId, Payload>,
    seed: u64,
}

impl Data {
    async fn gather(
        studio: &Studio,
        document: Workflow,
        input: Option<Payload>,
        execution: Option<ExecutionId>,
        seed: u64,
    ) -> Result<Self, ApiError> {
        let document = studio.resolve(document).await?;
        let mut recorded = HashMap::new();
        let mut of_execution = None;
        if let Some(id) = execution {
            let row = studio.store().execution(&id).await?;
            let row = row.ok_or_else(|| ApiError::not_found(format!("execution `{id}`")))?;
            of_execution = studio.store().payload_by_hash(row.input.hash).await?;
            for step in studio.store().steps(&id).await? {
                if let Some(output) = step.output
                    && let Some(output) = studio.store().payload_by_hash(output.hash).await?
                {
                    recorded.insert(step.step, output);
                }
            }
        }
        let example = document.tests.first().map(|test| Payload::from_value(&test.input));
        let (input, input_from) = match (input, of_execution, example) {
            (Some(input), ..) => (input, InputFrom::Given),
            (None, Some(input), _) => (input, InputFrom::Execution),
            (None, None, Some(input)) => (input, InputFrom::Example),
            (None, None, None) => (made_up(document.input_schema.as_ref(), seed), InputFrom::Generated),
        };
        Ok(Self { document, input, input_from, recorded, seed })
    }

    fn flow(&self) -> Option<Previewed<'_>> {
        let recorded = |step: &StepId| self.recorded.get(step).cloned();
        heddle_validate::preview(&self.document, self.input.clone(), &recorded, self.seed, &Options::default())
    }
}

/// An input by its schema; an empty object where none can be made.
fn made_up(schema: Option<&Value>, seed: u64) -> Payload {
    let value = schema.and_then(|schema| heddle_schema::sample(schema, seed).ok());
    Payload::from_value(&value.unwrap_or_else(|| Value::Object(serde_json::Map::new())))
}

/// An expression to work out.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct EvaluateRequest {
    /// The document.
    pub(crate) document: Workflow,
    /// The step it stands in.
    pub(crate) step: StepId,
    /// The expression.
    pub(crate) expression: String,
    /// As in a preview.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    pub(crate) input: Option<Payload>,
    /// As in a preview.
    #[serde(default)]
    pub(crate) execution: Option<ExecutionId>,
    /// As in a preview.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) seed: u64,
}

/// What an expression gives; either a value or an error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evaluated {
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub(crate) value: Option<Payload>,
    /// Why it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// Works an expression out against the data of a preview.
#[utoipa::path(post, path = "/api/evaluate", tag = "workflows", request_body = EvaluateRequest,
    responses((status = 200, body = Evaluated), (status = 400, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn evaluate(
    State(studio): State<Studio>,
    Json(request): Json<EvaluateRequest>,
) -> Result<Json<Evaluated>, ApiError> {
    let EvaluateRequest { document, step, expression, input, execution, seed } = request;
    let data = Data::gather(&studio, document, input, execution, seed).await?;
    if data.document.step(&step).is_none() {
        return Err(ApiError::not_found(format!("step `{step}`")));
    }
    let worked_out = match data.flow() {
        Some(flown) => flown.evaluate(&data.document, &step, &expression),
        None => Err("steps wait for one another, so nothing flows".to_owned()),
    };
    Ok(Json(match worked_out {
        Ok(value) => Evaluated { value: Some(value), error: None },
        Err(error) => Evaluated { value: None, error: Some(error) },
    }))
}
