//! The commands, one file each.

pub(crate) mod approvals;
pub(crate) mod completions;
pub(crate) mod executions;
pub(crate) mod pages;
pub(crate) mod reruns;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod schema_check;
pub(crate) mod serve;
pub(crate) mod storage;
pub(crate) mod test;
pub(crate) mod times;
pub(crate) mod validate;
