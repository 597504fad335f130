//! The agents Heddle brings along.

use heddle_model::Agent;
use serde_json::Value;

/// An agent's document, and the setting whose text stands in a file of its own.
struct Source {
    document: &'static str,
    setting: Option<(&'static str, &'static str)>,
}

const SOURCES: [Source; 5] = [
    Source {
        document: include_str!("library/ticket-analyzer.json"),
        setting: Some(("code", include_str!("library/ticket-analyzer.js"))),
    },
    Source {
        document: include_str!("library/customer-data.json"),
        setting: Some(("sql", include_str!("library/customer-data.sql"))),
    },
    Source {
        document: include_str!("library/solution-generator.json"),
        setting: Some(("code", include_str!("library/solution-generator.js"))),
    },
    Source { document: include_str!("library/ticket-analyzer-llm.json"), setting: None },
    Source { document: include_str!("library/solution-generator-llm.json"), setting: None },
];

/// The agents Heddle brings along, in the order the library shows them. They work without any key or network, except
/// for the two that ask a language model.
pub fn library() -> Vec<Agent> {
    SOURCES.iter().filter_map(Source::read).collect()
}

impl Source {
    /// The agent; a test reads every one of them, so that none is missing from [`library`].
    fn read(&self) -> Option<Agent> {
        let mut agent: Agent = serde_json::from_str(self.document).ok()?;
        if let Some((name, text)) = self.setting {
            agent.config.insert(name.to_owned(), Value::from(text));
        }
        Some(agent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_agent_can_be_read() {
        let ids: Vec<String> = library().iter().map(|agent| agent.id.to_string()).collect();
        assert_eq!(
            ids,
            ["ticket-analyzer", "customer-data", "solution-generator", "ticket-analyzer-llm", "solution-generator-llm"]
        );
    }
}
