//! The checks, one subject a file. Each adds what it finds; none depends on what another found.

pub(crate) mod carried;
pub(crate) mod expressions;
pub(crate) mod flow;
pub(crate) mod policies;
pub(crate) mod schemas;
pub(crate) mod structure;
