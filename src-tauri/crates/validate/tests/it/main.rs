//! The tests of the checks: a document goes in, the findings come out, a line each.

mod expressions;
mod flow;
mod laws;
mod schemas;
mod structure;
mod support;
