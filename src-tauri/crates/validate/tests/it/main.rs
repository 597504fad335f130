//! The tests of the checks: a document goes in, the findings come out, a line each.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod expressions;
mod flow;
mod laws;
mod preview;
mod schemas;
mod soundness;
mod structure;
mod support;
mod wires;
