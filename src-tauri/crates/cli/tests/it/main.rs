//! The command line, run as people run it: the real binary, real files, real signals.

mod executions;
mod run;
mod schema;
mod serve;
mod support;
mod validate;
