//! Sample values: realistic, and valid without exception.
//!
//! A draft is made from the schema as a person would read it: examples and defaults first, then values that fit formats
//! and property names. It counts only if a validator accepts it; after some drafts that do not, the search of the solver,
//! which misses nothing, has the last word.

mod draft;
mod random;
mod words;

use std::fmt;

use serde_json::Value;

use crate::{
    check::{Options, is_deeper_than},
    draft::Draft,
    ir::Arena,
    judge,
    read::{self, How},
    solve::{Outcome, Solver},
};
use random::Random;

/// How many drafts are made before the solver is asked.
const DRAFTS: u64 = 12;

/// Why there is no sample.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SampleError {
    /// No value satisfies the schema.
    Empty,
    /// The schema is none, or a validator cannot work with it; the text says why.
    Invalid(String),
    /// Neither a value was found nor was it shown that there is none; the text says why.
    Undecided(String),
}

impl fmt::Display for SampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SampleError::Empty => write!(f, "no value satisfies the schema"),
            SampleError::Invalid(why) => write!(f, "the schema cannot be used: {why}"),
            SampleError::Undecided(why) => write!(f, "no value was found: {why}"),
        }
    }
}

impl std::error::Error for SampleError {}

/// A realistic value that is valid under the schema; equal seeds give equal values.
///
/// `format` is honoured wherever possible although it is only an annotation. Schemas without `$schema` are 2020-12.
///
/// ```
/// let schema = serde_json::json!({"type": "object", "properties": {"email": {"type": "string"}}, "required": ["email"]});
/// let value = heddle_schema::sample(&schema, 7)?;
/// assert!(value["email"].as_str().is_some_and(|email| email.contains('@')));
/// # Ok::<(), heddle_schema::SampleError>(())
/// ```
///
/// # Errors
///
/// If the schema has no values, is not a schema, or is beyond what is decided.
pub fn sample(schema: &Value, seed: u64) -> Result<Value, SampleError> {
    let options = Options::default();
    if is_deeper_than(schema, 200) {
        return Err(SampleError::Undecided("the schema is nested too deeply".into()));
    }
    let mut arena = Arena::new();
    let how = How { draft: Draft::Draft202012, declared: false, formats: false };
    let lit = read::read(&mut arena, schema, how).map_err(SampleError::Invalid)?;
    let loose = judge::validator(schema, how.draft, false).map_err(SampleError::Invalid)?;
    let strict = judge::validator(schema, how.draft, true).map_err(SampleError::Invalid)?;
    let mut second_best = None;
    for attempt in 0..DRAFTS {
        let mut random = Random::new(seed.wrapping_mul(DRAFTS).wrapping_add(attempt));
        let Some(value) = draft::draft(schema, &mut random) else { continue };
        if strict.is_valid(&value) {
            return Ok(value);
        }
        if second_best.is_none() && loose.is_valid(&value) {
            second_best = Some(value);
        }
    }
    if let Some(value) = second_best {
        return Ok(value);
    }
    let mut solver = Solver::new(&mut arena, options.work);
    match solver.solve(&[lit]) {
        Outcome::Empty => Err(SampleError::Empty),
        Outcome::Witness(value) | Outcome::Open(Some(value)) if loose.is_valid(&value.to_json()) => Ok(value.to_json()),
        _ => Err(SampleError::Undecided(solver.why().unwrap_or("validators disagree about the value found").into())),
    }
}
