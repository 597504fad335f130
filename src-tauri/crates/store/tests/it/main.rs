//! Behaviour of the store on real files.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on says so; helpers are tests as well"
)]

mod support;

mod blobs;
mod cache;
mod child;
mod claims;
mod crash;
mod disk;
mod kill;
mod library;
mod migrating;
mod opening;
mod rebuild;
mod rows;
mod runs;
mod storage;
