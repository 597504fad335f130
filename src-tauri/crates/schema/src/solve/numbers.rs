//! Numbers: a range, a common multiple, and finitely or periodically many exceptions.

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};
use rustc_hash::FxHashSet;

use super::{Outcome, Solver, branch::Bound};
use crate::{decimal::Dec, ir::Node, value::Val};

/// How many candidates are tried beyond those that are excluded by name.
const TRIES: usize = 5_000;

#[derive(Clone)]
pub(super) struct NumberFacts {
    whole: bool,
    low: Bound,
    high: Bound,
    unit: Option<Dec>,
    not_units: Vec<Dec>,
    pub(super) excluded: FxHashSet<Dec>,
}

impl NumberFacts {
    pub(super) fn new(whole: bool) -> Self {
        let unit = whole.then(|| Dec::from_int(1));
        NumberFacts { whole, low: None, high: None, unit, not_units: Vec::new(), excluded: FxHashSet::default() }
    }

    pub(super) fn take(&mut self, node: &Node, positive: bool) -> bool {
        match (node, positive) {
            (Node::AtLeast(bound), true) => self.raise(bound, false),
            (Node::MoreThan(bound), true) => self.raise(bound, true),
            (Node::AtLeast(bound), false) => self.lower(bound, true),
            (Node::MoreThan(bound), false) => self.lower(bound, false),
            (Node::MultipleOf(unit), true) => {
                self.unit = Some(self.unit.as_ref().map_or_else(|| unit.clone(), |own| own.lcm(unit)));
            }
            (Node::MultipleOf(unit), false) => self.not_units.push(unit.clone()),
            _ => {}
        }
        !self.is_void()
    }

    fn raise(&mut self, bound: &Dec, excluded: bool) {
        let tighter = self.low.as_ref().is_none_or(|(own, open)| bound > own || (bound == own && excluded && !open));
        if tighter {
            self.low = Some((bound.clone(), excluded));
        }
    }

    fn lower(&mut self, bound: &Dec, excluded: bool) {
        let tighter = self.high.as_ref().is_none_or(|(own, open)| bound < own || (bound == own && excluded && !open));
        if tighter {
            self.high = Some((bound.clone(), excluded));
        }
    }

    fn is_void(&self) -> bool {
        match (&self.low, &self.high) {
            (Some((low, a)), Some((high, b))) => low > high || (low == high && (*a || *b)),
            _ => false,
        }
    }

    pub(super) fn status(&self, node: &Node) -> Option<bool> {
        let (bound, strict) = match node {
            Node::AtLeast(bound) => (bound, false),
            Node::MoreThan(bound) => (bound, true),
            Node::MultipleOf(unit) => {
                return self.unit.as_ref().filter(|own| own.is_multiple_of(unit)).map(|_| true);
            }
            _ => return None,
        };
        if self.low.as_ref().is_some_and(|(low, open)| low > bound || (low == bound && (*open || !strict))) {
            return Some(true);
        }
        if self.high.as_ref().is_some_and(|(high, open)| high < bound || (high == bound && (*open || strict))) {
            return Some(false);
        }
        None
    }

    fn contains(&self, n: &Dec) -> bool {
        n.is_integer() == self.whole
            && self.low.as_ref().is_none_or(|(low, open)| n > low || (n == low && !open))
            && self.high.as_ref().is_none_or(|(high, open)| n < high || (n == high && !open))
            && self.unit.as_ref().is_none_or(|unit| n.is_multiple_of(unit))
            && !self.not_units.iter().any(|unit| n.is_multiple_of(unit))
            && !self.excluded.contains(n)
    }
}

