//! Making nodes: each constructor returns the simplest literal that means the same.

use std::rc::Rc;

use super::{Arena, Lit, Names, Node, Types};
use crate::{decimal::Dec, value::Val};

impl Arena {
    pub(crate) fn and(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        let mut parts = Vec::new();
        for lit in lits {
            match self.node(lit) {
                Node::And(inner) if !lit.is_negated() => parts.extend(inner.iter().copied()),
                Node::True if !lit.is_negated() => {}
                _ => parts.push(lit),
            }
        }
        parts.sort_unstable();
        parts.dedup();
        if parts.windows(2).any(|pair| pair[0] == !pair[1]) {
            return Lit::FALSE;
        }
        self.filter_values(&mut parts);
        let mut holds = Types::ALL;
        let mut fails = Types::NONE;
        for part in &parts {
            holds = holds & self.types(*part);
            fails = fails | self.types(!*part);
        }
        match parts.as_slice() {
            _ if holds.is_empty() => Lit::FALSE,
            [] => Lit::TRUE,
            [single] => *single,
            _ => self.intern(Node::And(parts.into()), holds, fails),
        }
    }

    /// `{type: string, enum: [...]}` is the enum alone, without the values of other types.
    fn filter_values(&mut self, parts: &mut Vec<Lit>) {
        let mut types = Types::ALL;
        let mut listed = None;
        for part in parts.iter() {
            match self.node(*part) {
                Node::Types(t) => types = types & if part.is_negated() { !*t } else { *t },
                Node::Enum(values) if !part.is_negated() => listed = Some((*part, values.clone())),
                _ => {}
            }
        }
        let Some((lit, values)) = listed.filter(|_| types != Types::ALL) else { return };
        let fitting = self.one_of_values(values.iter().filter(|v| types.contains(Types::of(v))).cloned());
        parts.retain(|part| *part != lit && !matches!(self.node(*part), Node::Types(_)));
        parts.push(fitting);
        parts.sort_unstable();
        parts.dedup();
    }

    pub(crate) fn or(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        let negated: Vec<Lit> = lits.into_iter().map(|lit| !lit).collect();
        !self.and(negated)
    }

    pub(crate) fn typed(&mut self, types: Types) -> Lit {
        match types {
            Types::ALL => Lit::TRUE,
            Types::NONE => Lit::FALSE,
            _ => self.intern(Node::Types(types), types, !types),
        }
    }

    pub(crate) fn one_of_values(&mut self, values: impl IntoIterator<Item = Val>) -> Lit {
        let mut kept: Vec<Val> = values.into_iter().collect();
        kept.sort_unstable();
        kept.dedup();
        if kept.is_empty() {
            return Lit::FALSE;
        }
        let holds = kept.iter().fold(Types::NONE, |types, v| types | Types::of(v));
        let mut fails = Types::ALL;
        if kept.binary_search(&Val::Null).is_ok() {
            fails = fails & !Types::NULL;
        }
        if [false, true].iter().all(|b| kept.binary_search(&Val::Bool(*b)).is_ok()) {
            fails = fails & !Types::BOOL;
        }
        match holds {
            Types::NULL => self.typed(Types::NULL),
            Types::BOOL if kept.len() == 2 => self.typed(Types::BOOL),
            _ => self.intern(Node::Enum(kept.into()), holds, fails),
        }
    }

    /// One of these names, as a literal on strings.
    pub(crate) fn one_of_names(&mut self, names: impl IntoIterator<Item = Rc<str>>) -> Lit {
        self.one_of_values(names.into_iter().map(Val::Str))
    }

    fn atom(&mut self, node: Node, about: Types) -> Lit {
        self.intern(node, Types::ALL, about)
    }

    pub(crate) fn at_least(&mut self, bound: Dec) -> Lit {
        self.atom(Node::AtLeast(bound), Types::NUMBER)
    }

    pub(crate) fn more_than(&mut self, bound: Dec) -> Lit {
        self.atom(Node::MoreThan(bound), Types::NUMBER)
    }

