//! The shortest word of a conjunction of languages: a breadth-first walk over the product of their automata, each made
//! deterministic on the way, over an alphabet of classes of characters that no automaton tells apart.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Pattern,
    chars::Chars,
    nfa::{Nfa, Side, State},
};

/// What a word must satisfy.
#[derive(Clone, Default)]
pub(crate) struct Language {
    pub(crate) min: u64,
    pub(crate) max: Option<u64>,
    pub(crate) patterns: Vec<(Rc<Result<Pattern, String>>, bool)>,
    pub(crate) excluded: Vec<Rc<str>>,
}

/// The result of a search.
pub(crate) enum Search {
    Found(String),
    Empty,
    /// The search was ended by its budget.
    TooLarge,
}

/// A found match makes the rest of the text irrelevant.
const MATCHED: u32 = u32::MAX;

/// One automaton, made deterministic lazily.
struct Dfa<'a> {
    nfa: &'a Nfa,
    wanted: bool,
    /// For each class of the alphabet, which of the automaton's sets it is in.
    sets: Vec<Vec<bool>>,
    states: Vec<(Vec<usize>, Side)>,
    known: FxHashMap<(Vec<usize>, Side), u32>,
    steps: FxHashMap<(u32, usize), u32>,
    ends: FxHashMap<u32, bool>,
}

impl Dfa<'_> {
    fn state(&mut self, set: Vec<usize>, before: Side) -> u32 {
        let before = if before == Side::Word && !self.nfa.sees_words { Side::Other } else { before };
        let key = (set, before);
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let id = self.states.len() as u32;
        self.states.push(key.clone());
        self.known.insert(key, id);
        id
    }

    fn step(&mut self, from: u32, class: usize, side: Side, work: &mut u64) -> u32 {
        if from == MATCHED {
            return MATCHED;
        }
        if let Some(to) = self.steps.get(&(from, class)) {
            return *to;
        }
        let (set, before) = self.states[from as usize].clone();
        *work = work.saturating_sub(4 + set.len() as u64 / 4 + self.nfa.states.len() as u64 / 64);
        let mut reached = Vec::new();
        let to = if self.nfa.closure(&set, before, side, &mut reached) {
            MATCHED
        } else {
            let mut next: Vec<usize> = vec![self.nfa.start];
            for state in reached {
                if let State::Chars(chars, target) = self.nfa.states[state]
                    && self.sets[class][chars]
                {
                    next.push(target);
                }
            }
            next.sort_unstable();
            next.dedup();
            self.state(next, side)
        };
        self.steps.insert((from, class), to);
        to
    }

    fn ends(&mut self, state: u32) -> bool {
        if state == MATCHED {
            return self.wanted;
        }
        if let Some(known) = self.ends.get(&state) {
            return *known;
        }
        let (set, before) = &self.states[state as usize];
        let ends = self.nfa.closure(set, *before, Side::Edge, &mut Vec::new()) == self.wanted;
        self.ends.insert(state, ends);
        ends
    }
}

/// The excluded words as a tree; node 0 is the root, [`MATCHED`] means no excluded word can follow.
struct Trie {
    nodes: Vec<(FxHashMap<char, u32>, bool)>,
}

impl Trie {
    fn new(words: &[Rc<str>]) -> Self {
        let mut nodes: Vec<(FxHashMap<char, u32>, bool)> = vec![(FxHashMap::default(), false)];
        for word in words {
            let mut at = 0usize;
            for c in word.chars() {
                at = match nodes[at].0.get(&c) {
                    Some(next) => *next as usize,
                    None => {
                        let next = nodes.len();
                        nodes.push((FxHashMap::default(), false));
                        nodes[at].0.insert(c, next as u32);
                        next
                    }
                };
            }
            nodes[at].1 = true;
        }
        Trie { nodes }
    }

    fn step(&self, from: u32, c: char) -> u32 {
        if from == MATCHED { MATCHED } else { self.nodes[from as usize].0.get(&c).copied().unwrap_or(MATCHED) }
    }

    fn excludes(&self, state: u32) -> bool {
        state != MATCHED && self.nodes[state as usize].1
    }
}

/// The classes of characters that matter: a member of each, and which of the sets it is in.
fn alphabet(sets: &[&Chars]) -> Vec<(char, Vec<bool>)> {
    let mut edges: Vec<u32> = vec![0];
    for set in sets {
        for (start, end) in &set.0 {
            edges.push(*start);
            edges.push(end + 1);
        }
    }
    edges.sort_unstable();
    edges.dedup();
    let mut classes: FxHashMap<Vec<bool>, Vec<(u32, u32)>> = FxHashMap::default();
    for (i, start) in edges.iter().enumerate() {
        let end = edges.get(i + 1).map_or(0x10FFFF, |next| next - 1);
        if *start > end {
            continue;
        }
        let signature = sets.iter().map(|set| set.contains(*start)).collect();
        classes.entry(signature).or_default().push((*start, end));
    }
    let mut picked: Vec<(char, Vec<bool>)> =
        classes.into_iter().filter_map(|(signature, ranges)| Some((Chars::new(ranges).pick()?, signature))).collect();
    let rank = |c: char| (!c.is_ascii_lowercase(), !c.is_ascii_alphanumeric(), !c.is_ascii_graphic(), c);
    picked.sort_by_key(|(c, _)| rank(*c));
    picked
}

