//! Regular languages: what `pattern` allows, as automata over code points.
//!
//! A pattern is read as ECMA-262 with the `u` flag ([`parse`]), compiled to a nondeterministic automaton ([`nfa`]) and
//! made deterministic only as far as a question needs it ([`words`]). Look-around at the very start or end of a pattern
//! is a conjunction of languages; elsewhere, and for back references, there is no automaton and the caller is told why.

mod chars;
mod nfa;
mod parse;
mod words;

pub(crate) use words::{Language, Search, find};

use nfa::Nfa;

/// A pattern as a conjunction of automata, each wanted or unwanted.
#[derive(Debug)]
pub(crate) struct Pattern {
    parts: Vec<(Nfa, bool)>,
}

impl Pattern {
    /// Compiles a pattern, or says why it is outside the regular languages that are understood.
    pub(crate) fn parse(source: &str) -> Result<Pattern, String> {
        let parts = parse::parse(source)?;
        let parts = parts.iter().map(|(re, wanted)| Ok((Nfa::new(re)?, *wanted))).collect::<Result<_, String>>()?;
        Ok(Pattern { parts })
    }

    /// Whether the text contains a match, as `pattern` asks.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.parts.iter().all(|(nfa, wanted)| nfa.matches(text) == *wanted)
    }
}
