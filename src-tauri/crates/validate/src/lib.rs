//! Graph checks: everything that is wrong with a workflow, with what would mend it.
//!
//! What it is for: the problems list of the editor, `heddle validate`, and the gate in front of saving a version or
//! starting an execution. What it never does: fail, panic, change the document, or look at anything but it and the
//! agents it is given.
//!
//! Start reading at [`validate`]; [`Code`] lists what can be found, [`graph`] orders the steps, [`examine`] says of every wire
//! whether what flows over it fits.

mod agents;
mod checks;
mod cycles;
mod diagnostic;
mod edit;
mod flow;
pub mod graph;
mod preview;
mod questions;
mod similar;
mod validate;

pub use diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
pub use flow::{
    Comparisons, Examination, FieldProposals, FieldVerdict, Fit, Mode, Proposal, Reason, Source, StepFlow, Wire,
    WireVerdict,
};
pub use preview::{PreviewProblem, Previewed, StandIn, StepPreview, preview};
pub use questions::{Fits, automap, fit};
pub use validate::{MAX_FLOWS, Options, examine, validate};
