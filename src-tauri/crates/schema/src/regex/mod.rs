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

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::{draft::Draft, judge};

    fn pattern() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec![
            "a", "b", "1", " ", ".", "\\d", "\\w", "\\S", "[ab]", "[^a]", "[a-c1]", "^", "$", "\\b", "\\B", "\\u0061",
            "\\-", "",
        ]);
        leaf.prop_map(String::from).prop_recursive(3, 10, 3, |inner| {
            let repeated = prop::sample::select(vec!["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 2..3).prop_map(|parts| format!("({})", parts.join("|"))),
                (inner.clone(), repeated).prop_map(|(part, times)| format!("(?:{part}){times}")),
                inner.clone().prop_map(|part| format!("^{part}$")),
            ]
        })
    }

    fn lookahead() -> impl Strategy<Value = String> {
        (prop::sample::select(vec!["?=", "?!"]), pattern(), pattern())
            .prop_map(|(kind, ahead, rest)| format!("^({kind}{ahead})(?:{rest})"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn matches_as_the_validator_does(source in prop_oneof![3 => pattern(), 1 => lookahead()],
                                         texts in prop::collection::vec("[ab1 _]{0,5}", 6)) {
            let schema = json!({ "pattern": source });
            let (Ok(ours), Ok(theirs)) = (Pattern::parse(&source), judge::validator(&schema, Draft::Draft202012, false)) else {
                return Ok(());
            };
            for text in texts {
                prop_assert_eq!(ours.matches(&text), theirs.is_valid(&Value::String(text.clone())), "{:?} in {:?}", source, text);
            }
        }

        #[test]
        fn no_word_is_overlooked(wanted in prop_oneof![pattern(), lookahead()], unwanted in prop_oneof![pattern(), lookahead()],
                                 min in 0u64..3, width in 0u64..3, texts in prop::collection::vec("[ab1 ]{0,4}", 12)) {
            let (Ok(yes), Ok(no)) = (Pattern::parse(&wanted), Pattern::parse(&unwanted)) else { return Ok(()) };
            let (yes, no) = (Rc::new(Ok(yes)), Rc::new(Ok(no)));
            let language = Language {
                min,
                max: Some(min + width),
                patterns: vec![(yes.clone(), true), (no.clone(), false)],
                excluded: vec![Rc::from("a"), Rc::from("ab")],
            };
            let inside = |text: &str| {
                let count = text.chars().count() as u64;
                let matches = |p: &Result<Pattern, String>| p.as_ref().is_ok_and(|p| p.matches(text));
                (min..=min + width).contains(&count) && matches(&yes) && !matches(&no) && text != "a" && text != "ab"
            };
            match find(&language, &mut 1_000_000) {
                Search::Found(word) => prop_assert!(inside(&word), "{word:?}"),
                Search::Empty => {
                    for text in texts {
                        prop_assert!(!inside(&text), "{text:?} is a word");
                    }
                }
                Search::TooLarge => {}
            }
        }
    }
}
