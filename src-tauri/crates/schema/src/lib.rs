//! heddle-schema
