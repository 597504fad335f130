//! heddle-api