impl Solver<'_> {
    pub(super) fn number(&mut self, facts: &NumberFacts) -> Outcome {
        match &facts.unit {
            Some(unit) => self.multiple(facts, unit),
            None => self.fraction(facts),
        }
    }

    /// Candidates are the multiples of a unit.
    fn multiple(&mut self, facts: &NumberFacts, unit: &Dec) -> Outcome {
        if facts.not_units.iter().any(|not| unit.is_multiple_of(not)) {
            return Outcome::Empty;
        }
        let first = facts.low.as_ref().map(|(low, open)| {
            let k = low.div_ceil(unit);
            if *open && unit.times(&k) == *low { k + 1 } else { k }
        });
        let last = facts.high.as_ref().map(|(high, open)| {
            let k = high.div_floor(unit);
            if *open && unit.times(&k) == *high { k - 1 } else { k }
        });
        if let (Some(first), Some(last)) = (&first, &last)
            && first > last
        {
            return Outcome::Empty;
        }
        // After one common period of all units everything repeats, but for the numbers excluded by name.
        let mut period = unit.clone();
        let one = Dec::from_int(1);
        for other in facts.not_units.iter().chain((!facts.whole).then_some(&one)) {
            period = period.lcm(other);
        }
        let period = period.div_floor(unit);
        let zero = BigInt::zero();
        let (start, step) = match (&first, &last) {
            (None, None) => (zero, BigInt::one()),
            (Some(first), None) => {
                (first.clone().max(if first.is_negative() { zero } else { first.clone() }), BigInt::one())
            }
            (None, Some(last)) => {
                (last.clone().min(if last.is_negative() { last.clone() } else { zero }), -BigInt::one())
            }
            (Some(first), Some(_)) => (first.clone(), BigInt::one()),
        };
        let tries = TRIES + facts.excluded.len();
        let mut k = start;
        let mut by_name = false;
        // Validators that divide floating-point numbers get a few multiples wrong: prefer one that all agree on.
        let (mut fallback, mut spare): (Option<Dec>, u32) = (None, 20);
        for _ in 0..tries {
            if !self.pay(1) {
                return Outcome::Open(None);
            }
            if last.as_ref().is_some_and(|last| k > *last) || first.as_ref().is_some_and(|first| k < *first) {
                return fallback.map_or(Outcome::Empty, |n| Outcome::Witness(Val::Num(n)));
            }
            let n = unit.times(&k);
            if facts.contains(&n) {
                if n.is_plain_multiple_of(unit) {
                    return Outcome::Witness(Val::Num(n));
                }
                fallback = fallback.or(Some(n.clone()));
                spare -= 1;
                if spare == 0 {
                    break;
                }
            }
            by_name |= facts.excluded.contains(&n);
            k += &step;
        }
        if let Some(n) = fallback {
            return Outcome::Witness(Val::Num(n));
        }
        if !by_name && period <= BigInt::from(tries) {
            return Outcome::Empty;
        }
        self.leave_open("too many numbers would have to be tried")
    }

    /// Numbers that are not whole, of any fineness: between two bounds there is always one more.
    fn fraction(&mut self, facts: &NumberFacts) -> Outcome {
        let one = Dec::from_int(1);
        if let (Some((low, _)), Some((high, _))) = (&facts.low, &facts.high)
            && low == high
        {
            return if facts.contains(low) { Outcome::Witness(Val::Num(low.clone())) } else { Outcome::Empty };
        }
        let (low, width) = match (&facts.low, &facts.high) {
            (Some((low, _)), Some((high, _))) => (low.clone(), high.sub(low)),
            (Some((low, _)), None) => (low.clone(), one),
            (None, Some((high, _))) => (high.sub(&one), one),
            (None, None) => (Dec::from_int(0), one),
        };
        for tenth in [5, 2, 7, 1, 9] {
            let n = low.add(&width.times(&BigInt::from(tenth)).times_ten_to(-1));
            if facts.contains(&n) {
                return Outcome::Witness(Val::Num(n));
            }
        }
        // Finer than every unit that must be missed and every number excluded by name.
        let mut finest = low.exponent().min(width.exponent()).min(0);
        for other in facts.not_units.iter().chain(&facts.excluded) {
            finest = finest.min(other.exponent());
        }
        let n = low.add(&width.times_ten_to((finest - width.exponent()).min(0) - 2));
        if facts.contains(&n) {
            return Outcome::Witness(Val::Num(n));
        }
        self.leave_open("no number between two bounds was found")
    }
}
