//! The expressions in agents' settings; they see the step's input and the variables.

use std::borrow::Cow;

use heddle_model::{Agent, AgentKind};
use serde_json::Value;

/// A setting with expressions in it.
pub(crate) enum Setting<'a> {
    /// It is one.
    Expression(&'a str),
    /// Its texts are templates.
    Template(&'a Value),
}

/// The settings of an agent that hold expressions, each with its path below `config`.
pub(crate) fn settings(agent: &Agent) -> Vec<(Vec<Cow<'_, str>>, Setting<'_>)> {
    match agent.kind {
        AgentKind::Condition => conditions(agent, "branches"),
        AgentKind::Select => conditions(agent, "candidates"),
        AgentKind::Http | AgentKind::Llm | AgentKind::Sql | AgentKind::Wait | AgentKind::Assertion => {
            let all = agent.config.iter();
            all.map(|(key, value)| (vec![Cow::Borrowed(key.as_str())], Setting::Template(value))).collect()
        }
        AgentKind::Approval => {
            let message = agent.config.get("message").into_iter();
            message.map(|message| (vec![Cow::Borrowed("message")], Setting::Template(message))).collect()
        }
        // Program text, and settings without expressions.
        AgentKind::Script | AgentKind::Transform | AgentKind::Workflow => Vec::new(),
    }
}

/// The conditions of a list of things.
fn conditions<'a>(agent: &'a Agent, list: &'a str) -> Vec<(Vec<Cow<'a, str>>, Setting<'a>)> {
    let listed = agent.config.get(list).and_then(Value::as_array).into_iter().flatten().enumerate();
    let when = listed.filter_map(|(index, one)| {
        let source = one.get("when")?.as_str()?;
        Some((vec![Cow::Borrowed(list), Cow::Owned(index.to_string()), Cow::Borrowed("when")], source))
    });
    when.map(|(path, source)| (path, Setting::Expression(source))).collect()
}
