//! heddle-expr
