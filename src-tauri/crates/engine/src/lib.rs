//! The engine: a pure scheduler and the tokio runtime around it.
mod ports;
pub use ports::*;
