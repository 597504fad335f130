//! Expressions: CEL over JSON text.
//!
//! What it is for: reading an [`Expression`], telling what it refers to without running it, and evaluating it against a
//! [`Scope`] (`input`, `vars`, `steps.<id>.output`, `context`, in loops `item` and `index`). [`Template`] and
//! [`JsonTemplate`] are texts and JSON values with expressions in them; [`merge_context`] and [`object_of`] put objects
//! together. What it never does: IO, clocks, randomness, unbounded work.
//!
//! The promise: a pure selection (`steps.analyze.output.customer_id`) copies the exact text it selects, so big
//! integers, `1.0`, `1e400`, escapes and key order survive to the letter. Everything else is CEL
//! (<https://github.com/google/cel-spec>), and a number CEL cannot hold exactly is an error, never rounded.
//!
//! Start reading at [`Expression`]; `select.rs` is the walk on the text, `program.rs` the way through CEL, `shape.rs` what
//! can be told of a result without running anything.

mod analysis;
mod context;
mod error;
mod expression;
mod meter;
mod number;
mod opaque;
mod output;
mod path;
mod program;
mod scan;
mod scope;
mod select;
mod shape;
mod template;
mod value;

pub use context::{merge_context, object_of};
pub use error::{EvalError, ExprError, Missing};
pub use expression::{Expression, MAX_DEPTH, MAX_SOURCE_BYTES};
pub use path::{Reference, Root, Segment, Selection, is_identifier};
pub use scope::{OwnInput, Scope};
pub use shape::{Conversion, Operands, ResultKind, Shape};
pub use template::{JsonTemplate, Template};
