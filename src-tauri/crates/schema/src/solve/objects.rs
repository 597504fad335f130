//! Objects: named members, conditions on all names of a set, names that must exist, and a range of counts.

use std::{collections::BTreeMap, rc::Rc};

use super::{LARGEST, Outcome, Solver};
use crate::{
    ir::{Lit, Node, Types},
    value::Val,
};

/// The most members an object is filled up with.
const MOST: u64 = 2_000;

/// A property known by name.
#[derive(Clone, Default)]
pub(super) struct Member {
    pub(super) lits: Vec<Lit>,
    pub(super) required: bool,
    pub(super) forbidden: bool,
}

#[derive(Clone)]
pub(super) struct ObjectFacts {
    pub(super) named: BTreeMap<Rc<str>, Member>,
    /// Every property with a name in the set satisfies the literal.
    pub(super) every: Vec<(Lit, Lit)>,
    /// Some property with a name in the set satisfies the literal.
    pub(super) some: Vec<(Lit, Lit)>,
    pub(super) min: u64,
    pub(super) max: u64,
}

impl Default for ObjectFacts {
    fn default() -> Self {
        ObjectFacts { named: BTreeMap::new(), every: Vec::new(), some: Vec::new(), min: 0, max: u64::MAX }
    }
}

/// An object in the making: for each property what was asked of it beyond the facts, and its value.
#[derive(Clone, Default)]
struct Draft {
    members: BTreeMap<Rc<str>, (Vec<Lit>, Val)>,
    /// A value is only a candidate.
    doubtful: bool,
}

impl Draft {
    fn finish(self) -> Outcome {
        let members: BTreeMap<Rc<str>, Val> =
            self.members.into_iter().map(|(name, (_, value))| (name, value)).collect();
        let value = Val::Obj(Rc::new(members));
        if self.doubtful { Outcome::Open(Some(value)) } else { Outcome::Witness(value) }
    }
}

