//! Proposing what a field could be mapped from: by name, similarity, type and nearness.

use std::sync::Arc;

use heddle_expr::{Reference, Root, Segment};
use heddle_schema::Verdict;
use serde_json::Value;

use super::cache::Comparisons;
use super::document::{cut, document};
use super::report::{FieldProposals, Mode, Proposal, WireVerdict};
use super::survey::Survey;
use super::unknown::why_unknown;
use super::walk::{Absent, Declared, Kinds, Walk};
use crate::similar::distance;

/// How deep fields are searched.
const DEEPEST: usize = 4;

/// Fields of all sources together that are looked at.
const MOST_FIELDS: usize = 2_000;

/// Proposals for one field.
const MOST: usize = 6;

/// Proposals that are held against the field's schema.
const COMPARED: usize = 12;

/// Proposals below this are none.
const LEAST: f64 = 0.35;

/// A field that could be looked at.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) path: Reference,
    pub(super) label: String,
    schema: Value,
    /// Whether it may be missing.
    pub(super) absent: bool,
    /// Steps between here and there; 0 is right before.
    nearness: usize,
    depth: usize,
}

/// Every field the expressions of a step can select.
pub(super) fn candidates(survey: &Survey<'_>, position: usize) -> Vec<Candidate> {
    let mut found = Vec::new();
    let direct: Vec<usize> = survey.plan.graph.predecessors(position).collect();
    for (distance, step) in survey.plan.ancestors(position).into_iter().rev().enumerate() {
        let given = survey.gives(step);
        let nearness = if direct.contains(&step) { 0 } else { distance + 1 };
        let root = Reference { root: Root::Step(survey.step(step).id.clone()), path: Vec::new() };
        let absent = !survey.is_there(step, position, &Default::default());
        fields(&given.document, survey.declared, root, survey.label(step), absent, nearness, &mut found);
    }
    let far = survey.plan.graph.len();
    let input = Reference { root: Root::Input, path: Vec::new() };
    fields(&survey.input().document, survey.declared, input, "Workflow input", false, far.min(3), &mut found);
    let vars = Reference { root: Root::Vars, path: Vec::new() };
    fields(&survey.vars().document, survey.declared, vars, "Variables", false, far.min(4), &mut found);
    found
}

fn fields(
    document: &Arc<Value>,
    declared: bool,
    root: Reference,
    label: &str,
    absent: bool,
    nearness: usize,
    found: &mut Vec<Candidate>,
) {
    let walk = Walk { document, declared };
    let mut open = vec![(root, label.to_owned(), document.as_ref().clone(), absent, 0)];
    while let Some((path, label, schema, absent, depth)) = open.pop() {
        if depth > 0 {
            let schema = cut(document, &schema);
            found.push(Candidate { path: path.clone(), label: label.clone(), schema, absent, nearness, depth });
        }
        if depth >= DEEPEST || found.len() >= MOST_FIELDS {
            continue;
        }
        for name in walk.names(&schema).into_iter().rev() {
            let part = walk.part(&schema, &Segment::Key(name.clone()));
            if part.absent == Absent::Always || part.declared != Declared::Yes {
                continue;
            }
            let mut below = path.clone();
            below.path.push(Segment::Key(name.clone()));
            let maybe = absent || part.absent == Absent::Sometimes;
            open.push((below, format!("{label} › {name}"), part.schema, maybe, depth + 1));
        }
    }
}

/// Proposals for every field of a step's input. None: there is no such step, or steps wait for one another.
pub(crate) fn automap(survey: &Survey<'_>, position: usize, mode: Mode, made: &Comparisons) -> Vec<FieldProposals> {
    let Some(accepts) = survey.accepts(position) else { return Vec::new() };
    let Ok(accepts) = document(accepts).map(Arc::new) else { return Vec::new() };
    let walk = Walk { document: &accepts, declared: true };
    let candidates = candidates(survey, position);
    let mapping = survey.step(position).mapping.as_ref();
    let wanted = walk.names(&accepts).into_iter().map(|field| {
        let part = walk.part(&accepts, &Segment::Key(field.clone()));
        let schema = cut(&accepts, &part.schema);
        let current = mapping.and_then(|mapping| mapping.get(&field)).cloned();
        let proposals = proposals(&field, &schema, &candidates, mode, made);
        FieldProposals { required: part.absent == Absent::Never, schema, current, proposals, field }
    });
    wanted.collect()
}

