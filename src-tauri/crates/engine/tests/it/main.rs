//! The runtime with real tasks and fake agents.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod again;
mod clock;
mod failing;
mod frames;
mod order;
mod payloads;
mod people;
mod pools;
mod replay;
mod stopping;
mod support;
