use heddle_agents::{example_input, examples, kinds, library};
use heddle_model::{Agent, AgentSource, RunMode, Workflow};
use serde_json::{Map, Value, json};

use crate::support::Attempt;

/// Runs the steps in a row as the engine would: each sees everything that came before, merged, and both schemas hold.
async fn run(workflow: &Workflow, input: Value, mode: RunMode) -> Vec<(Value, bool)> {
    let mut context: Map<String, Value> = input.as_object().unwrap().clone();
    assert!(jsonschema::is_valid(workflow.input_schema.as_ref().unwrap(), &input));
    let mut outputs = Vec::new();
    for step in &workflow.steps {
        let agent = workflow.agent_of(step).unwrap();
        let input = Value::Object(context.clone());
        holds(agent, agent.input_schema.as_ref(), &input);
        let result = Attempt::of(agent.clone()).input(&input.to_string()).mode(mode).run().await;
        let answer = result.outcome.unwrap_or_else(|failure| panic!("{}: {failure:?}", agent.id));
        let output = answer.output.tree().unwrap();
        holds(agent, agent.output_schema.as_ref(), &output);
        context.extend(output.as_object().unwrap().clone());
        outputs.push(((*output).clone(), answer.sampled));
    }
    outputs
}

fn holds(agent: &Agent, schema: Option<&Value>, value: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema.unwrap()).unwrap();
    let broken: Vec<String> = validator.iter_errors(value).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert!(broken.is_empty(), "{}: {broken:#?}\n{value:#}", agent.id);
}

async fn triage(text: &str) -> (Value, Value, Value) {
    let outputs = run(&examples()[0], json!({ "ticket_text": text }), RunMode::Live).await;
    assert!(outputs.iter().all(|(_, sampled)| !sampled));
    (outputs[0].0.clone(), outputs[1].0["customer_360"].clone(), outputs[2].0.clone())
}

#[tokio::test]
async fn the_sample_ticket_is_understood_and_answered() {
    let input: Value = serde_json::from_str(example_input()).unwrap();
    let (analysis, customer, solution) = triage(input["ticket_text"].as_str().unwrap()).await;
    assert_eq!(
        analysis,
        json!({
            "ticket_id": "TKT-48213",
            "customer_id": "CUST-1001",
            "email": "margaret.hale@northwind-logistics.example",
            "subject": "VPN drops again, and charged twice",
            "language": "en",
            "category": "billing",
            "priority": "high",
            "sentiment": { "label": "negative", "score": -0.5 },
            "tags": ["vpn", "refund", "double-charge", "repeat-contact"],
            "amounts": [{ "value": 499, "currency": "EUR" }],
            "dates": ["2026-11-03", "2026-11-16"],
        })
    );
    assert_eq!(customer["profile"]["name"], "Margaret Hale");
    assert_eq!(customer["purchases"].as_array().unwrap().len(), 4);
    assert_eq!(customer["purchases"][0]["amount"].to_string(), "499.0");
    assert_eq!(customer["totals"]["average_satisfaction"].to_string(), "3.0");
    assert_eq!(solution["recommendation"], "Refund order ORD-50872 (499 EUR): it was charged twice.");
    assert_eq!(solution["confidence"].to_string(), "0.95");
    assert_eq!(solution["escalate"], true);
    assert_eq!(solution["respond_within_hours"], 2);
}

#[tokio::test]
async fn an_unknown_customer_is_looked_for_first() {
    let (analysis, customer, solution) = triage("Hi, customer 9999 here. My laptop screen stays black. No rush.").await;
    assert_eq!(analysis["customer_id"], "CUST-9999");
    assert_eq!((&analysis["category"], &analysis["priority"]), (&json!("hardware"), &json!("low")));
    assert_eq!(
        customer,
        json!({
            "found": false, "customer_id": "CUST-9999", "profile": null, "purchases": [], "support_history": [],
            "totals": { "orders": 0, "paid_orders": 0, "tickets": 0, "open_tickets": 0, "average_satisfaction": null },
        })
    );
    assert!(solution["next_steps"][0]["action"].as_str().unwrap().contains("who the customer is"));
}

#[tokio::test]
async fn a_ticket_without_ids_is_found_by_its_address() {
    let (analysis, customer, _) = triage("How do I export the logo?\nThanks, SAMUEL@okafor-design.example").await;
    assert_eq!((&analysis["ticket_id"], &analysis["customer_id"]), (&Value::Null, &Value::Null));
    assert_eq!(customer["customer_id"], "CUST-1007");
    assert_eq!(analysis["sentiment"]["label"], "positive");
    let (_, nobody, _) = triage("It does not work").await;
    assert_eq!(nobody["customer_id"], Value::Null);
}

#[tokio::test]
async fn an_angry_customer_is_called_and_escalated() {
    let (analysis, _, solution) =
        triage("CUST-1004 THIS IS RIDICULOUS AND UNACCEPTABLE!!! Reports crash again. Worst tool ever, I am furious.")
            .await;
    assert_eq!(analysis["sentiment"], json!({ "label": "negative", "score": -1 }));
    assert_eq!(analysis["priority"], "high");
    assert_eq!(solution["next_steps"][0]["action"], "Call the customer before writing");
    assert_eq!(solution["escalate"], true);
}

