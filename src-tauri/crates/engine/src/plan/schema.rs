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
        let breaches = heddle_schema::breaches_by(validator, schema, &tree);
        let told = breaches.iter().take(SHOWN).map(|breach| {
            let (asked, there) = (shorten(&breach.fragment.to_string()), shorten(&breach.actual));
            format!("{} (the schema there is {asked}, the value {there})", breach.message)
        });
        match breaches.len() {
            0 => Ok(()),
            1..=SHOWN => Err(told.collect::<Vec<_>>().join("; ")),
            more => Err(format!("{}; and {} more", told.collect::<Vec<_>>().join("; "), more - SHOWN)),
        }
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
