//! `heddle schema`: the schemas of Heddle's own formats, and what can be made of any schema.

use std::path::Path;

use anyhow::Context as _;
use heddle_schema::SampleError;
use serde_json::Value;

use super::schema_check;
use crate::args::{Schema, SchemaCommand};
use crate::{Verdict, files, report};

/// The input is not what the command works on.
pub(crate) const BAD_INPUT: u8 = 3;

pub(crate) fn run(args: &Schema) -> anyhow::Result<Verdict> {
    match &args.what {
        SchemaCommand::Workflow => print(&heddle_model::workflow_json_schema()),
        SchemaCommand::Openapi => print(&heddle_api::openapi()?),
        SchemaCommand::Check(args) => or_bad_input(schema_check::run(args)),
        SchemaCommand::Sample { schema, seed } => or_bad_input(sample(schema, *seed)),
        SchemaCommand::Infer { values } => or_bad_input(infer(values.as_deref().unwrap_or(Path::new("-")))),
    }
}

fn print(value: &Value) -> anyhow::Result<Verdict> {
    say!("{}", serde_json::to_string_pretty(value)?);
    Ok(Verdict::Good)
}

/// These commands keep 2 for "unknown"; what could not be read is 3.
fn or_bad_input(done: anyhow::Result<Verdict>) -> anyhow::Result<Verdict> {
    done.or_else(|error| {
        tell!("heddle: {}", report::chain(&error));
        Ok(Verdict::Code(BAD_INPUT))
    })
}

/// A JSON value from a file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Value> {
    serde_json::from_str(&files::read(path)?).with_context(|| format!("{} is not JSON", path.display()))
}

fn sample(schema: &Path, seed: u64) -> anyhow::Result<Verdict> {
    match heddle_schema::sample(&read(schema)?, seed) {
        Ok(value) => print(&value),
        Err(error) => {
            tell!("heddle: {}: {error}", schema.display());
            Ok(Verdict::Code(match error {
                SampleError::Empty => 1,
                SampleError::Undecided(_) => 2,
                SampleError::Invalid(_) => BAD_INPUT,
            }))
        }
    }
}

fn infer(path: &Path) -> anyhow::Result<Verdict> {
    let text = files::read(path)?;
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text).into_iter().collect();
    let values = values.with_context(|| format!("{} is not JSON, or stops short", path.display()))?;
    print(&heddle_schema::infer(&values))
}
