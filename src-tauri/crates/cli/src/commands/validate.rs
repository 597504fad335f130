//! `heddle validate`.

use heddle_api::{Studio, StudioOptions, with_itself};
use heddle_model::{Workflow, parse_workflow};
use heddle_validate::{Diagnostic, Mode, Options, examine};
use serde_json::json;

use crate::args::{CheckMode, Validate};
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
                tell!("{}: {}", args.file.display(), report::message(&error.to_string()));
            }
            return Ok(Verdict::Bad);
        }
    };
    let workflow = match args.data_dir.filter(|folder| folder.exists()) {
        Some(folder) => {
            let options = StudioOptions { data_dir: Some(folder), examples: false, recover: false };
            Studio::open(options).await?.resolve(workflow).await?
        }
        None => carried(workflow),
    };
    let mode = match args.mode {
        CheckMode::Strict => Mode::Strict,
        CheckMode::Declared => Mode::Declared,
    };
    let found = examine(&workflow, &Options { mode, flows: Some(&[]), ..Options::default() });
    let valid = !found.diagnostics.iter().any(Diagnostic::is_error);
    if args.json {
        let whole = json!({ "valid": valid, "diagnostics": found.diagnostics, "wires": found.wires, "mode": mode });
        say!("{}", serde_json::to_string_pretty(&whole)?);
    } else {
        for one in &found.diagnostics {
            tell!("{}", report::diagnostic(one));
        }
        for wire in &found.wires {
            say!("{}", report::wire(wire));
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