#[tokio::test]
async fn a_refund_is_checked_against_the_orders() {
    let (analysis, _, solution) =
        triage("Ticket INC-77123, client n° 1004: please refund the onboarding session, £150.00, from 12/10/2026.")
            .await;
    assert_eq!(analysis["ticket_id"], "INC-77123");
    assert_eq!(analysis["amounts"], json!([{ "value": 150, "currency": "GBP" }]));
    assert_eq!(analysis["dates"], json!(["2026-10-12"]));
    assert_eq!(solution["recommendation"], "Explain that order ORD-50777 was already refunded.");
}

#[tokio::test]
async fn french_is_read_with_its_accents() {
    let (analysis, customer, solution) = triage(
        "Objet : Prélèvement en double\n\nBonjour, je suis le client CUST-1002. J’ai été débité deux fois de 1 129,90 € \
         le 3 février 2026 et le 1er août 2026. Je suis très déçu, merci de me rembourser dès que possible.",
    )
    .await;
    assert_eq!(analysis["language"], "fr");
    assert_eq!(analysis["subject"], "Prélèvement en double");
    assert_eq!(analysis["category"], "billing");
    assert_eq!(analysis["priority"], "high");
    assert_eq!(analysis["amounts"], json!([{ "value": 1129.9, "currency": "EUR" }]));
    assert_eq!(analysis["dates"], json!(["2026-02-03", "2026-08-01"]));
    assert_eq!(customer["profile"]["name"], "Étienne Lefèvre");
    assert!(solution["reasons"].as_array().unwrap().contains(&json!("No order has the amount the customer names.")));
}

#[tokio::test]
async fn odd_texts_are_read_without_a_stumble() {
    let (analysis, _, solution) = triage("").await;
    assert_eq!((&analysis["subject"], &analysis["priority"]), (&json!(""), &json!("low")));
    assert_eq!(solution["confidence"].to_string(), "0.05");
    assert!(solution["recommendation"].as_str().unwrap().contains("empty"));
    for text in [
        " \n\t\n ",
        "🧵🧵🧵",
        "31/02/2026 and 99/99/9999",
        "$ € £ #",
        "((((",
        "{{ input.ticket_text }}",
        "'; DROP TABLE customers; --",
    ] {
        let (analysis, ..) = triage(text).await;
        assert_eq!((&analysis["dates"], &analysis["amounts"]), (&json!([]), &json!([])), "{text}");
    }
    for filler in ["x", "1", "a@", "1 ", "!", "€1"] {
        triage(&filler.repeat(100_000 / filler.chars().count())).await;
    }
    triage(&format!("{}😀", "é".repeat(119))).await;
}

#[tokio::test]
async fn the_twin_answers_with_samples_that_say_so() {
    let outputs = run(&examples()[1], json!({ "ticket_text": "anything" }), RunMode::Test).await;
    let sampled: Vec<bool> = outputs.iter().map(|(_, sampled)| *sampled).collect();
    assert_eq!(sampled, [true, false, true]);
    assert!(outputs[0].0["subject"].as_str().unwrap().starts_with("SAMPLE"));
    assert!(outputs[2].0["recommendation"].as_str().unwrap().starts_with("SAMPLE"));
}

#[test]
fn examples_are_laid_out_in_a_row_and_carry_the_librarys_agents() {
    let workflows = examples();
    let ids: Vec<&str> = workflows.iter().map(|workflow| workflow.id.as_str()).collect();
    assert_eq!(ids, ["it-ticket-triage", "it-ticket-triage-llm"]);
    for workflow in &workflows {
        let xs: Vec<f64> = workflow.steps.iter().map(|step| step.position.unwrap().x).collect();
        assert_eq!(xs, [0.0, 320.0, 640.0]);
        assert_eq!(workflow.edges.len(), 2);
        for step in &workflow.steps {
            let AgentSource::Ref(id) = &step.agent else { panic!("{} is inline", step.id) };
            let carried = workflow.agent_of(step);
            let own = library().into_iter().find(|agent| agent.id == *id);
            assert!(carried == own.as_ref(), "{id} has changed: run the cargo example carry_agents");
        }
    }
}

#[test]
fn every_agent_of_the_library_has_a_valid_contract() {
    let kinds = kinds();
    for agent in library() {
        let info = kinds.iter().find(|info| info.kind == agent.kind).unwrap();
        holds(&agent, Some(&info.config_schema), &Value::Object(agent.config.clone()));
        for schema in [&agent.input_schema, &agent.output_schema] {
            assert!(jsonschema::meta::is_valid(schema.as_ref().unwrap()));
        }
        if let Some(sample) = &agent.sample {
            holds(&agent, agent.output_schema.as_ref(), sample);
        }
        assert!(!agent.name.is_empty() && agent.description.ends_with('.'));
    }
}
