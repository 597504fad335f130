//! What a check says: what is wrong, where, and what would mend it.

use std::fmt;

use heddle_model::{EdgeId, Schema, StepId};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Diagnostic {
    /// What kind of finding, from a closed list.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, with the names of what it is about; one or two sentences.
    pub message: String,
    /// The step it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    /// The edge it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<EdgeId>,
    /// Where in the step (or, without a step, in the edge or the document): a JSON Pointer (RFC 6901) such as
    /// `/mapping/customer_id` or `/when`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// All steps it involves: for a cycle its steps in order, starting with the smallest id.
    #[serde(default)]
    #[schema(required = true)]
    pub steps: Vec<StepId>,
    /// Edits that would mend it, the likeliest first.
    #[serde(default)]
    #[schema(required = true)]
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding about the document as a whole.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            step: None,
            edge: None,
            path: None,
            steps: Vec::new(),
            fixes: Vec::new(),
        }
    }

    pub(crate) fn step(mut self, step: &StepId) -> Self {
        self.step = Some(step.clone());
        self
    }

    pub(crate) fn edge(mut self, edge: &EdgeId) -> Self {
        self.edge = Some(edge.clone());
        self
    }

    /// `segments` are put together as a JSON Pointer.
    pub(crate) fn at(mut self, segments: &[&str]) -> Self {
        self.path = Some(segments.iter().map(|s| format!("/{}", s.replace('~', "~0").replace('/', "~1"))).collect());
        self
    }

    pub(crate) fn steps(mut self, steps: Vec<StepId>) -> Self {
        self.steps = steps;
        self
    }

    pub(crate) fn fix(mut self, title: impl Into<String>, edit: Edit) -> Self {
        self.fixes.push(Fix { title: title.into(), edit });
        self
    }

    /// Whether it keeps a version from being saved and an execution from starting.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// One line: `error[cycle] step analyze: …`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.severity, self.code)?;
        match (&self.step, &self.edge) {
            (Some(step), _) => write!(f, " step {step}")?,
            (None, Some(edge)) => write!(f, " wire {edge}")?,
            (None, None) => {}
        }
        if let Some(path) = &self.path {
            write!(f, " {path}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The workflow cannot run; no version can be saved.
    Error,
    /// It can run, but probably not as meant.
    Warning,
    /// Good to know.
    Info,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal $severity:ident,)+) => {
        /// What kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Code {
            /// Every code, in the order findings of equal severity are listed.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// How bad findings of this kind are.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    /// The workflow has more steps than allowed; nothing else was checked.
    TooManySteps = "too_many_steps" Error,
    /// Steps wait for one another in a circle.
    Cycle = "cycle" Error,
    /// An edge leads from a step to itself.
    SelfLoop = "self_loop" Error,
    /// An edge names a step that does not exist.
    DanglingEdge = "dangling_edge" Error,
    /// Two steps have the same id.
    DuplicateStepId = "duplicate_step_id" Error,
    /// Two edges have the same id.
    DuplicateEdgeId = "duplicate_edge_id" Error,
    /// A step has no id.
    EmptyStepId = "empty_step_id" Error,
    /// A step's agent is neither in the document nor in the library.
    MissingAgent = "missing_agent" Error,
    /// A workflow that this one runs is neither carried along nor kept here.
    MissingWorkflow = "missing_workflow" Error,
    /// An expression or template cannot be read.
    ExpressionSyntax = "expression_syntax" Error,
    /// An expression uses a name that nothing stands behind.
    UnknownName = "unknown_name" Error,
    /// An expression looks at a step that does not exist.
    UnknownStep = "unknown_step" Error,
    /// An expression looks at a step that does not come before.
    NotAnAncestor = "not_an_ancestor" Error,
    /// An expression uses a variable the workflow does not define.
    UnknownVariable = "unknown_variable" Error,
    /// A schema is not a valid JSON Schema.
    InvalidSchema = "invalid_schema" Error,
    /// An edge leaves by a branch its step does not have.
    UnknownBranch = "unknown_branch" Error,
    /// Nothing that may arrive at a step fits what its agent accepts.
    IncompatibleInput = "incompatible_input" Error,
    /// An expression selects a field that is never there, or (a warning) that nothing declares.
    UnknownField = "unknown_field" Error,
    /// Some of what may arrive at a step does not fit what its agent accepts.
    PossiblyIncompatibleInput = "possibly_incompatible_input" Warning,
    /// A step can never run, since nothing that leads to it can.
    UnreachableStep = "unreachable_step" Warning,
    /// A step sends its errors to a branch by which no edge leaves.
    UnhandledError = "unhandled_error" Warning,
    /// A limit of time is 0, so that nothing can ever be done within it.
    NoTime = "no_time" Warning,
    /// A setting changes nothing where it stands.
    NoEffect = "no_effect" Warning,
    /// A step of several has no edges.
    DisconnectedStep = "disconnected_step" Warning,
    /// Two edges lead from the same step by the same branch to the same step.
    DuplicateEdge = "duplicate_edge" Warning,
    /// A mapping does not give a field that the agent's input schema requires.
    MissingInput = "missing_input" Warning,
    /// A step's id cannot be written in an expression without quotes.
    InvalidStepId = "invalid_step_id" Warning,
    /// Something has a name without any letters.
    EmptyName = "empty_name" Warning,
    /// There are no steps yet.
    EmptyWorkflow = "empty_workflow" Info,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An edit that would mend a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fix {
    /// What a button says, e.g. "Remove the wire review → draft".
    pub title: String,
    /// The edit.
    pub edit: Edit,
}

/// An edit of a workflow document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum Edit {
    /// Draw an edge.
    AddEdge {
        /// The step that comes first.
        from: StepId,
        /// The step that comes after.
        to: StepId,
    },
    /// Remove the edge at a place in `edges` (ids may be the very thing that is wrong).
    RemoveEdge {
        /// Its id.
        edge: EdgeId,
        /// Its place in the document's `edges`, from 0.
        index: u32,
    },
    /// Give the edge at a place in `edges` another id.
    RenameEdge {
        /// Its place in the document's `edges`, from 0.
        index: u32,
        /// The new id.
        to: EdgeId,
    },
    /// Move an edge to another branch of its step; without a branch it is always followed.
    SetBranch {
        /// The edge.
        edge: EdgeId,
        /// The branch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        branch: Option<String>,
    },
    /// Remove a step and its edges.
    RemoveStep {
        /// Its id.
        step: StepId,
        /// Its place in the document's `steps`, from 0.
        index: u32,
    },
    /// Give a step another id; its edges and every expression that looks at it follow, unless another step keeps the
    /// old id.
    RenameStep {
        /// Its id.
        step: StepId,
        /// Its place in the document's `steps`, from 0.
        index: u32,
        /// The new id.
        to: StepId,
    },
    /// Give a field of a step's mapping an expression; adds the field if it is not there.
    SetMappingField {
        /// The step.
        step: StepId,
        /// The target field.
        field: String,
        /// The expression.
        expression: String,
    },
    /// Remove a field from a step's mapping.
    RemoveMappingField {
        /// The step.
        step: StepId,
        /// The target field.
        field: String,
    },
    /// Give a step a whole mapping, or none: then it sees the merged context.
    SetMapping {
        /// The step.
        step: StepId,
        /// Target field → expression.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
        mapping: Option<IndexMap<String, String>>,
    },
    /// Put a transform step into an edge: the edge leads to it, keeping its branch, and a new edge leads on from it.
    InsertTransform {
        /// The edge.
        edge: EdgeId,
        /// The id of the new step.
        id: StepId,
        /// Its name.
        name: String,
        /// Its mapping: target field → expression.
        #[schema(value_type = std::collections::HashMap<String, String>)]
        mapping: IndexMap<String, String>,
    },
    /// Give a step's agent another input schema. The agent becomes the step's own (inline); it keeps all else.
    SetInputSchema {
        /// The step.
        step: StepId,
        /// The schema.
        #[schema(value_type = Value)]
        schema: Schema,
    },
    /// Set a step's condition; without one the step always runs.
    SetWhen {
        /// The step.
        step: StepId,
        /// The expression.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<String>,
    },
}
