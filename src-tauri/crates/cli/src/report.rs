//! Executions and findings, as text for people.

use std::fmt::Write as _;

use heddle_model::{Failure, Timestamp};
use heddle_validate::{Diagnostic, Severity, Wire, WireVerdict};

/// One line for a finding: `error cycle: … (step a)`.
pub(crate) fn diagnostic(one: &Diagnostic) -> String {
    let severity = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let mut line = format!("{severity}: {} [{}]", one.message, one.code);
    if let Some(path) = &one.path {
        let _ = write!(line, " at {path}");
    }
    for fix in &one.fixes {
        let _ = write!(line, "\n  fix: {}", fix.title);
    }
    line
}

/// A wire and its verdict: `✓ analyze → customer  always`.
pub(crate) fn wire(wire: &Wire) -> String {
    let (mark, told) = match wire.verdict {
        WireVerdict::Always => ("✓", String::new()),
        WireVerdict::Sometimes => ("~", reasons(wire)),
        WireVerdict::Never => ("✗", reasons(wire)),
        WireVerdict::Unknown => ("?", wire.why.clone().unwrap_or_default()),
    };
    let mut line = format!("{mark} {} → {}  {}", wire.from, wire.to, wire.verdict);
    if !told.is_empty() {
        let _ = write!(line, ": {told}");
    }
    if let Some(value) = &wire.counterexample {
        let _ = write!(line, "\n    refused, for example: {}", message(&value.to_string()));
    }
    line
}

fn reasons(wire: &Wire) -> String {
    wire.reasons.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// What went wrong, with its causes.
pub(crate) fn failure(failure: &Failure) -> String {
    failure.causes.iter().fold(failure.message.clone(), |text, cause| text + "\n  caused by: " + cause)
}

/// A duration in the unit that suits it.
pub(crate) fn duration(from: Timestamp, to: Timestamp) -> String {
    // The clock may have been set back in between.
    millis(to.millis_since(from).max(0.0))
}

/// The same, from milliseconds.
pub(crate) fn millis(millis: f64) -> String {
    match millis {
        ..1.0 => format!("{:.0} µs", millis * 1000.0),
        ..1000.0 => format!("{millis:.1} ms"),
        ..60_000.0 => format!("{:.2} s", millis / 1000.0),
        _ => format!("{:.1} min", millis / 60_000.0),
    }
}

/// Longest message, in characters; some quote what they complain about.
const MAX_MESSAGE: usize = 600;

/// A message for one line of a terminal: the middle of a very long one is left out.
pub(crate) fn message(text: &str) -> String {
    let length = text.chars().count();
    if length <= MAX_MESSAGE {
        return text.to_owned();
    }
    let start: String = text.chars().take(MAX_MESSAGE / 2).collect();
    let end: String = text.chars().skip(length - MAX_MESSAGE / 2).collect();
    format!("{start} … {end}")
}

/// An error with its causes, each said once: many messages repeat their cause.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string).filter(|cause| !cause.is_empty()) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    message(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_has_been_named_is_not_named_again() {
        let inner = anyhow::anyhow!("no space");
        assert_eq!(chain(&inner.context("cannot write: no space").context("saving")), "saving: cannot write: no space");
    }
}
