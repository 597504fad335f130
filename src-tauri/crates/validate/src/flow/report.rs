//! What is said about wires: verdicts, what flows, what could be mapped. The words the API puts on the wire.

use std::fmt;

use heddle_model::{EdgeId, Schema, StepId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::diagnostic::{Diagnostic, Fix};

/// What a producer is taken to emit; see [`heddle_schema::Mode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Only properties it declares, unless its schema says which others there may be.
    #[default]
    Declared,
    /// Anything its schema allows.
    Strict,
}

impl From<Mode> for heddle_schema::Mode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Declared => Self::Declared,
            Mode::Strict => Self::Strict,
        }
    }
}

/// Whether what arrives fits what is accepted; from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WireVerdict {
    /// Everything that may arrive fits.
    Always,
    /// Not decided.
    Unknown,
    /// Some of what may arrive fits, some does not.
    Sometimes,
    /// Nothing that may arrive fits.
    Never,
}

impl fmt::Display for WireVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Always => "always",
            Self::Unknown => "unknown",
            Self::Sometimes => "sometimes",
            Self::Never => "never",
        })
    }
}

/// One place where what may arrive is not what is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// A JSON Pointer into the step's input, with `*` for any element of an array; empty: the input itself.
    pub path: String,
    /// The keyword that is not met; `expression` when a mapping's expression may have no value at all.
    pub keyword: String,
    /// What is asked for, in words.
    pub expected: String,
    /// What may come instead, in words.
    pub found: String,
    /// Both in a sentence.
    pub message: String,
}

impl From<heddle_schema::Reason> for Reason {
    fn from(reason: heddle_schema::Reason) -> Self {
        let heddle_schema::Reason { path, keyword, expected, found, message } = reason;
        Self { path, keyword: keyword.to_owned(), expected, found, message }
    }
}

/// Whether what comes through an edge fits the step it leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Wire {
    /// The edge.
    pub edge: EdgeId,
    /// The step it comes from.
    pub from: StepId,
    /// The step it leads to.
    pub to: StepId,
    /// The verdict on what comes through this edge.
    pub verdict: WireVerdict,
    /// What the producers are taken to emit; belongs to the verdict.
    pub mode: Mode,
    /// The verdict in a sentence for people.
    pub summary: String,
    /// Where it does not fit; empty unless the verdict is sometimes or never.
    pub reasons: Vec<Reason>,
    /// A value of the whole input of `to` that may arrive and is refused (sometimes, never).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub counterexample: Option<Value>,
    /// A value of the whole input of `to` that may arrive and fits (sometimes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub example: Option<Value>,
    /// What kept the question open (unknown).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Edits each of which makes the verdict better, the likeliest first.
    pub repairs: Vec<Fix>,
}

/// Whether what arrives at one field of a step's input fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldVerdict {
    /// A JSON Pointer into the step's input.
    pub path: String,
    /// The verdict on this field alone.
    pub verdict: WireVerdict,
    /// Where it does not fit; empty unless the verdict is sometimes or never.
    pub reasons: Vec<Reason>,
    /// What kept the question open (unknown).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What flows into a step and out of it, as schemas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StepFlow {
    /// The step.
    pub step: StepId,
    /// What reaches its agent, after its mapping or the merge of what came before; `true`: nothing is known.
    #[schema(value_type = Value)]
    pub arrives: Schema,
    /// What its agent accepts; `true`: anything.
    #[schema(value_type = Value)]
    pub accepts: Schema,
    /// The verdict on every field of its input: those that arrive, then those that are only asked for.
    pub fields: Vec<FieldVerdict>,
    /// What later steps see of it; `true`: nothing is known.
    #[schema(value_type = Value)]
    pub gives: Schema,
    /// Everything an expression in this step may use: the input, the variables, then the steps before it, nearest first.
    pub sources: Vec<Source>,
}

/// Something an expression may use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    /// How an expression calls it, e.g. `input` or `steps.analyze.output`.
    pub expression: String,
    /// What people call it.
    pub label: String,
    /// The step, if it is the output of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    /// What it may be.
    #[schema(value_type = Value)]
    pub schema: Schema,
}

/// Everything there is to say about a document and its wires.
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// The findings, as [`crate::validate`] lists them.
    pub diagnostics: Vec<Diagnostic>,
    /// A verdict on every edge between two steps, in the order of the document; none while steps wait for one another.
    pub wires: Vec<Wire>,
    /// What flows through the steps that were asked for, in the order of the document.
    pub steps: Vec<StepFlow>,
}

/// How well an agent or a step would take a wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fit {
    /// The agent or the step.
    pub id: String,
    /// The verdict on its whole input.
    pub verdict: WireVerdict,
    /// The verdict in a sentence for people.
    pub summary: String,
    /// A value that may arrive and is refused (sometimes, never).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub counterexample: Option<Value>,
    /// Where it does not fit.
    pub reasons: Vec<Reason>,
}

/// What a field of a step's input could be mapped from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldProposals {
    /// The field.
    pub field: String,
    /// Whether the agent requires it.
    pub required: bool,
    /// What the agent accepts there.
    #[schema(value_type = Value)]
    pub schema: Schema,
    /// The expression it has now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// What it could be mapped from, the likeliest first.
    pub proposals: Vec<Proposal>,
}

/// An expression a field could be mapped from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Proposal {
    /// The expression.
    pub expression: String,
    /// Where it comes from, as people call it, e.g. `Ticket Analyzer › customer_id`.
    pub label: String,
    /// How likely it is what is meant, 0 to 1.
    pub score: f64,
    /// Whether its values fit the field.
    pub verdict: WireVerdict,
    /// Why it is proposed, and what does not fit, in a sentence.
    pub why: String,
}
