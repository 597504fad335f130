//! A wire that does not fit: seen while it is drawn, proven by a value, mended by a button.

use serde_json::{Value, json};

use crate::canvas::node;
use crate::person::{Person, Spot};
use crate::stage::Stage;

/// An agent that gives an amount as a number, and one that wants it as text.
fn agents() -> [(&'static str, Value); 2] {
    let object =
        |amount: Value| json!({ "type": "object", "properties": { "amount": amount }, "required": ["amount"] });
    let code = "function run(input) { return { amount: 99.99 } }";
    [
        (
            "invoice",
            json!({ "id": "invoice", "name": "Invoice", "kind": "script", "config": { "code": code },
                "output_schema": object(json!({ "type": "number" })) }),
        ),
        (
            "refund",
            json!({ "id": "refund", "name": "Refund", "kind": "script", "config": { "code": "function run(input) { return input }" },
                "input_schema": object(json!({ "type": "string" })) }),
        ),
    ]
}

impl Person {
    /// Puts an agent into the library, as another program would.
    async fn lends_agent(&self, id: &str, agent: &Value) -> anyhow::Result<()> {
        let text = agent.to_string();
        let answer = self
            .asks_page(&format!(
                "const done = arguments[arguments.length - 1];
                 fetch('heddle://localhost/api/agents/{id}', {{
                   method: 'PUT', headers: {{ 'content-type': 'application/json' }}, body: {text:?},
                 }}).then((answer) => done(answer.status), (error) => done('failed: ' + error))"
            ))
            .await?;
        anyhow::ensure!(answer == json!(200) || answer == json!(201), "{answer}");
        Ok(())
    }
}

#[tokio::test]
async fn a_wire_that_never_fits_shows_a_value_that_proves_it_and_is_mended_by_one_button() -> anyhow::Result<()> {
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    person.sees("[data-testid=nav-workflows]").await?;
    for (id, agent) in agents() {
        person.lends_agent(id, &agent).await?;
    }
    person.clicks("[data-testid=new-workflow]").await?;
    person.sees("[data-testid=canvas]").await?;
    person.clicks("[data-testid=workflow-input-add]").await?;
    person.writes("[data-testid=workflow-input-0-name]", "ticket").await?;
    person.places_agent("invoice", Spot { x: 150, y: 160 }, 1).await?;
    person.places_agent("refund", Spot { x: 480, y: 160 }, 2).await?;

    // The wire says it while it is still in the hand.
    let from = person.middle("[data-testid=port-out-invoice]").await?;
    let to = person.middle("[data-testid=port-in-refund]").await?;
    person.carries(from, to).await?;
    person.sees("[data-testid=fit-note][data-verdict=never]").await?;
    person.photographs("wire-in-hand").await?;
    person.lets_go().await?;

    let badge = "[data-testid=wire-verdict-e1]";
    person.sees(&format!("{badge}[data-verdict=never]")).await?;
    person.sees(&format!("{}[data-trouble=error]", node("refund"))).await?;
    // What is wrong and what mends it are there without a further click.
    person.reads("[data-testid=wire-panel-verdict]", "Never fits").await?;
    person.reads("[data-testid=wire-counterexample] [data-mark=bad]", "\"amount\": ").await?;
    person.photographs("wire-never").await?;

    person.clicks("[data-testid=wire-repair-0]").await?;
    person.sees("[data-testid=wire-panel-verdict][data-verdict=always]").await?;
    person.sees(&format!("{badge}[data-verdict=always]")).await?;
    person.sees_no_more(&format!("{}[data-trouble]", node("refund"))).await?;
    person.photographs("wire-mended").await?;

    // The repair is an edit like any other.
    person.clicks("[data-testid=wire-repair-undo]").await?;
    person.sees(&format!("{badge}[data-verdict=never]")).await?;
    person.leaves().await
}
