//! One schema for the values of several.
pub fn generalise() {}
