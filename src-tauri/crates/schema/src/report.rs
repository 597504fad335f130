//! What a comparison says.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a producer is taken to emit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Any value that is valid under the producer's schema.
    #[default]
    Strict,
    /// Of those, the ones without properties that the schema does not declare. A schema object that declares
    /// `properties` is taken to mean no others, unless it has `additionalProperties`, `patternProperties` or
    /// `unevaluatedProperties`, which then say which others there may be. One that declares none stays open.
    Declared,
}

/// Whether values of the producer's schema A fit the consumer's schema B.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Verdict {
    /// Every value of A is valid under B.
    Always,
    /// Some values fit, some do not.
    Sometimes {
        /// A value of A that is invalid under B, confirmed by the `jsonschema` crate.
        counterexample: Value,
        /// A value of A that is valid under B, confirmed likewise; `None` if the budget ended before one was found (and
        /// before it was shown that there is none).
        #[serde(skip_serializing_if = "Option::is_none")]
        example: Option<Value>,
    },
    /// A has values and none of them is valid under B.
    Never {
        /// A value of A that is invalid under B, confirmed by the `jsonschema` crate.
        counterexample: Value,
    },
    /// Not decided.
    Unknown {
        /// What kept the question open.
        why: String,
    },
}

/// One place where A allows what B does not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reason {
    /// A JSON Pointer to the place in the value, with `*` for any item of an array; empty for the value itself.
    pub path: String,
    /// The keyword of B that is not met.
    pub keyword: &'static str,
    /// What B asks for, in words.
    pub expected: String,
    /// What A may give instead, in words.
    pub found: String,
    /// Both in a sentence.
    pub message: String,
}

/// The answer of [`check`](crate::check()).
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// The answer.
    pub verdict: Verdict,
    /// The mode the question was asked in; to be shown beside the verdict.
    pub mode: Mode,
    /// A has no values at all, which is why they all fit.
    pub empty: bool,
    /// Where A and B differ; empty unless the verdict is sometimes or never, and at most 16.
    pub reasons: Vec<Reason>,
}
