//! `heddle validate`.

use heddle_api::{Studio, StudioOptions, with_itself};
use heddle_model::{Workflow, parse_workflow};
use heddle_validate::{Diagnostic, Options, validate};
use serde_json::json;

use crate::args::Validate;
use crate::{Verdict, files, report};

pub(crate) async fn run(args: Validate) -> anyhow::Result<Verdict> {
    let text = files::read(&args.file)?;
    let workflow = match parse_workflow(&text) {
        Ok(workflow) => workflow,
        Err(error) => {
            // A document that cannot be read is an answer to the question too.
            if args.json {
                say!("{}", json!({ "valid": false, "error": error.to_string(), "diagnostics": [] }));
            } else {
                eprintln!("{}: {}", args.file.display(), report::message(&error.to_string()));
            }
            return Ok(Verdict::Bad);
        }
    };
    let found = match args.data_dir.filter(|folder| folder.exists()) {
        Some(folder) => {
            let options = StudioOptions { data_dir: Some(folder), examples: false, recover: false };
            Studio::open(options).await?.validate(&workflow).await?
        }
        None => validate(&carried(workflow), &Options::default()),
    };
    let valid = !found.iter().any(Diagnostic::is_error);
    if args.json {
        say!("{}", serde_json::to_string_pretty(&json!({ "valid": valid, "diagnostics": found }))?);
    } else {
        for one in &found {
            eprintln!("{}", report::diagnostic(one));
        }
        say!("{}: {}", args.file.display(), if valid { "valid" } else { "not valid" });
    }
    Ok(if valid { Verdict::Good } else { Verdict::Bad })
}

/// The document with the agents it refers to that come with Heddle, and itself if it runs itself.
pub(crate) fn carried(workflow: Workflow) -> Workflow {
    let library = heddle_agents::library();
    with_itself(workflow.with_agents(|id| library.iter().find(|agent| agent.id == *id).cloned()).0)
}