/// Finds a shortest word of the language; `work` is what may still be spent.
pub(crate) fn find(language: &Language, work: &mut u64) -> Search {
    let parts: Vec<(&Pattern, bool)> =
        language.patterns.iter().filter_map(|(p, wanted)| p.as_ref().as_ref().ok().map(|p| (p, *wanted))).collect();
    // A pattern of several parts that is unwanted fails if any part fails: one search for each.
    if let Some(at) = parts.iter().position(|(p, wanted)| !wanted && p.parts.len() > 1) {
        let mut all_empty = true;
        for (nfa, wanted) in &parts[at].0.parts {
            let mut flat: Vec<(&Nfa, bool)> = vec![(nfa, !wanted)];
            for (i, (pattern, wanted)) in parts.iter().enumerate() {
                if i != at {
                    if !wanted && pattern.parts.len() > 1 {
                        return Search::TooLarge;
                    }
                    flat.extend(pattern.parts.iter().map(|(nfa, w)| (nfa, w == wanted)));
                }
            }
            match walk(language, &flat, work) {
                Search::Found(word) => return Search::Found(word),
                Search::TooLarge => all_empty = false,
                Search::Empty => {}
            }
        }
        return if all_empty { Search::Empty } else { Search::TooLarge };
    }
    let flat: Vec<(&Nfa, bool)> =
        parts.iter().flat_map(|(p, wanted)| p.parts.iter().map(move |(nfa, w)| (nfa, w == wanted))).collect();
    walk(language, &flat, work)
}

fn walk(language: &Language, automata: &[(&Nfa, bool)], work: &mut u64) -> Search {
    let word_chars = Chars::word();
    let singles: FxHashSet<char> = language.excluded.iter().flat_map(|w| w.chars()).collect();
    let singles: Vec<Chars> = singles.into_iter().map(Chars::one).collect();
    let mut sets: Vec<&Chars> = Vec::new();
    let mut offsets = Vec::new();
    for (nfa, _) in automata {
        offsets.push(sets.len());
        sets.extend(&nfa.sets);
    }
    if automata.iter().any(|(nfa, _)| nfa.sees_words) {
        sets.push(&word_chars);
    }
    sets.extend(&singles);
    let cost: usize = sets.iter().map(|s| s.0.len()).sum::<usize>() * sets.len().max(1) / 8;
    if *work < cost as u64 {
        *work = 0;
        return Search::TooLarge;
    }
    *work -= cost as u64;
    let classes = alphabet(&sets);
    let sides: Vec<Side> =
        classes.iter().map(|(c, _)| if word_chars.contains(*c as u32) { Side::Word } else { Side::Other }).collect();
    let mut dfas: Vec<Dfa<'_>> = automata
        .iter()
        .zip(&offsets)
        .map(|((nfa, wanted), offset)| Dfa {
            nfa,
            wanted: *wanted,
            sets: classes.iter().map(|(_, s)| s[*offset..*offset + nfa.sets.len()].to_vec()).collect(),
            states: Vec::new(),
            known: FxHashMap::default(),
            steps: FxHashMap::default(),
            ends: FxHashMap::default(),
        })
        .collect();
    let trie = Trie::new(&language.excluded);
    let mut first: Vec<u32> = dfas.iter_mut().map(|dfa| dfa.state(vec![dfa.nfa.start], Side::Edge)).collect();
    first.push(0);
    // (state, the node it was reached from, by which character)
    let mut nodes: Vec<(Vec<u32>, usize, char)> = vec![(first, usize::MAX, ' ')];
    let mut layer = vec![0usize];
    let mut seen: FxHashSet<Vec<u32>> = FxHashSet::default();
    let mut length = 0u64;
    loop {
        if length >= language.min {
            for at in &layer {
                let state = nodes[*at].0.clone();
                let (excluded, states) = state.split_last().map_or((0, &[][..]), |(last, rest)| (*last, rest));
                if !trie.excludes(excluded) && dfas.iter_mut().zip(states).all(|(dfa, s)| dfa.ends(*s)) {
                    return Search::Found(spell(&nodes, *at));
                }
            }
        }
        if layer.is_empty() || language.max.is_some_and(|max| length >= max) {
            return Search::Empty;
        }
        // Below the least length only words of equal length may share a state.
        if length < language.min {
            seen.clear();
        }
        let mut next = Vec::new();
        for at in layer {
            for (class, (c, _)) in classes.iter().enumerate() {
                if *work < 3 {
                    *work = 0;
                    return Search::TooLarge;
                }
                *work -= 3;
                let from = nodes[at].0.clone();
                let mut to = Vec::with_capacity(from.len());
                let mut dead = false;
                for (dfa, state) in dfas.iter_mut().zip(&from) {
                    let state = dfa.step(*state, class, sides[class], work);
                    dead |= state == MATCHED && !dfa.wanted;
                    to.push(state);
                }
                if dead {
                    continue;
                }
                to.push(trie.step(from.last().copied().unwrap_or(MATCHED), *c));
                if seen.insert(to.clone()) {
                    nodes.push((to, at, *c));
                    next.push(nodes.len() - 1);
                }
            }
        }
        layer = next;
        length += 1;
    }
}

fn spell(nodes: &[(Vec<u32>, usize, char)], end: usize) -> String {
    let mut chars = Vec::new();
    let mut at = end;
    while nodes[at].1 != usize::MAX {
        chars.push(nodes[at].2);
        at = nodes[at].1;
    }
    chars.iter().rev().collect()
}
