//! Behaviour of the store on real files.

mod support;

mod library;