/// The likeliest of the candidates for a field.
pub(super) fn proposals(
    field: &str,
    schema: &Value,
    candidates: &[Candidate],
    mode: Mode,
    made: &Comparisons,
) -> Vec<Proposal> {
    let wanted = Walk { document: schema, declared: true }.kinds(schema);
    let mut scored: Vec<(f64, &'static str, &Candidate)> = candidates
        .iter()
        .filter_map(|candidate| {
            let Some(Segment::Key(name)) = candidate.path.path.last() else { return None };
            let (likeness, why) = likeness(field, name)?;
            let kinds = Walk { document: &candidate.schema, declared: true }.kinds(&candidate.schema);
            let typed = if wanted == Kinds::ALL || kinds.within(wanted) {
                1.0
            } else if kinds.contains(wanted) {
                0.7
            } else {
                0.3
            };
            #[expect(clippy::cast_precision_loss, reason = "both are small")]
            let (far, deep) = (candidate.nearness.min(9) as f64, (candidate.depth - 1) as f64);
            let score = likeness * 0.75 + typed * 0.21 + 0.04 / (1.0 + far) - 0.01 * deep;
            (likeness > 0.0).then_some((score.clamp(0.0, 1.0), why, candidate))
        })
        .filter(|(score, ..)| *score >= LEAST)
        .collect();
    scored
        .sort_by(|(a, _, one), (b, _, two)| b.total_cmp(a).then_with(|| one.path.path.len().cmp(&two.path.path.len())));
    scored.truncate(COMPARED);
    let mut proposals: Vec<Proposal> = scored
        .into_iter()
        .map(|(score, why, candidate)| {
            let (verdict, problem) = fits(&candidate.schema, schema, mode, made);
            let maybe = candidate.absent;
            let verdict = if maybe { verdict.max(WireVerdict::Sometimes) } else { verdict };
            let mut told = why.to_owned();
            if let Some(problem) = problem {
                told = format!("{told}; {problem}");
            }
            if maybe {
                told = format!("{told}; it may be missing");
            }
            let worse = match verdict {
                WireVerdict::Always => 0.0,
                WireVerdict::Unknown => 0.05,
                WireVerdict::Sometimes => 0.1,
                WireVerdict::Never => 0.3,
            };
            Proposal {
                expression: candidate.path.to_string(),
                label: candidate.label.clone(),
                score: ((score - worse).clamp(0.0, 1.0) * 1000.0).round() / 1000.0,
                verdict,
                why: told,
            }
        })
        .collect();
    proposals.sort_by(|one, two| two.score.total_cmp(&one.score));
    proposals.truncate(MOST);
    proposals
}

/// Whether values of one schema fit another, and what does not.
fn fits(produced: &Value, accepted: &Value, mode: Mode, made: &Comparisons) -> (WireVerdict, Option<String>) {
    if *accepted == Value::Bool(true) {
        return (WireVerdict::Always, None);
    }
    let report = made.check(produced, accepted, mode.into());
    let problem = report.reasons.first().map(|reason| reason.message.clone());
    match report.verdict {
        Verdict::Always => (WireVerdict::Always, None),
        Verdict::Never { .. } => (WireVerdict::Never, problem),
        Verdict::Sometimes { .. } => match why_unknown(produced) {
            Some(why) => (WireVerdict::Unknown, Some(why.to_owned())),
            None => (WireVerdict::Sometimes, problem),
        },
        Verdict::Unknown { why } => (WireVerdict::Unknown, Some(why)),
    }
}

/// How alike two names are, 0 to 1, and in what way; None: not at all.
fn likeness(wanted: &str, name: &str) -> Option<(f64, &'static str)> {
    if wanted == name {
        return Some((1.0, "the same name"));
    }
    let (one, two) = (words(wanted), words(name));
    if one == two {
        return Some((0.96, "the same name, written differently"));
    }
    let synonyms: (Vec<&str>, Vec<&str>) =
        (one.iter().map(|word| meaning(word)).collect(), two.iter().map(|word| meaning(word)).collect());
    if synonyms.0 == synonyms.1 {
        return Some((0.85, "a name that means the same"));
    }
    let shared = synonyms.0.iter().filter(|word| synonyms.1.contains(word)).count();
    let all = synonyms.0.len().max(synonyms.1.len());
    #[expect(clippy::cast_precision_loss, reason = "names have few words")]
    let common = shared as f64 / all.max(1) as f64;
    let (long, short) = (one.concat(), two.concat());
    let length = long.chars().count().max(short.chars().count()).max(1);
    #[expect(clippy::cast_precision_loss, reason = "names are short")]
    let near = 1.0 - distance(&long, &short) as f64 / length as f64;
    if near >= 0.75 {
        return Some((near * 0.85, "a similar name"));
    }
    if common > 0.0 {
        // `id` alone says little.
        return Some((0.35 + common * 0.4, "a name that shares a word"));
    }
    None
}

/// The words of a name, in small letters: `customerId`, `customer_id` and `Customer ID` are the same two.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let starts = !before.is_alphanumeric() || letter.is_uppercase() && before.is_lowercase();
        if letter.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if !starts => word.extend(letter.to_lowercase()),
                _ => words.push(letter.to_lowercase().collect()),
            }
        }
        before = letter;
    }
    words
}

