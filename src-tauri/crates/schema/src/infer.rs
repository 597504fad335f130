//! Infer.
pub fn infer() {}
