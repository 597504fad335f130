//! Does everything one JSON Schema allows fit another? And if not, which value does not?
//!
//! [`check()`] compares two schemas of any draft from 4 to 2020-12 and answers *always*, *sometimes*, *never* or *unknown*;
//! every "no" comes with a value that the [`jsonschema`] crate has confirmed to be valid under the first schema and
//! invalid under the second, and with reasons in words. [`sample()`] makes realistic values of a schema, [`infer()`] a schema
//! of values, [`generalise()`] one schema of several, [`describe()`] a line for people, and [`breaches()`] says where a
//! value breaks a schema.
//!
//! ```
//! use heddle_schema::{Options, Verdict, check};
//! use serde_json::json;
//!
//! let produced = json!({"type": "object", "properties": {"priority": {"type": ["integer", "string"]}}, "required": ["priority"]});
//! let consumed = json!({"type": "object", "properties": {"priority": {"type": "integer"}}, "required": ["priority"]});
//! let report = check(&produced, &consumed, &Options::default());
//! assert!(matches!(report.verdict, Verdict::Sometimes { .. }));
//! assert_eq!(report.reasons[0].message, "priority may be a string; an integer is expected");
//! ```
//!
//! What it never does: read a file, fetch a reference, keep anything between calls, or guess. What is outside the decided
//! fragment (see `docs/compatibility.md`) or beyond the work budget is *unknown*, with the reason.
//!
//! Start reading at `check.rs`; then `ir` (the canonical form), `read` (schemas into it), `solve` (the search for a value).

mod breach;
mod check;
mod decimal;
mod describe;
mod draft;
mod evaluate;
mod explain;
mod generalise;
mod infer;
mod ir;
mod judge;
mod read;
mod regex;
mod report;
mod sample;
mod solve;
mod value;

pub use breach::{Breach, breaches, breaches_by};
pub use check::{Options, check};
pub use describe::describe;
pub use draft::Draft;
pub use generalise::generalise;

pub use infer::infer;
pub use judge::not_a_schema;
pub use report::{Mode, Reason, Report, Verdict};
pub use sample::{SampleError, sample};
