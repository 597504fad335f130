//! Holding what arrives at a step against what it accepts.

use std::sync::Arc;

use heddle_expr::Segment;
use heddle_schema::{Report, Verdict};
use serde_json::{Value, json};

use super::cache::Comparisons;
use super::document::{cut, document};
use super::expression::Fails;
use super::report::{Mode, Reason, WireVerdict};
use super::survey::Arrival;
use super::walk::{Absent, Walk};

/// The verdict on all that arrives at a step.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) verdict: WireVerdict,
    /// Where it does not fit, each with the field to blame.
    pub(super) reasons: Vec<Blamed>,
    /// A value that may arrive and is refused.
    pub(super) counterexample: Option<Value>,
    /// A value that may arrive and fits.
    pub(super) example: Option<Value>,
    /// What kept the question open, and the fields it is about; empty: all of them.
    pub(super) open: Option<(String, Vec<String>)>,
}

/// A reason, and what it is about.
#[derive(Debug, Clone)]
pub(super) struct Blamed {
    pub(super) reason: Reason,
    /// The field of the input; None: the input as a whole.
    pub(super) field: Option<String>,
    /// Whether this alone makes that nothing fits.
    pub(super) fatal: bool,
}

impl Judged {
    fn always() -> Self {
        Self { verdict: WireVerdict::Always, reasons: Vec::new(), counterexample: None, example: None, open: None }
    }
}

/// Judges what arrives.
pub(super) fn judge(arrival: &Arrival, accepts: Option<&Value>, mode: Mode, made: &Comparisons) -> Judged {
    let mut judged = match accepts {
        None => Judged::always(),
        Some(accepts) => against(arrival, accepts, mode, made),
    };
    broken_expressions(arrival, &mut judged);
    judged
}

fn against(arrival: &Arrival, accepts: &Value, mode: Mode, made: &Comparisons) -> Judged {
    let Report { verdict, reasons, .. } = made.check(&arrival.document, accepts, mode.into());
    let reasons: Vec<Blamed> = reasons.into_iter().map(|reason| blamed(reason.into(), arrival)).collect();
    match verdict {
        Verdict::Always => Judged::always(),
        Verdict::Unknown { why } => {
            Judged { verdict: WireVerdict::Unknown, open: Some((why, Vec::new())), ..Judged::always() }
        }
        Verdict::Never { counterexample } => {
            // What may be narrower than it looks still fits nowhere; what is known to be wrong is said.
            let doubtful = Doubts::of(arrival);
            let (unsure, sure): (Vec<Blamed>, Vec<Blamed>) =
                reasons.into_iter().partition(|one| doubtful.about(arrival, one));
            let open = (!unsure.is_empty()).then(|| doubtful.told(&unsure));
            let mut judged = Judged {
                verdict: WireVerdict::Never,
                reasons: if sure.is_empty() { unsure } else { sure },
                counterexample: Some(counterexample),
                example: None,
                open,
            };
            find_fatal(arrival, accepts, mode, made, &mut judged);
            judged
        }
        Verdict::Sometimes { counterexample, example } => {
            let doubtful = Doubts::of(arrival);
            let sure: Vec<Blamed> = reasons.iter().filter(|one| !doubtful.about(arrival, one)).cloned().collect();
            if sure.len() == reasons.len() && (!reasons.is_empty() || doubtful.is_empty()) {
                return Judged {
                    verdict: WireVerdict::Sometimes,
                    reasons,
                    counterexample: Some(counterexample),
                    example,
                    open: None,
                };
            }
            // With the benefit of the doubt: fields nobody knows give what fits. What does not fit then, is known.
            let rest = example.as_ref().and_then(|example| doubtful.granted(arrival, example));
            let report = rest.map(|rest| made.check(&rest, accepts, mode.into()));
            if let Some(Report { verdict: Verdict::Sometimes { counterexample, example }, .. }) = report
                && !sure.is_empty()
            {
                return Judged {
                    verdict: WireVerdict::Sometimes,
                    reasons: sure,
                    counterexample: Some(counterexample),
                    example,
                    open: Some(doubtful.told(&reasons)),
                };
            }
            Judged { verdict: WireVerdict::Unknown, open: Some(doubtful.told(&reasons)), ..Judged::always() }
        }
    }
}

fn blamed(reason: Reason, arrival: &Arrival) -> Blamed {
    let field = reason.path.strip_prefix('/').and_then(|path| path.split('/').next());
    let field = field.map(|field| field.replace("~1", "/").replace("~0", "~"));
    // A selection that may lead nowhere, where the field is required: say where the path breaks off.
    let fails = field.as_ref().and_then(|field| arrival.fields.get(field)).map(|field| &field.fails);
    let reason = match (reason.keyword.as_str(), fails) {
        ("required", Some(Fails::Maybe(why) | Fails::Always(why))) => {
            let name = field.as_deref().unwrap_or_default();
            Reason { message: format!("{why}, so there is nothing for {name}, which is required"), ..reason }
        }
        _ => reason,
    };
    Blamed { reason, field, fatal: false }
}

