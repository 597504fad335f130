use heddle_agents::{branches, kinds};
use heddle_model::{AgentKind, FailureCode};
use serde_json::{Value, json};

use crate::support::Attempt;

#[test]
fn there_is_one_for_every_kind_with_a_form_that_fits_its_defaults() {
    let kinds = kinds();
    assert_eq!(kinds.iter().map(|info| info.kind).collect::<Vec<_>>(), AgentKind::ALL);
    for info in kinds {
        assert!(["Language", "Data", "Logic", "Human"].contains(&info.group));
        assert!(jsonschema::meta::is_valid(&info.config_schema), "{}", info.kind);
        let text = info.config_schema.to_string();
        assert!(
            !text.contains("$ref") && !text.contains("$defs"),
            "{}: a form needs the whole schema\n{text}",
            info.kind
        );
        let errors: Vec<String> = jsonschema::validator_for(&info.config_schema)
            .unwrap()
            .iter_errors(&Value::Object(info.default_config.clone()))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", info.kind);
        for (name, field) in info.config_schema["properties"].as_object().unwrap() {
            assert!(field["title"].is_string() && field["description"].is_string(), "{}.{name}: {field}", info.kind);
        }
    }
}

#[test]
fn only_conditions_choose_branches() {
    for info in kinds() {
        let agent = Attempt::new(info.kind.as_str(), Value::Object(info.default_config)).call.agent;
        assert_eq!(!branches(&agent).is_empty(), info.branches);
    }
}

#[tokio::test]
async fn a_new_agent_runs_and_keeps_its_promise() {
    for info in kinds() {
        // These need somebody to talk to; or somebody to choose from.
        if matches!(info.kind, AgentKind::Http | AgentKind::Llm | AgentKind::Select) || !info.kind.is_called() {
            continue;
        }
        let output =
            Attempt::new(info.kind.as_str(), Value::Object(info.default_config)).input(r#"{"a":1}"#).answer().await;
        if let Some(schema) = info.default_output_schema {
            assert!(jsonschema::is_valid(&schema, &serde_json::from_str(&output).unwrap()), "{}", info.kind);
        } else {
            assert_eq!(output, r#"{"a":1}"#);
        }
    }
}

#[tokio::test]
async fn hostile_settings_fail_and_never_panic() {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let values = [
        json!(null),
        json!(-1),
        json!(u64::MAX),
        json!(1e308),
        json!(""),
        json!("{{"),
        json!("{{ }}"),
        json!("\0"),
        json!("é".repeat(5000)),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "": null }),
        deep,
        json!("http://"),
        json!("http://127.0.0.1:1/"),
        json!("file:///etc/passwd"),
    ];
    for info in kinds().into_iter().filter(|info| info.kind.is_called()) {
        let fields: Vec<String> = info.config_schema["properties"].as_object().unwrap().keys().cloned().collect();
        for field in &fields {
            for value in &values {
                let mut config = info.default_config.clone();
                if info.kind == AgentKind::Http {
                    config.insert("url".to_owned(), json!("http://127.0.0.1:1/"));
                }
                if info.kind == AgentKind::Llm {
                    config.insert("base_url".to_owned(), json!("http://127.0.0.1:1/"));
                    config.insert("model".to_owned(), json!("m"));
                }
                config.insert(field.clone(), value.clone());
                let attempt = Attempt::new(info.kind.as_str(), Value::Object(config));
                if let Err(failure) = attempt.run().await.outcome {
                    assert_ne!(failure.code, FailureCode::Internal, "{}.{field} = {value}: {failure:?}", info.kind);
                    assert!(!failure.message.is_empty());
                }
            }
        }
        Attempt::new(info.kind.as_str(), json!({})).run().await;
    }
}
