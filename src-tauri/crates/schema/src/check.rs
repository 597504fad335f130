//! The comparison: look for a value of A that is not one of B, have it confirmed, and say why.

use serde_json::Value;

use crate::{
    draft::Draft,
    evaluate::evaluate,
    explain,
    ir::{Arena, Lit},
    judge,
    read::{self, How},
    report::{Mode, Report, Verdict},
    solve::{Outcome, Solver},
    value::Val,
};

/// How deep a schema document may be nested, as JSON.
const DEEPEST: usize = 250;

/// How many values of A are tried one by one.
const TRIES: usize = 8;

/// How two schemas are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// What a producer is taken to emit.
    pub mode: Mode,
    /// The draft of schemas that have no `$schema`; 2020-12 unless changed.
    pub draft: Draft,
    /// Whether `format` is an assertion; an annotation unless changed.
    pub assert_formats: bool,
    /// The budget, in steps of some tens of nanoseconds; when it is used up, the verdict is unknown. 1,000,000
    /// unless changed.
    pub work: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { mode: Mode::Strict, draft: Draft::Draft202012, assert_formats: false, work: 1_000_000 }
    }
}

/// Whether every value of schema `a` is valid under schema `b`.
///
/// Sound: *always* is proven, and a counterexample has been confirmed by the `jsonschema` crate. Bounded: work, depth and
/// memory have limits, beyond which the verdict is unknown. Schemas that are none give unknown with the reason.
pub fn check(a: &Value, b: &Value, options: &Options) -> Report {
    let report = |verdict| Report { verdict, mode: options.mode, empty: false, reasons: Vec::new() };
    for (name, schema) in [("A", a), ("B", b)] {
        if is_deeper_than(schema, DEEPEST) {
            return report(Verdict::Unknown { why: format!("schema {name} is nested too deeply") });
        }
    }
    let mut arena = Arena::new();
    let how = How { draft: options.draft, declared: options.mode == Mode::Declared, formats: options.assert_formats };
    let read = read::read(&mut arena, a, how).map_err(|why| format!("schema A: {why}")).and_then(|left| {
        let how = How { declared: false, ..how };
        let right = read::read(&mut arena, b, how).map_err(|why| format!("schema B: {why}"))?;
        Ok((left, right))
    });
    let (left, right) = match read {
        Ok(both) => both,
        Err(_) if a == b => return report(Verdict::Always),
        Err(why) => return report(Verdict::Unknown { why }),
    };
    let mut comparison =
        Comparison { solver: Solver::new(&mut arena, options.work), a, b, left, right, options, judges: None };
    comparison.run()
}

struct Comparison<'a> {
    solver: Solver<'a>,
    a: &'a Value,
    b: &'a Value,
    left: Lit,
    right: Lit,
    options: &'a Options,
    judges: Option<Result<(jsonschema::Validator, jsonschema::Validator), String>>,
}

impl Comparison<'_> {
    fn run(&mut self) -> Report {
        let mut report =
            Report { verdict: Verdict::Always, mode: self.options.mode, empty: false, reasons: Vec::new() };
        let candidate = match self.solver.solve(&[self.left, !self.right]) {
            Outcome::Empty => {
                self.solver.refill(self.options.work / 10);
                report.empty = matches!(self.solver.solve(&[self.left]), Outcome::Empty);
                return report;
            }
            Outcome::Witness(value) => Some(value),
            Outcome::Open(candidate) => candidate,
        };
        let confirmed = candidate.and_then(|value| self.confirmed(&value, false));
        let Some(counterexample) = confirmed.or_else(|| self.by_luck()) else {
            report.verdict = Verdict::Unknown { why: self.why_open() };
            return report;
        };
        self.solver.refill(self.options.work);
        report.verdict = match self.solver.solve(&[self.left, self.right]) {
            Outcome::Empty => Verdict::Never { counterexample },
            Outcome::Witness(value) | Outcome::Open(Some(value)) => match self.confirmed(&value, true) {
                Some(example) => Verdict::Sometimes { counterexample, example: Some(example) },
                None => self.one_by_one(counterexample),
            },
            Outcome::Open(None) => self.one_by_one(counterexample),
        };
        self.solver.refill(self.options.work / 10);
        report.reasons = explain::reasons(&mut self.solver, self.left, self.right);
        report
    }

    /// The search for a common value did not end: tries some values of A, which may be all there are.
    fn one_by_one(&mut self, counterexample: Value) -> Verdict {
        self.solver.refill(self.options.work / 4);
        let mut tried = Vec::new();
        while tried.len() < TRIES {
            let others = !self.solver.arena.one_of_values(tried.iter().cloned());
            match self.solver.solve(&[self.left, others]) {
                Outcome::Witness(value) => {
                    if let Some(example) = self.confirmed(&value, true) {
                        return Verdict::Sometimes { counterexample, example: Some(example) };
                    }
                    if self.confirmed(&value, false).is_none() {
                        break;
                    }
                    tried.push(value);
                }
                Outcome::Empty => return Verdict::Never { counterexample },
                Outcome::Open(_) => break,
            }
        }
        Verdict::Sometimes { counterexample, example: None }
    }

    /// Any value of A may happen to be a counterexample.
    fn by_luck(&mut self) -> Option<Value> {
        self.solver.refill(self.options.work / 10);
        match self.solver.solve(&[self.left]) {
            Outcome::Witness(value) | Outcome::Open(Some(value)) => self.confirmed(&value, false),
            _ => None,
        }
    }

    fn why_open(&self) -> String {
        match &self.judges {
            Some(Err(error)) => format!("the schemas cannot be compiled: {error}"),
            _ => {
                self.solver.why().unwrap_or("the value that was found is judged differently by a validator").to_string()
            }
        }
    }

    /// The value as JSON, if the judge finds it valid under A and, as `fits` says, valid or invalid under B.
    fn confirmed(&mut self, value: &Val, fits: bool) -> Option<Value> {
        if self.options.mode == Mode::Declared && evaluate(self.solver.arena, self.left, value) != Some(true) {
            return None;
        }
        let Options { draft, assert_formats, .. } = *self.options;
        let judges = self.judges.get_or_insert_with(|| {
            let a = judge::validator(self.a, draft, assert_formats)?;
            Ok((a, judge::validator(self.b, draft, assert_formats)?))
        });
        let (a, b) = judges.as_ref().ok()?;
        let json = value.to_json();
        (a.is_valid(&json) && b.is_valid(&json) == fits).then_some(json)
    }
}

pub(crate) fn is_deeper_than(value: &Value, limit: usize) -> bool {
    let mut stack = vec![(value, 0)];
    while let Some((value, depth)) = stack.pop() {
        if depth > limit {
            return true;
        }
        match value {
            Value::Array(items) => stack.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(members) => stack.extend(members.values().map(|member| (member, depth + 1))),
            _ => {}
        }
    }
    false
}
