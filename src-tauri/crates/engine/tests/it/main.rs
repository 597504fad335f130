//! The runtime with real tasks and fake agents.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod basics;
mod patterns;
mod pools;
mod replay;
mod support;
