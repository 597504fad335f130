//! Schemas of a plan, compiled when they are first needed.

use std::sync::OnceLock;

use heddle_model::Payload;

/// A schema compiled at its first use; most steps of a large workflow may never run.
#[derive(Debug)]
pub(super) struct CompiledSchema {
    schema: Option<serde_json::Value>,
    validator: OnceLock<Result<jsonschema::Validator, String>>,
}

impl CompiledSchema {
    pub(super) fn new(schema: Option<serde_json::Value>) -> Self {
        // `true` and `{}` accept everything: no tree is built for them.
        let schema = schema
            .filter(|schema| !matches!(schema, serde_json::Value::Bool(true)))
            .filter(|schema| schema.as_object().is_none_or(|object| !object.is_empty()));
        Self { schema, validator: OnceLock::new() }
    }

    /// Whether it accepts everything.
    pub(super) const fn is_open(&self) -> bool {
        self.schema.is_none()
    }

    /// What is wrong with a payload.
    pub(super) fn check(&self, payload: &Payload) -> Result<(), String> {
        const SHOWN: usize = 3;
        let Some(schema) = &self.schema else { return Ok(()) };
        let validator =
            self.validator.get_or_init(|| jsonschema::validator_for(schema).map_err(|error| error.to_string()));
        let validator = validator.as_ref().map_err(|error| format!("the schema itself is wrong: {error}"))?;
        let tree = payload.tree().map_err(|error| error.to_string())?;
        let mut errors = validator.iter_errors(&tree);
        let mut found: Vec<String> = errors
            .by_ref()
            .take(SHOWN)
            .map(|error| {
                let path = error.instance_path().to_string();
                format!("{}: {}", if path.is_empty() { "/" } else { &path }, shorten(&error.to_string()))
            })
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        if errors.next().is_some() {
            found.push("and more".to_owned());
        }
        Err(found.join("; "))
    }
}

/// A message names the value that is wrong; one that holds megabytes helps nobody.
fn shorten(message: &str) -> String {
    const SHOWN: usize = 300;
    match message.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &message[..cut]),
        None => message.to_owned(),
    }
}