impl Solver<'_> {
    /// Decides what the property `name` may be when `extra` is asked of it as well.
    pub(super) fn member(&mut self, facts: &ObjectFacts, name: &Rc<str>, extra: &[Lit]) -> Outcome {
        let mut goal = extra.to_vec();
        if let Some(member) = facts.named.get(name) {
            if member.forbidden {
                return Outcome::Empty;
            }
            goal.extend(&member.lits);
        }
        let text = Val::Str(name.clone());
        let mut sure = true;
        for (names, lit) in &facts.every {
            match self.eval(*names, &text) {
                Some(true) => goal.push(*lit),
                Some(false) => {}
                None => sure = false,
            }
        }
        match self.solve(&goal) {
            Outcome::Witness(value) if !sure => {
                self.note("a pattern for property names is not understood");
                Outcome::Open(Some(value))
            }
            other => other,
        }
    }

    pub(super) fn object(&mut self, facts: &ObjectFacts) -> Outcome {
        if facts.min > facts.max {
            return Outcome::Empty;
        }
        let mut draft = Draft::default();
        let mut missing = false;
        for name in facts.named.iter().filter(|(_, member)| member.required).map(|(name, _)| name) {
            match self.member(facts, name, &[]) {
                Outcome::Witness(value) => {
                    draft.members.insert(name.clone(), (Vec::new(), value));
                }
                Outcome::Empty => return Outcome::Empty,
                Outcome::Open(Some(value)) => {
                    draft.members.insert(name.clone(), (Vec::new(), value));
                    draft.doubtful = true;
                }
                Outcome::Open(None) => missing = true,
            }
        }
        let required = facts.named.values().filter(|member| member.required).count() as u64;
        if required > facts.max {
            return Outcome::Empty;
        }
        if missing || self.work == 0 {
            return Outcome::Open(None);
        }
        match self.place(facts, &facts.some, draft) {
            Outcome::Witness(value) | Outcome::Open(Some(value)) if value_is_large(&value) => {
                self.leave_open("the smallest value is very large")
            }
            other => other,
        }
    }

    /// Finds a property for each existential in turn, going back where that fails.
    fn place(&mut self, facts: &ObjectFacts, some: &[(Lit, Lit)], draft: Draft) -> Outcome {
        if draft.members.len() as u64 > facts.max {
            return Outcome::Empty;
        }
        let Some(((names, lit), rest)) = some.split_first() else { return self.fill(facts, draft) };
        if !self.pay(4 + draft.members.len() as u64 / 8) {
            return Outcome::Open(None);
        }
        let mut open: Option<Option<Val>> = None;
        let mut attempt = |outcome: Outcome| match outcome {
            Outcome::Witness(value) => Some(value),
            Outcome::Empty => None,
            Outcome::Open(candidate) => {
                open = Some(open.take().flatten().or(candidate));
                None
            }
        };
        let full = draft.members.len() as u64 >= facts.max;
        if !full {
            // A new name first: it disturbs nothing. Which of several new names is taken may matter to later ones.
            for (name, value, sure) in self.fresh(facts, &draft, *names, *lit) {
                let mut next = draft.clone();
                next.doubtful |= !sure;
                let Some(value) = value else {
                    attempt(Outcome::Open(None));
                    continue;
                };
                next.members.insert(name, (vec![*lit], value));
                let mut outcome = self.place(facts, rest, next);
                if matches!(outcome, Outcome::Empty) && !rest.is_empty() {
                    outcome = Outcome::Open(None);
                }
                if let Some(value) = attempt(outcome) {
                    return Outcome::Witness(value);
                }
            }
        }
        let known: Vec<Rc<str>> = facts.named.keys().chain(draft.members.keys()).cloned().collect();
        let mut tried: Option<&Rc<str>> = None;
        for name in &known {
            let present = draft.members.get(name);
            if (present.is_none() && full) || tried == Some(name) {
                continue;
            }
            tried = Some(name);
            let inside = self.eval(*names, &Val::Str(name.clone()));
            if inside == Some(false) {
                continue;
            }
            let mut asked = present.map(|(asked, _)| asked.clone()).unwrap_or_default();
            asked.push(*lit);
            let mut next = draft.clone();
            next.doubtful |= inside.is_none();
            let value = match self.member(facts, name, &asked) {
                Outcome::Witness(value) => value,
                Outcome::Empty => continue,
                Outcome::Open(Some(value)) => {
                    next.doubtful = true;
                    value
                }
                Outcome::Open(None) => {
                    attempt(Outcome::Open(None));
                    continue;
                }
            };
            next.members.insert(name.clone(), (asked, value));
            let outcome = self.place(facts, rest, next);
            if let Some(value) = attempt(outcome) {
                return Outcome::Witness(value);
            }
        }
        open.map_or(Outcome::Empty, Outcome::Open)
    }

    /// Adds optional properties until there are enough.
    fn fill(&mut self, facts: &ObjectFacts, mut draft: Draft) -> Outcome {
        if draft.members.len() as u64 >= facts.min {
            return draft.finish();
        }
        if facts.min > MOST {
            return self.leave_open("an object would need very many properties");
        }
        let mut unsure = false;
        for name in facts.named.keys() {
            if draft.members.contains_key(name) {
                continue;
            }
            match self.member(facts, name, &[]) {
                Outcome::Witness(value) => {
                    draft.members.insert(name.clone(), (Vec::new(), value));
                }
                Outcome::Empty => {}
                Outcome::Open(_) => unsure = true,
            }
            if draft.members.len() as u64 >= facts.min {
                return draft.finish();
            }
        }
        loop {
            if !self.pay(2) {
                return Outcome::Open(None);
            }
            let mut added = false;
            for (name, value, sure) in self.fresh(facts, &draft, Lit::TRUE, Lit::TRUE) {
                let Some(value) = value.filter(|_| sure) else {
                    unsure = true;
                    continue;
                };
                draft.members.insert(name, (Vec::new(), value));
                added = true;
                if draft.members.len() as u64 >= facts.min {
                    return draft.finish();
                }
            }
            if !added {
                return if unsure { Outcome::Open(None) } else { Outcome::Empty };
            }
        }
    }

    /// New names in a set, one for each way the conditions on names can apply to it, with a value that satisfies `lit`;
    /// `None` for a value and false where that is not sure.
    fn fresh(&mut self, facts: &ObjectFacts, draft: &Draft, names: Lit, lit: Lit) -> Vec<(Rc<str>, Option<Val>, bool)> {
        let mut found = Vec::new();
        let string = self.arena.typed(Types::STRING);
        self.regions(facts, draft, &mut vec![string, names], &mut vec![lit], 0, &mut found);
        found
    }

    fn regions(
        &mut self,
        facts: &ObjectFacts,
        draft: &Draft,
        names: &mut Vec<Lit>,
        lits: &mut Vec<Lit>,
        next: usize,
        found: &mut Vec<(Rc<str>, Option<Val>, bool)>,
    ) {
        if self.work == 0 {
            found.push((Rc::from(""), None, false));
            return;
        }
        // Only the last region is asked for a new name; before it is enough that the region is not empty.
        if next == facts.every.len() {
            let (name, sure) = match self.new_name(facts, draft, names) {
                Outcome::Witness(Val::Str(name)) => (Some(name), true),
                Outcome::Empty => return,
                Outcome::Open(Some(Val::Str(name))) => (Some(name), false),
                _ => (None, false),
            };
            let (value, sure) = match self.solve(lits) {
                Outcome::Witness(value) => (Some(value), sure),
                Outcome::Empty => return,
                Outcome::Open(value) => (value, false),
            };
            match name {
                Some(name) => found.push((name, value, sure)),
                None => found.push((Rc::from(""), None, false)),
            }
            return;
        }
        let (set, lit) = facts.every[next];
        for inside in [false, true] {
            if inside && (lit == Lit::FALSE || lits.contains(&!lit)) {
                continue;
            }
            names.push(if inside { set } else { !set });
            if !matches!(self.solve(names), Outcome::Empty) {
                if inside {
                    lits.push(lit);
                }
                self.regions(facts, draft, names, lits, next + 1, found);
                if inside {
                    lits.pop();
                }
            }
            names.pop();
        }
    }

    /// A name in all the sets that the object does not know yet.
    fn new_name(&mut self, facts: &ObjectFacts, draft: &Draft, names: &[Lit]) -> Outcome {
        let known = |name: &Rc<str>| facts.named.contains_key(name) || draft.members.contains_key(name);
        let Some(goal) = self.normalise(names) else { return Outcome::Empty };
        let listed = goal.iter().find_map(|lit| match self.arena.node(*lit) {
            Node::Enum(values) if !lit.is_negated() => Some(values.clone()),
            _ => None,
        });
        if let Some(values) = listed {
            let left: Vec<Val> =
                values.iter().filter(|v| !matches!(v, Val::Str(name) if known(name))).cloned().collect();
            return self.try_values(&left, &goal);
        }
        // Most of the time the first name that comes to mind is new.
        match self.solve(&goal) {
            Outcome::Witness(Val::Str(name)) if !known(&name) => return Outcome::Witness(Val::Str(name)),
            Outcome::Empty => return Outcome::Empty,
            _ => {}
        }
        let taken = self.arena.one_of_names(facts.named.keys().chain(draft.members.keys()).cloned());
        let mut goal = goal;
        goal.push(!taken);
        self.solve(&goal)
    }
}

fn value_is_large(value: &Val) -> bool {
    value.size_up_to(LARGEST) >= LARGEST
}
