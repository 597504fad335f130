//! Writes the library's current agents into the workflows of the folder `examples`, which carry them along.
//! Run it after a change to `src/library`: `cargo run -p heddle-agents --example carry_agents`.

use std::error::Error;
use std::path::Path;

use heddle_agents::library;
use heddle_model::parse_workflow;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples");
    for name in ["it-ticket-triage.json", "it-ticket-triage-llm.json"] {
        let path = folder.join(name);
        let mut workflow = parse_workflow(&std::fs::read_to_string(&path)?)?;
        workflow.agents.clear();
        let (workflow, missing) = workflow.with_agents(|id| library().into_iter().find(|agent| agent.id == *id));
        if let Some(id) = missing.first() {
            return Err(format!("{name} refers to {id}, which is not in the library").into());
        }
        std::fs::write(&path, serde_json::to_string_pretty(&workflow)? + "\n")?;
    }
    Ok(())
}
