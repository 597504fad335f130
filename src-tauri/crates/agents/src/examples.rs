//! The workflows Heddle brings along.

use heddle_model::{Workflow, parse_workflow};

const DOCUMENTS: [&str; 2] = [
    include_str!("../../../../examples/it-ticket-triage.json"),
    include_str!("../../../../examples/it-ticket-triage-llm.json"),
];

/// The workflows of the folder `examples`, each with its agents carried along.
pub fn examples() -> Vec<Workflow> {
    // A test reads every one of them, so that none is missing here.
    DOCUMENTS.iter().filter_map(|text| parse_workflow(text).ok()).collect()
}

/// A ticket to try [`examples`] with: the input of either workflow.
pub fn example_input() -> &'static str {
    include_str!("../../../../examples/it-ticket-triage.input.json")
}
