//! Whole inputs that show what is said: put together from what is known of each field, as people would write them.

use serde_json::{Map, Value};

use super::fields::{arriving, arriving_alone};
use super::{Judged, Said};
use crate::flow::expression::Fails;
use crate::flow::report::WireVerdict;
use crate::flow::survey::Arrival;
use crate::flow::walk::Absent;

/// Samples that are tried before the counterexample is shown that the comparison found.
const TRIED: u64 = 3;

impl Judged {
    /// An input that may arrive and is refused because of some of its fields; None: none is known, or no input comes to
    /// be because an expression has no value. `realistic`: whether it is worth some time to find a likely one.
    pub(in crate::flow) fn counterexample(
        &self,
        arrival: &Arrival,
        about: &dyn Fn(&str) -> bool,
        realistic: bool,
    ) -> Option<Value> {
        let bad = |said: &Said| said.verdict > WireVerdict::Unknown;
        if let Some(whole) = &self.whole
            && whole.said.counterexample.is_some()
        {
            return whole.said.counterexample.clone();
        }
        if !self.fields.iter().any(|(name, said)| bad(said) && said.counterexample.is_some() && about(name)) {
            return None;
        }
        self.input(arrival, &|name, said| match (bad(said), about(name)) {
            (false, _) => None,
            (true, true) => {
                let likely = if realistic { said.likely_refused() } else { None };
                likely.or_else(|| said.counterexample.clone())
            }
            (true, false) => said.example.clone().or_else(|| said.counterexample.clone()),
        })
    }

    /// An input that may arrive and fits, if one is known.
    pub(in crate::flow) fn example(&self, arrival: &Arrival) -> Option<Value> {
        if self.verdict == WireVerdict::Never {
            return None;
        }
        if let Some(whole) = &self.whole
            && whole.said.counterexample.is_some()
        {
            return whole.said.example.clone();
        }
        if self.verdict != WireVerdict::Sometimes
            || self.fields.values().any(|said| said.verdict == WireVerdict::Sometimes && said.example.is_none())
        {
            return None;
        }
        self.input(arrival, &|_, said| said.likely_accepted().or_else(|| said.example.clone()))
    }

    /// An input with what `chosen` says for fields, and likely values for those that are always there.
    fn input(&self, arrival: &Arrival, chosen: &dyn Fn(&str, &Said) -> Option<Value>) -> Option<Value> {
        let mut whole = Map::new();
        for (name, said) in &self.fields {
            if matches!(arrival.fields.get(name).map(|field| &field.fails), Some(Fails::Always(_))) {
                return None;
            }
            let part = arriving(arrival, name);
            let value = match chosen(name, said) {
                Some(value) => value,
                None if part.absent == Absent::Never => {
                    heddle_schema::sample(&arriving_alone(arrival, name, &part), 0).ok()?
                }
                None => continue,
            };
            if let Value::Object(alone) = value {
                whole.extend(alone);
            }
        }
        Some(Value::Object(whole))
    }
}

impl Said {
    /// A likely value of the field that is refused.
    fn likely_refused(&self) -> Option<Value> {
        self.likely(self.verdict == WireVerdict::Never, false)
    }

    /// A likely value of the field that is accepted.
    fn likely_accepted(&self) -> Option<Value> {
        if self.verdict == WireVerdict::Unknown {
            return None;
        }
        self.likely(self.verdict == WireVerdict::Always, true)
    }

    /// `any`: any value will do.
    fn likely(&self, any: bool, fits: bool) -> Option<Value> {
        let (produced, accepted) = self.compared.as_deref()?;
        let validator = if any { None } else { Some(jsonschema::validator_for(accepted).ok()?) };
        (0..TRIED).find_map(|seed| {
            let value = heddle_schema::sample(produced, seed).ok()?;
            validator.as_ref().is_none_or(|validator| validator.is_valid(&value) == fits).then_some(value)
        })
    }
}