    pub(crate) fn multiple_of(&mut self, unit: Dec) -> Lit {
        let node = Node::MultipleOf(unit.clone());
        let one = Dec::from_int(1);
        if one == unit {
            self.typed(!Types::FRACTION)
        } else if unit.is_integer() {
            self.intern(node, !Types::FRACTION, Types::NUMBER)
        } else if one.is_multiple_of(&unit) {
            self.intern(node, Types::ALL, Types::FRACTION)
        } else {
            self.atom(node, Types::NUMBER)
        }
    }

    pub(crate) fn min_length(&mut self, count: u64) -> Lit {
        if count == 0 { Lit::TRUE } else { self.atom(Node::MinLength(count), Types::STRING) }
    }

    pub(crate) fn pattern_atom(&mut self, source: &str) -> Lit {
        self.atom(Node::Pattern(Rc::from(source)), Types::STRING)
    }

    pub(crate) fn format(&mut self, name: &str) -> Lit {
        self.atom(Node::Format(Rc::from(name)), Types::STRING)
    }

    pub(crate) fn min_properties(&mut self, count: u64) -> Lit {
        if count == 0 { Lit::TRUE } else { self.atom(Node::MinProperties(count), Types::OBJECT) }
    }

    pub(crate) fn property(&mut self, name: Rc<str>, lit: Lit) -> Lit {
        if lit == Lit::TRUE { Lit::TRUE } else { self.atom(Node::Properties(Names::One(name), lit), Types::OBJECT) }
    }

    pub(crate) fn required(&mut self, name: Rc<str>) -> Lit {
        let absent = self.property(name, Lit::FALSE);
        let object = self.typed(Types::OBJECT);
        let not_object = !object;
        let present = !absent;
        self.or([not_object, present])
    }

    pub(crate) fn properties(&mut self, names: Lit, lit: Lit) -> Lit {
        if lit == Lit::TRUE || !self.types(names).meets(Types::STRING) {
            return Lit::TRUE;
        }
        match self.node(names) {
            Node::Enum(values) if !names.is_negated() && values.len() <= 4 => {
                let values = values.clone();
                let atoms: Vec<Lit> = values
                    .iter()
                    .filter_map(|v| if let Val::Str(name) = v { Some(self.property(name.clone(), lit)) } else { None })
                    .collect();
                self.and(atoms)
            }
            _ => self.atom(Node::Properties(Names::Set(names), lit), Types::OBJECT),
        }
    }

    pub(crate) fn item(&mut self, index: u64, lit: Lit) -> Lit {
        if lit == Lit::TRUE { Lit::TRUE } else { self.atom(Node::Item(index, lit), Types::ARRAY) }
    }

    /// At least `count` items from `from` on satisfy `lit`; what is no array satisfies it too.
    pub(crate) fn items(&mut self, from: u64, count: u64, lit: Lit) -> Lit {
        if count == 0 {
            return Lit::TRUE;
        }
        if lit == Lit::FALSE {
            return self.typed(!Types::ARRAY);
        }
        let (from, count) = if lit == Lit::TRUE { (0, from.saturating_add(count)) } else { (from, count) };
        self.atom(Node::Items { from, count, lit }, Types::ARRAY)
    }

    /// Every item from `from` on satisfies `lit`.
    pub(crate) fn every_item(&mut self, from: u64, lit: Lit) -> Lit {
        self.at_most_items(from, 0, !lit)
    }

    /// At most `count` items from `from` on satisfy `lit`; what is no array satisfies it too.
    pub(crate) fn at_most_items(&mut self, from: u64, count: u64, lit: Lit) -> Lit {
        let more = self.items(from, count.saturating_add(1), lit);
        self.unless(Types::ARRAY, !more)
    }

    /// Holds for every value that is not of the types, and for others where `lit` holds.
    pub(crate) fn unless(&mut self, types: Types, lit: Lit) -> Lit {
        let others = self.typed(!types);
        self.or([others, lit])
    }

    pub(crate) fn unique(&mut self) -> Lit {
        self.atom(Node::Unique, Types::ARRAY)
    }

    pub(crate) fn opaque(&mut self, text: &str) -> Lit {
        self.intern(Node::Opaque(Rc::from(text)), Types::ALL, Types::ALL)
    }
}
