//! The command line, run as people run it: the real binary, real files, real signals.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod approvals;
mod executions;
mod patterns;
mod run;
mod schema;
mod serve;
mod storage;
mod support;
mod validate;
