//! The tests of the expressions, one subject a module.

mod bounds;
mod evaluate;
mod laws;
mod support;
