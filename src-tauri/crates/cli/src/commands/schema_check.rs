//! `heddle schema check`: whether what one schema allows fits another.

use std::path::Path;
use std::time::Instant;

use anyhow::bail;
use heddle_schema::{Mode, Options, Report, Verdict as Answer, check, not_a_schema};
use serde_json::{Map, Value, json};

use super::schema::{BAD_INPUT, read};
use crate::args::{CheckMode, SchemaCheck};
use crate::{Verdict, files};

pub(crate) fn run(args: &SchemaCheck) -> anyhow::Result<Verdict> {
    let mode = match args.mode {
        CheckMode::Strict => Mode::Strict,
        CheckMode::Declared => Mode::Declared,
    };
    let options = Options { mode, ..Options::default() };
    if let Some(pairs) = &args.batch {
        return batch(pairs, &options);
    }
    let (Some(a), Some(b)) = (&args.a, &args.b) else { bail!("two schemas are compared: name them both") };
    if a == Path::new("-") && b == Path::new("-") {
        bail!("only one of the schemas can come from standard input");
    }
    let (first, second) = (read(a)?, read(b)?);
    for (path, schema) in [(a, &first), (b, &second)] {
        if let Some(why) = not_a_schema(schema) {
            bail!("{} is not a JSON Schema: {why}", path.display());
        }
    }
    let judged = Judged::of(&first, &second, &options);
    if args.json {
        say!("{}", serde_json::to_string_pretty(&judged.full())?);
    } else {
        judged.tell()?;
    }
    Ok(Verdict::Code(judged.exit_code()))
}

/// An answer and how long it took.
struct Judged {
    report: Report,
    micros: u64,
}

impl Judged {
    fn of(a: &Value, b: &Value, options: &Options) -> Self {
        let began = Instant::now();
        let report = check(a, b, options);
        Self { report, micros: u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX) }
    }

    fn name(&self) -> &'static str {
        match self.report.verdict {
            Answer::Always => "always",
            Answer::Sometimes { .. } => "sometimes",
            Answer::Never { .. } => "never",
            Answer::Unknown { .. } => "unknown",
        }
    }

    fn counterexample(&self) -> Option<&Value> {
        match &self.report.verdict {
            Answer::Sometimes { counterexample, .. } | Answer::Never { counterexample } => Some(counterexample),
            Answer::Always | Answer::Unknown { .. } => None,
        }
    }

    fn exit_code(&self) -> u8 {
        match self.report.verdict {
            Answer::Always => 0,
            Answer::Sometimes { .. } | Answer::Never { .. } => 1,
            Answer::Unknown { .. } => 2,
        }
    }

    fn full(&self) -> Value {
        let mut answer = Map::new();
        answer.insert("verdict".to_owned(), self.name().into());
        // Absent, not null: null is a value like any other.
        if let Some(value) = self.counterexample() {
            answer.insert("counterexample".to_owned(), value.clone());
        }
        if let Answer::Sometimes { example: Some(value), .. } = &self.report.verdict {
            answer.insert("example".to_owned(), value.clone());
        }
        if let Answer::Unknown { why } = &self.report.verdict {
            answer.insert("why".to_owned(), why.as_str().into());
        }
        answer.insert("reasons".to_owned(), json!(self.report.reasons));
        answer.insert("mode".to_owned(), json!(self.report.mode));
        answer.insert("micros".to_owned(), self.micros.into());
        Value::Object(answer)
    }

    fn tell(&self) -> anyhow::Result<()> {
        say!("{}", self.name());
        if let Answer::Unknown { why } = &self.report.verdict {
            say!("  {why}");
        }
        if self.report.empty {
            say!("  the first schema allows no value at all");
        }
        for reason in &self.report.reasons {
            say!("  {}", reason.message);
        }
        if let Some(value) = self.counterexample() {
            say!("  for example: {}", serde_json::to_string(value)?);
        }
        Ok(())
    }
}

/// Judges a file of pairs, a line each; what cannot be read is said on its line and makes the exit code 3.
fn batch(path: &Path, options: &Options) -> anyhow::Result<Verdict> {
    let text = files::read(path)?;
    let mut unreadable = false;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let answer = match serde_json::from_str::<Map<String, Value>>(line) {
            Ok(mut pair) => match (pair.remove("id"), pair.get("a"), pair.get("b")) {
                (id, Some(a), Some(b)) if [a, b].into_iter().any(|schema| not_a_schema(schema).is_some()) => {
                    unreadable = true;
                    let why = [a, b].into_iter().find_map(not_a_schema).unwrap_or_default();
                    json!({ "id": id, "error": format!("line {}: not a JSON Schema: {why}", number + 1) })
                }
                (id, Some(a), Some(b)) => {
                    let judged = Judged::of(a, b, options);
                    let mut answer = Map::new();
                    answer.insert("id".to_owned(), id.unwrap_or(Value::Null));
                    answer.insert("verdict".to_owned(), judged.name().into());
                    if let Some(value) = judged.counterexample() {
                        answer.insert("counterexample".to_owned(), value.clone());
                    }
                    answer.insert("micros".to_owned(), judged.micros.into());
                    Value::Object(answer)
                }
                (id, _, _) => {
                    unreadable = true;
                    json!({ "id": id, "error": format!("line {}: `a` and `b` are needed, both schemas", number + 1) })
                }
            },
            Err(error) => {
                unreadable = true;
                json!({ "id": null, "error": format!("line {}: not a JSON object: {error}", number + 1) })
            }
        };
        say!("{answer}");
    }
    Ok(if unreadable { Verdict::Code(BAD_INPUT) } else { Verdict::Good })
}