/// Adds what goes wrong before anything is compared.
fn broken_expressions(arrival: &Arrival, judged: &mut Judged) {
    for (name, field) in &arrival.fields {
        let (why, verdict) = match &field.fails {
            Fails::Never => continue,
            Fails::Maybe(why) => (why, WireVerdict::Sometimes),
            Fails::Always(why) => (why, WireVerdict::Never),
        };
        judged.verdict = judged.verdict.max(verdict);
        let fatal = verdict == WireVerdict::Never;
        let told =
            judged.reasons.iter_mut().find(|one| one.field.as_ref() == Some(name) && one.reason.keyword == "required");
        match told {
            Some(told) => told.fatal |= fatal,
            None => {
                let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
                let message = format!("{why}; then {name} cannot be worked out and the step fails");
                let (keyword, expected, found) = ("expression".to_owned(), "a value".to_owned(), "nothing".to_owned());
                let reason = Reason { path, keyword, expected, found, message };
                judged.reasons.push(Blamed { reason, field: Some(name.clone()), fatal });
            }
        }
    }
}

/// What of an arrival is not known well enough to be held against it.
struct Doubts {
    /// Fields, each with the reason.
    fields: Vec<(String, String)>,
    /// Why there may be further fields, if there may.
    others: Option<String>,
}

impl Doubts {
    fn of(arrival: &Arrival) -> Self {
        let fields = arrival.fields.iter().filter_map(|(name, field)| Some((name.clone(), field.unknown.clone()?)));
        Self { fields: fields.collect(), others: arrival.opaque.first().map(|(_, why)| why.clone()) }
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.others.is_none()
    }

    fn about(&self, arrival: &Arrival, one: &Blamed) -> bool {
        match &one.field {
            None => !self.is_empty(),
            Some(name) if self.fields.iter().any(|(own, _)| own == name) => true,
            // What nobody is known to give for sure, somebody unknown may give.
            Some(name) => {
                self.others.is_some() && (one.reason.keyword == "required" || !arrival.fields.contains_key(name))
            }
        }
    }

    /// What arrives, if all that is in doubt is as in this example.
    fn granted(&self, arrival: &Arrival, example: &Value) -> Option<Value> {
        let example = example.as_object()?;
        let mut whole = arrival.document.as_object()?.clone();
        let mut properties = whole.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut required: Vec<Value> = whole.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        for (name, value) in example {
            let doubtful = self.fields.iter().any(|(own, _)| own == name)
                || self.others.is_some() && !required.iter().any(|own| own.as_str() == Some(name));
            if doubtful {
                properties.insert(name.clone(), json!({ "const": value }));
                if !required.iter().any(|own| own.as_str() == Some(name)) {
                    required.push(Value::from(name.as_str()));
                }
            }
        }
        for (name, _) in self.fields.iter().filter(|(name, _)| !example.contains_key(name)) {
            properties.shift_remove(name);
        }
        whole.insert("properties".to_owned(), Value::Object(properties));
        whole.insert("required".to_owned(), Value::Array(required));
        whole.insert("additionalProperties".to_owned(), Value::Bool(false));
        Some(Value::Object(whole))
    }

    fn told(&self, reasons: &[Blamed]) -> (String, Vec<String>) {
        let about: Vec<&(String, String)> = self
            .fields
            .iter()
            .filter(|(name, _)| reasons.iter().any(|one| one.field.as_ref().is_none_or(|field| field == name)))
            .collect();
        match (about.first(), &self.others) {
            (Some((name, why)), _) => (format!("{name}: {why}"), about.iter().map(|(name, _)| name.clone()).collect()),
            (None, Some(why)) => (why.clone(), Vec::new()),
            (None, None) => ("what may arrive is not known well enough".to_owned(), Vec::new()),
        }
    }
}

/// Finds out which reasons alone make that nothing fits.
fn find_fatal(arrival: &Arrival, accepts: &Value, mode: Mode, made: &Comparisons, judged: &mut Judged) {
    let mut seen: Vec<(Option<String>, bool)> = Vec::new();
    for one in &mut judged.reasons {
        let fatal = match seen.iter().find(|(field, _)| *field == one.field) {
            Some((_, fatal)) => *fatal,
            None => {
                let fatal = match &one.field {
                    Some(name) => never_fits(arrival, accepts, name, mode, made),
                    None => false,
                };
                seen.push((one.field.clone(), fatal));
                fatal
            }
        };
        one.fatal = fatal;
    }
    if !judged.reasons.iter().any(|one| one.fatal) {
        judged.reasons.iter_mut().for_each(|one| one.fatal = true);
    }
}

fn never_fits(arrival: &Arrival, accepts: &Value, name: &str, mode: Mode, made: &Comparisons) -> bool {
    let segment = Segment::Key(name.to_owned());
    let own = Walk { document: &arrival.document, declared: true }.part(&arrival.document, &segment);
    if own.absent == Absent::Always {
        return true;
    }
    let Ok(accepts) = document(accepts).map(Arc::new) else { return false };
    let wanted = Walk { document: &accepts, declared: false }.part(&accepts, &segment);
    if wanted.absent == Absent::Always {
        return own.absent == Absent::Never;
    }
    let (produced, accepted) = (cut(&arrival.document, &own.schema), cut(&accepts, &wanted.schema));
    let never = matches!(made.check(&produced, &accepted, mode.into()).verdict, Verdict::Never { .. });
    never && (own.absent == Absent::Never || wanted.absent == Absent::Never)
}
