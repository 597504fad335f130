//! Newtypes for every id, so that a step can never be mistaken for an execution.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
            utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[schemars(transparent)]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// Wraps an id as it was given; ids are opaque and compared byte for byte.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

text_id!(
    /// Names a workflow for as long as it lives, through all its versions.
    WorkflowId
);
text_id!(
    /// Names an agent in the library or among the agents a document carries along.
    AgentId
);
text_id!(
    /// Names a step within its workflow. Expressions use it (`steps.<id>.output`), so it reads like an identifier.
    StepId
);
text_id!(
    /// Names an edge within its workflow.
    EdgeId
);
text_id!(
    /// Names one execution, e.g. `exec-20261120-7f3a91c2`.
    ExecutionId
);

/// The counter of a workflow's saved versions; the first is 1.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
    utoipa::ToSchema,
)]
#[serde(transparent)]
#[schemars(transparent)]
#[schema(value_type = u32)]
pub struct VersionNumber(pub u32);

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}
