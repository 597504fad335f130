//! The operations, one file for each thing they are about.

pub(crate) mod agents;
pub(crate) mod executions;
pub(crate) mod meta;
pub(crate) mod payloads;
pub(crate) mod preview;
pub(crate) mod settings;
pub(crate) mod validation;
pub(crate) mod versions;
pub(crate) mod wires;
pub(crate) mod workflows;
