//! What can be wrong with an expression, before and while it runs.

use heddle_model::StepId;

use crate::path::Reference;

/// Why a text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {line}, column {column})")]
pub struct ExprError {
    /// What is wrong, and what to write instead where that is known.
    pub message: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

impl ExprError {
    pub(crate) fn new(message: impl Into<String>, line: u32, column: u32) -> Self {
        Self { message: message.into(), line, column }
    }

    /// At a byte of the source.
    pub(crate) fn at(message: impl Into<String>, source: &str, byte: usize) -> Self {
        let before = source.get(..byte).unwrap_or(source);
        let line = before.matches('\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
        Self::new(message, line, column)
    }
}

/// A path that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{wanted}` leads nowhere: there is no {missing}, `{parent}` {found}")]
pub struct Missing {
    /// The whole path.
    pub wanted: Reference,
    /// The part of it that exists.
    pub parent: Reference,
    /// The field or element that does not, e.g. "field `total`".
    pub missing: String,
    /// What stands at `parent`, e.g. "is a string" or "has the fields `a`, `b`".
    pub found: String,
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A path leads nowhere.
    #[error(transparent)]
    Missing(#[from] Box<Missing>),
    /// A step that the expression looks at has no output (it was skipped, failed, or comes later).
    #[error("{wanted}: the step {step:?} has no output here; it was skipped, failed, or does not come before", step = .step.as_str())]
    NoOutput {
        /// The whole path.
        wanted: Reference,
        /// The step.
        step: StepId,
    },
    /// A root that only exists elsewhere (`item` and `index` outside of a loop) or nowhere.
    #[error("`{0}` is not known here")]
    Unknown(String),
    /// A number that CEL cannot hold exactly. Copying it with a plain selection works.
    #[error(
        "an expression cannot compute with the number {number} exactly, and does not round; a plain path (such as \
         `input.id`) copies it unchanged"
    )]
    Inexact {
        /// The number, shortened when it is very long.
        number: String,
    },
    /// The expression asked for a kind of value and got another.
    #[error("expected {expected}, found {found}")]
    Type {
        /// The kind that was needed.
        expected: &'static str,
        /// The kind that came.
        found: String,
    },
    /// The result cannot be written as JSON.
    #[error("the result cannot be written as JSON: {0}")]
    Result(String),
    /// The evaluation took more work than allowed.
    #[error("the expression needs too much work: it was stopped after {0} units (loops over long lists multiply)")]
    TooMuchWork(u64),
    /// Anything else CEL refuses: a wrong type, a division by zero, an unknown function.
    #[error("{0}")]
    Cel(String),
}
