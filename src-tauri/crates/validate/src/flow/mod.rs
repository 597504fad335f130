//! What flows over the wires, as schemas, and whether it fits.
//!
//! `survey.rs` goes through the document step by step and works out what arrives at each (`expression.rs` for mappings,
//! `context.rs` for merges), `verdict/` holds that against what is accepted, field by field, `blame.rs` says which wire
//! it is the matter of.

mod automap;
mod blame;
mod build;
mod cache;
mod context;
mod document;
mod expression;
mod fit;
mod lost;
mod presence;
mod repairs;
mod report;
mod survey;
mod unknown;
mod verdict;
mod walk;
mod wires;

pub use cache::Comparisons;
pub use report::{
    Examination, FieldProposals, FieldVerdict, Fit, Mode, Proposal, Reason, Source, StepFlow, Wire, WireVerdict,
};

pub(crate) use automap::automap;
pub(crate) use fit::{fit_agents, fit_steps};
pub(crate) use lost::unknown_elsewhere;
pub(crate) use survey::Survey;
pub(crate) use wires::examine;
