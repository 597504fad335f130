//! Nondeterministic automata (Thompson's construction) and matching by following all paths at once.

use super::{
    chars::Chars,
    parse::{Look, Re},
};

/// The most states an automaton may have.
const LARGEST: usize = 6_000;

#[derive(Debug)]
pub(super) enum State {
    Split(Vec<usize>),
    Chars(usize, usize),
    Look(Look, usize),
    Match,
}

/// What stands before or after a position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Side {
    Edge,
    Word,
    Other,
}

/// An automaton that finds a match anywhere in a text.
#[derive(Debug)]
pub(super) struct Nfa {
    pub(super) states: Vec<State>,
    pub(super) sets: Vec<Chars>,
    pub(super) start: usize,
    /// Whether `\b` or `\B` occurs.
    pub(super) sees_words: bool,
}

impl Nfa {
    pub(super) fn new(re: &Re) -> Result<Nfa, String> {
        let mut nfa = Nfa { states: vec![State::Match], sets: Vec::new(), start: 0, sees_words: false };
        nfa.start = nfa.add(re, 0)?;
        Ok(nfa)
    }

    fn push(&mut self, state: State) -> Result<usize, String> {
        if self.states.len() >= LARGEST {
            return Err("a pattern that is too large".into());
        }
        self.states.push(state);
        Ok(self.states.len() - 1)
    }

    /// Adds states that match `re` and then continue at `next`.
    fn add(&mut self, re: &Re, next: usize) -> Result<usize, String> {
        match re {
            Re::Empty => Ok(next),
            Re::Chars(set) => {
                let index = self.sets.iter().position(|s| s == set).unwrap_or_else(|| {
                    self.sets.push(set.clone());
                    self.sets.len() - 1
                });
                self.push(State::Chars(index, next))
            }
            Re::Cat(items) => items.iter().rev().try_fold(next, |next, item| self.add(item, next)),
            Re::Alt(options) => {
                let targets = options.iter().map(|option| self.add(option, next)).collect::<Result<_, _>>()?;
                self.push(State::Split(targets))
            }
            Re::Look(look) => {
                self.sees_words |= matches!(look, Look::WordEdge | Look::NoWordEdge);
                self.push(State::Look(*look, next))
            }
            Re::Repeat(item, min, max) => {
                let mut next = next;
                match max {
                    None => {
                        let split = self.push(State::Split(vec![next]))?;
                        let body = self.add(item, split)?;
                        self.states[split] = State::Split(vec![body, next]);
                        next = split;
                    }
                    Some(max) => {
                        let after = next;
                        for _ in *min..*max {
                            let body = self.add(item, next)?;
                            next = self.push(State::Split(vec![body, after]))?;
                        }
                    }
                }
                for _ in 0..*min {
                    next = self.add(item, next)?;
                }
                Ok(next)
            }
        }
    }

    /// The states reached without reading, between `before` and `after`; whether a match is among them.
    pub(super) fn closure(&self, from: &[usize], before: Side, after: Side, reached: &mut Vec<usize>) -> bool {
        let mut seen = vec![false; self.states.len()];
        let mut stack: Vec<usize> = from.to_vec();
        let mut matched = false;
        while let Some(state) = stack.pop() {
            if std::mem::replace(&mut seen[state], true) {
                continue;
            }
            match &self.states[state] {
                State::Match => matched = true,
                State::Split(targets) => stack.extend(targets),
                State::Chars(..) => reached.push(state),
                State::Look(look, next) => {
                    let edge = (before == Side::Word) != (after == Side::Word);
                    let holds = match look {
                        Look::Start => before == Side::Edge,
                        Look::End => after == Side::Edge,
                        Look::WordEdge => edge,
                        Look::NoWordEdge => !edge,
                    };
                    if holds {
                        stack.push(*next);
                    }
                }
            }
        }
        matched
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let word = Chars::word();
        let side = |c: char| if word.contains(c as u32) { Side::Word } else { Side::Other };
        let mut current = vec![self.start];
        let mut before = Side::Edge;
        let mut reached = Vec::new();
        for c in text.chars() {
            reached.clear();
            if self.closure(&current, before, side(c), &mut reached) {
                return true;
            }
            current.clear();
            current.push(self.start);
            for state in &reached {
                if let State::Chars(set, next) = self.states[*state]
                    && self.sets[set].contains(c as u32)
                {
                    current.push(next);
                }
            }
            before = side(c);
        }
        reached.clear();
        self.closure(&current, before, Side::Edge, &mut reached)
    }
}
