//! The tests of the expressions, one subject a module.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod bounds;
mod evaluate;
mod laws;
mod support;
