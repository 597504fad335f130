//! Every kind against real things: a real interpreter, real SQLite files, real servers on loopback.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod examples;
mod http;
mod keys;
mod kinds;
mod llm;
mod logic;
mod script;
mod select;
mod server;
mod sql;
mod support;
mod tls;
