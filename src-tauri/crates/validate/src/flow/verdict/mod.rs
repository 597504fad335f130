//! Holding what arrives at a step against what it accepts.
//!
//! Where what is accepted comes down to conditions on single fields, each field is judged by itself (`fields.rs`): what is
//! said of one is right whatever the others are. Everything else is compared as a whole (`whole.rs`). `proof.rs` puts
//! values together that show what is said.

mod asked;
mod fields;
mod proof;
mod whole;

use heddle_schema::{Report, Verdict};
use indexmap::IndexMap;
use serde_json::Value;

use super::cache::Comparisons;
use super::context::Giver;
use super::expression::Fails;
use super::report::{Mode, Reason, WireVerdict};
use super::survey::Arrival;
use asked::Asked;

/// The verdict on all that arrives at a step.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// The worst of the following.
    pub(super) verdict: WireVerdict,
    /// Field by field: those that arrive, then those that are only asked for.
    pub(super) fields: IndexMap<String, Said>,
    /// What does not come down to fields.
    pub(super) whole: Option<Whole>,
}

/// What is said of a field, or of the input as a whole.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) verdict: WireVerdict,
    /// Where it does not fit.
    pub(super) reasons: Vec<Reason>,
    /// What kept the question open.
    pub(super) why: Option<String>,
    /// An input with this field alone that may arrive and is refused.
    counterexample: Option<Value>,
    /// An input with this field alone that may arrive and fits.
    example: Option<Value>,
    /// What was compared: schemas of inputs with this field alone.
    compared: Option<Box<(Value, Value)>>,
}

/// What is said of the input as a whole.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub(super) said: Said,
    /// Whose matter it is; None: everybody's.
    pub(super) givers: Option<Vec<Giver>>,
}

impl Said {
    fn always() -> Self {
        Self {
            verdict: WireVerdict::Always,
            reasons: Vec::new(),
            why: None,
            counterexample: None,
            example: None,
            compared: None,
        }
    }

    fn unknown(why: impl Into<String>) -> Self {
        Self { verdict: WireVerdict::Unknown, why: Some(why.into()), ..Self::always() }
    }

    fn of(report: Report) -> Self {
        let reasons = report.reasons.into_iter().map(Into::into).collect();
        let (verdict, counterexample, example) = match report.verdict {
            Verdict::Always => return Self::always(),
            Verdict::Unknown { why } => return Self::unknown(why),
            Verdict::Sometimes { counterexample, example } => (WireVerdict::Sometimes, counterexample, example),
            Verdict::Never { counterexample } => (WireVerdict::Never, counterexample, None),
        };
        Self { verdict, reasons, why: None, counterexample: Some(counterexample), example, compared: None }
    }
}

impl Judged {
    fn new(fields: IndexMap<String, Said>, whole: Option<Whole>) -> Self {
        let all = fields.values().chain(whole.iter().map(|whole| &whole.said));
        let verdict = all.map(|said| said.verdict).max().unwrap_or(WireVerdict::Always);
        Self { verdict, fields, whole }
    }

    /// Every reason, with the field it is about; None: the input as a whole.
    pub(super) fn reasons(&self) -> impl Iterator<Item = (Option<&str>, &Reason)> {
        let of_fields = self
            .fields
            .iter()
            .flat_map(|(name, said)| said.reasons.iter().map(move |reason| (Some(name.as_str()), reason)));
        of_fields.chain(self.whole.iter().flat_map(|whole| whole.said.reasons.iter().map(|reason| (None, reason))))
    }

    /// What kept the question open, if anything did.
    pub(super) fn why(&self) -> Option<&str> {
        let all = self.fields.values().chain(self.whole.iter().map(|whole| &whole.said));
        all.filter_map(|said| said.why.as_deref()).next()
    }
}

/// Judges what arrives.
pub(super) fn judge(arrival: &Arrival, accepts: Option<&Value>, mode: Mode, made: &Comparisons) -> Judged {
    let (mut fields, whole) = match accepts {
        None => (arrival.fields.keys().map(|name| (name.clone(), Said::always())).collect(), None),
        Some(accepts) => {
            let asked = Asked::of(accepts);
            let apart = asked.as_ref().filter(|_| arrival.apart);
            match apart.and_then(|asked| fields::judge(arrival, asked, mode, made)) {
                Some(judged) => judged,
                None => whole::judge(arrival, accepts, asked.as_ref(), mode, made),
            }
        }
    };
    for (name, field) in &arrival.fields {
        broken_expression(name, &field.fails, &mut fields);
    }
    Judged::new(fields, whole)
}

/// Adds what goes wrong before anything is compared.
fn broken_expression(name: &str, fails: &Fails, fields: &mut IndexMap<String, Said>) {
    let (why, verdict) = match fails {
        Fails::Never => return,
        Fails::Maybe(why) => (why, WireVerdict::Sometimes),
        Fails::Always(why) => (why, WireVerdict::Never),
    };
    let said = fields.entry(name.to_owned()).or_insert_with(Said::always);
    said.verdict = said.verdict.max(verdict);
    // A selection that may lead nowhere, where the field is required: say where the path breaks off.
    if let Some(told) = said.reasons.iter_mut().find(|reason| reason.keyword == "required") {
        told.message = format!("{why}, so there is nothing for {name}, which is required");
        return;
    }
    let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    let message = format!("{why}; then {name} cannot be worked out and the step fails");
    let (keyword, expected, found) = ("expression".to_owned(), "a value".to_owned(), "nothing".to_owned());
    said.reasons.push(Reason { path, keyword, expected, found, message });
}
