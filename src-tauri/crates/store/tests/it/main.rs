//! Behaviour of the store on real files.

mod support;

mod blobs;
mod library;
mod runs;