/// Words that are used for one another in the names of fields.
const MEANINGS: [&[&str]; 20] = [
    &["id", "identifier", "number", "no", "nr", "key", "ref", "reference", "code"],
    &["text", "body", "content", "message", "msg", "description", "desc", "details"],
    &["name", "title", "label", "subject", "heading"],
    &["customer", "client", "user", "account", "contact", "person"],
    &["email", "mail", "e-mail", "address"],
    &["phone", "telephone", "tel", "mobile"],
    &["amount", "total", "sum", "value", "price", "cost"],
    &["count", "quantity", "qty", "size", "length"],
    &["date", "day", "at", "on", "time", "timestamp", "when"],
    &["created", "opened", "started", "since", "begin", "start"],
    &["url", "uri", "link", "href"],
    &["status", "state", "stage"],
    &["priority", "urgency", "severity", "importance"],
    &["category", "type", "kind", "class", "group"],
    &["tags", "labels", "keywords", "topics"],
    &["items", "list", "rows", "results", "entries", "records", "elements"],
    &["language", "lang", "locale"],
    &["ticket", "issue", "case", "request"],
    &["order", "purchase"],
    &["answer", "response", "reply", "result", "output", "solution", "recommendation"],
];

fn meaning(word: &str) -> &str {
    MEANINGS.iter().find(|meanings| meanings.contains(&word)).map_or(word, |meanings| meanings[0])
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn names_are_as_alike_as_people_find_them() {
        let score = |one: &str, two: &str| likeness(one, two).map_or(0.0, |(score, _)| score);
        let ranked = ["customer_id", "customerId", "client_number", "custmer_id", "customer", "total"];
        let scores: Vec<f64> = ranked.iter().map(|name| score("customer_id", name)).collect();
        assert!(scores.windows(2).all(|pair| pair[0] > pair[1]), "{scores:?}");
        assert_eq!(score("customer_id", "total"), 0.0);
        assert!(score("ticket_text", "ticket_body") > score("ticket_text", "body"));
    }
}
