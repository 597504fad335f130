//! The operations, one file for each thing they are about.

pub(crate) mod agents;
pub(crate) mod approvals;
pub(crate) mod control;
pub(crate) mod executions;
pub(crate) mod meta;
pub(crate) mod payloads;
pub(crate) mod preview;
pub(crate) mod reruns;
pub(crate) mod routing;
pub(crate) mod settings;
pub(crate) mod storage;
pub(crate) mod validation;
pub(crate) mod versions;
pub(crate) mod wires;
pub(crate) mod workflows;
