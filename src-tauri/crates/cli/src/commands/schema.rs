//! `heddle schema`.

use crate::Verdict;
use crate::args::{Schema, SchemaCommand};

pub(crate) fn run(args: &Schema) -> anyhow::Result<Verdict> {
    let schema = match args.what {
        SchemaCommand::Workflow => heddle_model::workflow_json_schema(),
        SchemaCommand::Openapi => heddle_api::openapi()?,
    };
    println!("{}", serde_json::to_string_pretty(&schema)?);
    Ok(Verdict::Good)
}
