//! The canonical form: a graph of literals over type-specific atoms, each node stored once.
//!
//! Every keyword of every draft is rewritten to a conjunction of atoms; negation is a bit of the literal, so `not`,
//! `anyOf` and `if` need no node of their own. Equal schemas get equal nodes, wherever they stand, which makes most
//! comparisons of nearly equal schemas a comparison of two integers.

mod build;
mod shapes;
mod types;

use std::rc::Rc;

use rustc_hash::FxHashMap;

pub(crate) use types::Types;

use crate::{decimal::Dec, regex::Pattern, value::Val};

/// A node or its negation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Lit(u32);

impl Lit {
    /// What every value satisfies.
    pub(crate) const TRUE: Lit = Lit(0);
    /// What no value satisfies.
    pub(crate) const FALSE: Lit = Lit(1);

    pub(crate) fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }

    /// The literal without its negation.
    pub(crate) fn positive(self) -> Lit {
        Lit(self.0 & !1)
    }

    fn index(self) -> usize {
        (self.0 >> 1) as usize
    }
}

impl std::ops::Not for Lit {
    type Output = Lit;

    fn not(self) -> Lit {
        Lit(self.0 ^ 1)
    }
}

/// A set of property names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Names {
    One(Rc<str>),
    /// The strings that satisfy a literal.
    Set(Lit),
}

/// An atom says something about values of one type and holds for all values of other types, except `And`, `Ref`, `Types`,
/// `Enum` and `Opaque`, which speak of all values.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Node {
    True,
    And(Rc<[Lit]>),
    /// The target of a recursive reference, see `Arena`.
    Ref(usize),
    Types(Types),
    /// Sorted, without repetitions.
    Enum(Rc<[Val]>),
    AtLeast(Dec),
    MoreThan(Dec),
    MultipleOf(Dec),
    MinLength(u64),
    Pattern(Rc<str>),
    Format(Rc<str>),
    MinProperties(u64),
    /// Every property whose name is in the set has a value that satisfies the literal.
    Properties(Names, Lit),
    /// There is no item at the index or it satisfies the literal.
    Item(u64, Lit),
    /// At least `count` items from index `from` on satisfy the literal.
    Items {
        from: u64,
        count: u64,
        lit: Lit,
    },
    Unique,
    /// What is not understood; equal texts mean equal things.
    Opaque(Rc<str>),
}

struct Stored {
    node: Node,
    /// Types of which some value may satisfy the node, and of which some value may not.
    holds: Types,
    fails: Types,
}

/// Where nodes live.
pub(crate) struct Arena {
    nodes: Vec<Stored>,
    known: FxHashMap<Node, Lit>,
    targets: Vec<Lit>,
    patterns: FxHashMap<Rc<str>, Rc<Result<Pattern, String>>>,
}

impl Arena {
    pub(crate) fn new() -> Self {
        let mut arena = Arena {
            nodes: Vec::new(),
            known: FxHashMap::default(),
            targets: Vec::new(),
            patterns: FxHashMap::default(),
        };
        arena.intern(Node::True, Types::ALL, Types::NONE);
        arena
    }

    fn intern(&mut self, node: Node, holds: Types, fails: Types) -> Lit {
        if let Some(lit) = self.known.get(&node) {
            return *lit;
        }
        let lit = Lit((self.nodes.len() as u32) << 1);
        self.nodes.push(Stored { node: node.clone(), holds, fails });
        self.known.insert(node, lit);
        lit
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, lit: Lit) -> &Node {
        &self.nodes[lit.index()].node
    }

    /// The types of which some value may satisfy the literal.
    pub(crate) fn types(&self, lit: Lit) -> Types {
        let stored = &self.nodes[lit.index()];
        if lit.is_negated() { stored.fails } else { stored.holds }
    }

    /// The same literal with every leading reference followed.
    pub(crate) fn follow(&self, lit: Lit) -> Lit {
        let mut lit = lit;
        for _ in 0..=self.targets.len() {
            let Node::Ref(slot) = self.node(lit) else { return lit };
            let target = self.targets[*slot];
            lit = if lit.is_negated() { !target } else { target };
        }
        lit
    }

    /// A reference whose target is not known yet, and its number.
    pub(crate) fn new_reference(&mut self) -> (usize, Lit) {
        let slot = self.targets.len();
        self.targets.push(Lit::TRUE);
        (slot, self.intern(Node::Ref(slot), Types::ALL, Types::ALL))
    }

    pub(crate) fn set_target(&mut self, slot: usize, target: Lit) {
        self.targets[slot] = target;
    }

    /// The parts of a conjunction; a literal that is none is its own only part.
    pub(crate) fn parts(&self, lit: Lit) -> Vec<Lit> {
        match self.node(lit) {
            Node::And(parts) if !lit.is_negated() => parts.to_vec(),
            Node::True if !lit.is_negated() => Vec::new(),
            _ => vec![lit],
        }
    }

    /// The automaton of a pattern, or why there is none.
    pub(crate) fn pattern(&mut self, source: &Rc<str>) -> Rc<Result<Pattern, String>> {
        let entry = self.patterns.entry(source.clone());
        entry.or_insert_with(|| Rc::new(Pattern::parse(source))).clone()
    }

    /// Whether a value's own schema leads back to itself without going down into the value, which means nothing.
    pub(crate) fn has_empty_loop(&self) -> bool {
        let mut state = vec![0u8; self.nodes.len()];
        for slot in &self.targets {
            let mut stack = vec![(*slot, false)];
            while let Some((lit, done)) = stack.pop() {
                let seen = &mut state[lit.index()];
                if done {
                    *seen = 2;
                    continue;
                }
                match *seen {
                    1 => return true,
                    2 => continue,
                    _ => *seen = 1,
                }
                stack.push((lit, true));
                match self.node(lit) {
                    Node::And(parts) => {
                        for part in parts.iter() {
                            match state[part.index()] {
                                1 => return true,
                                2 => {}
                                _ => stack.push((*part, false)),
                            }
                        }
                    }
                    Node::Ref(slot) => stack.push((self.targets[*slot], false)),
                    _ => {}
                }
            }
        }
        false
    }
}
