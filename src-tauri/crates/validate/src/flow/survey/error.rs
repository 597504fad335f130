//! What is seen of a step that failed, on the branch for errors: `{"error": …}` in place of its output.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use crate::flow::expression::Given;

/// What later steps see of a step that failed for sure.
pub(super) fn error_output() -> Given {
    static OUTPUT: LazyLock<Arc<Value>> = LazyLock::new(|| Arc::new(schema()));
    Given::known(Arc::clone(&OUTPUT))
}

/// The schema of [`heddle_model::ErrorRecord`] as the engine writes it.
fn schema() -> Value {
    let (text, count) = (json!({ "type": "string" }), json!({ "type": "integer", "minimum": 1 }));
    let texts = json!({ "type": "array", "items": text });
    let failure = json!({
        "type": "object",
        "properties": {
            "code": text, "message": text, "causes": texts, "transient": { "type": "boolean" },
            "retry_after_ms": { "type": "integer", "minimum": 0 },
        },
        "required": ["code", "message", "transient"],
    });
    let payload = json!({
        "type": "object",
        "properties": { "hash": text, "bytes": { "type": "integer", "minimum": 0 } },
        "required": ["hash", "bytes"],
    });
    let record = json!({
        "type": "object",
        "properties": {
            "step": text, "step_name": text, "agent": text, "position": count, "total": count, "attempt": count,
            "failure": failure, "input": payload, "at": text, "completed": texts,
        },
        "required": ["step", "step_name", "position", "total", "attempt", "failure", "at", "completed"],
    });
    json!({ "type": "object", "properties": { "error": record }, "required": ["error"], "additionalProperties": false })
}

#[cfg(test)]
mod tests {
    use heddle_model::{ErrorRecord, Failure, FailureCode, Payload, Timestamp};

    use super::*;

    #[test]
    fn it_is_what_the_engine_writes() {
        let mut failure = Failure::new(FailureCode::Timeout, "too slow");
        let input = Payload::from_value(&json!({ "a": 1 }));
        let mut record = ErrorRecord {
            step: "a".into(),
            step_name: "A".to_owned(),
            agent: None,
            position: 1,
            total: 2,
            attempt: 1,
            failure: failure.clone(),
            input: None,
            at: Timestamp::from_micros(0),
            completed: Vec::new(),
        };
        let output = |record: &ErrorRecord| json!({ "error": serde_json::to_value(record).unwrap() });
        assert!(jsonschema::is_valid(&schema(), &output(&record)));
        failure.causes.push("the network".to_owned());
        failure.retry_after_ms = Some(10);
        (record.failure, record.agent, record.input) = (failure, Some("x".into()), Some(input.reference()));
        record.completed.push("b".into());
        let full = output(&record);
        assert!(jsonschema::is_valid(&schema(), &full), "{full:#}");
        let declared = &schema()["properties"]["error"]["properties"];
        let names =
            |value: &Value| value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names(declared), names(&full["error"]), "every field, and no other");
        assert_eq!(names(&declared["failure"]["properties"]), names(&full["error"]["failure"]));
    }
}
