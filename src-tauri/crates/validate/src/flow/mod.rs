//! What flows over the wires, as schemas, and whether it fits.

mod report;

pub use report::{Examination, FieldProposals, Fit, Mode, Proposal, Reason, Source, StepFlow, Wire, WireVerdict};
