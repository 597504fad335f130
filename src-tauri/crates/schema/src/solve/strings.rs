//! Strings: a range of lengths, languages to be in or out of, formats and exceptions.

use std::rc::Rc;

use super::{Outcome, Solver};
use crate::{
    ir::Node,
    judge,
    regex::{Language, Search, find},
    value::Val,
};

/// The longest string that is made.
const LONGEST: u64 = 20_000;

#[derive(Clone, Default)]
pub(super) struct StringFacts {
    min: u64,
    max: Option<u64>,
    patterns: Vec<(Rc<str>, bool)>,
    formats: Vec<(Rc<str>, bool)>,
    pub(super) excluded: Vec<Rc<str>>,
}

impl StringFacts {
    pub(super) fn take(&mut self, node: &Node, positive: bool) -> bool {
        match node {
            Node::MinLength(count) if positive => self.min = self.min.max(*count),
            Node::MinLength(count) => {
                let most = count.saturating_sub(1);
                self.max = Some(self.max.map_or(most, |max| max.min(most)));
            }
            Node::Pattern(source) => self.patterns.push((source.clone(), positive)),
            Node::Format(name) => self.formats.push((name.clone(), positive)),
            _ => {}
        }
        self.max.is_none_or(|max| self.min <= max)
    }

    pub(super) fn status(&self, node: &Node) -> Option<bool> {
        match node {
            Node::MinLength(count) if self.min >= *count => Some(true),
            Node::MinLength(count) if self.max.is_some_and(|max| max < *count) => Some(false),
            _ => None,
        }
    }
}

impl Solver<'_> {
    pub(super) fn string(&mut self, facts: &StringFacts) -> Outcome {
        let mut language =
            Language { min: facts.min, max: facts.max, patterns: Vec::new(), excluded: facts.excluded.clone() };
        let mut all_understood = true;
        for (source, wanted) in &facts.patterns {
            let pattern = self.arena.pattern(source);
            if let Err(reason) = pattern.as_ref() {
                self.note(&format!("the pattern '{source}' contains {reason}"));
                all_understood = false;
            } else {
                language.patterns.push((pattern, *wanted));
            }
        }
        let outcome = if language.patterns.is_empty() { self.any_string(&language) } else { self.word(&language) };
        if facts.formats.is_empty() {
            return match outcome {
                Outcome::Witness(value) if !all_understood => Outcome::Open(Some(value)),
                other => other,
            };
        }
        if matches!(outcome, Outcome::Empty) {
            return Outcome::Empty;
        }
        self.formatted(facts, &language, all_understood)
    }

    /// The shortest string of a fitting length that is not excluded.
    fn any_string(&mut self, language: &Language) -> Outcome {
        let length = language.min.max(u64::from(language.max != Some(0)));
        if length > LONGEST {
            return self.leave_open("a string would have to be very long");
        }
        if !self.pay(1 + length / 64 + language.excluded.len() as u64) {
            return Outcome::Open(None);
        }
        let mut text = "a".repeat(length as usize);
        if !language.excluded.iter().any(|e| **e == *text) {
            return Outcome::Witness(Val::str(&text));
        }
        if length == 0 {
            return Outcome::Empty;
        }
        let letters = ('b'..='z').chain('A'..='Z').chain('0'..='9').chain('\u{a1}'..='\u{d7ff}');
        for letter in letters {
            text.pop();
            text.push(letter);
            if !language.excluded.iter().any(|e| **e == *text) {
                return Outcome::Witness(Val::str(&text));
            }
        }
        self.leave_open("too many strings are excluded")
    }

    fn word(&mut self, language: &Language) -> Outcome {
        if language.min > LONGEST {
            return self.leave_open("a string would have to be very long");
        }
        let mut search = Language { min: language.min, max: language.max, ..language.clone() };
        // A word of one letter or more is easier to read than an empty one.
        if search.min == 0 && search.max != Some(0) {
            search.min = 1;
            if let Search::Found(word) = find(&search, &mut self.work) {
                return Outcome::Witness(Val::str(&word));
            }
            search.min = 0;
        }
        match find(&search, &mut self.work) {
            Search::Found(word) => Outcome::Witness(Val::str(&word)),
            Search::Empty => Outcome::Empty,
            Search::TooLarge => self.leave_open("the patterns need automata that are too large"),
        }
    }

    /// Formats are opaque: a format and its negation exclude one another, and examples are all we know.
    fn formatted(&mut self, facts: &StringFacts, language: &Language, sure: bool) -> Outcome {
        let wanted = facts.formats.iter().find(|(_, wanted)| *wanted);
        let examples = wanted.map_or(&["a", "!", "-", " ", "\\", "%", "{", "("][..], |(name, _)| examples(name));
        for example in examples {
            if !self.pay(20) {
                break;
            }
            let count = example.chars().count() as u64;
            let fits = count >= facts.min
                && facts.max.is_none_or(|max| count <= max)
                && !facts.excluded.iter().any(|e| **e == **example)
                && language.patterns.iter().all(|(p, w)| p.as_ref().as_ref().is_ok_and(|p| p.matches(example) == *w))
                && facts.formats.iter().all(|(name, w)| judge::has_format(name, example) == Some(*w));
            if fits {
                let value = Val::str(example);
                return if sure { Outcome::Witness(value) } else { Outcome::Open(Some(value)) };
            }
        }
        self.leave_open("formats are compared by name only")
    }
}

/// Texts that have a format.
pub(crate) fn examples(format: &str) -> &'static [&'static str] {
    match format {
        "date" => &["2024-05-17", "2025-12-31", "1999-01-01"],
        "date-time" => &["2024-05-17T09:30:00Z", "2025-12-31T23:59:59Z", "1999-01-01T00:00:00+02:00"],
        "time" => &["09:30:00Z", "23:59:59Z"],
        "duration" => &["P1D", "PT15M"],
        "email" => &["ada@example.com", "grace.hopper@example.org", "a@b.cd"],
        "idn-email" => &["ada@example.com", "grace@example.org"],
        "hostname" | "idn-hostname" => &["example.com", "api.example.org", "a"],
        "ipv4" => &["192.0.2.1", "198.51.100.7"],
        "ipv6" => &["2001:db8::1", "::1"],
        "uri" | "iri" => &["https://example.com/", "https://example.org/a/b?c=d", "urn:a:b"],
        "uri-reference" | "iri-reference" => &["/a/b", "https://example.com/", "a"],
        "uri-template" => &["/users/{id}", "a"],
        "uuid" => &["3f2b8c1e-4d5a-4b6c-8d7e-9f0a1b2c3d4e", "00000000-0000-4000-8000-000000000000"],
        "json-pointer" => &["/a/b", ""],
        "relative-json-pointer" => &["1/a", "0"],
        "regex" => &["^[a-z]+$", "a"],
        _ => &["a"],
    }
}
