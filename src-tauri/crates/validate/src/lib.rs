//! heddle-validate
