//! `batch schema check [--mode strict|declared] --batch FILE`: reads lines `{"id","a","b"}` and writes lines
//! `{"id","verdict","counterexample","micros"}`. For measuring; the real command is `heddle schema check`.

use std::{
    io::{self, BufRead, Write},
    time::Instant,
};

use heddle_schema::{Mode, Options, Verdict, check};
use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1));
    let mode = if after("--mode").is_some_and(|mode| mode == "declared") { Mode::Declared } else { Mode::Strict };
    let options = Options { mode, ..Options::default() };
    let file = after("--batch").ok_or("--batch FILE is missing")?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::BufReader::new(std::fs::File::open(file)?).lines() {
        let row: Value = serde_json::from_str(&line?)?;
        let start = Instant::now();
        let report = check(&row["a"], &row["b"], &options);
        let micros = start.elapsed().as_micros() as u64;
        let mut answer = Map::new();
        answer.insert("id".into(), row["id"].clone());
        let (name, counterexample, why) = match report.verdict {
            Verdict::Always => ("always", None, None),
            Verdict::Sometimes { counterexample, .. } => ("sometimes", Some(counterexample), None),
            Verdict::Never { counterexample } => ("never", Some(counterexample), None),
            Verdict::Unknown { why } => ("unknown", None, Some(why)),
        };
        answer.insert("verdict".into(), name.into());
        if let Some(value) = counterexample {
            answer.insert("counterexample".into(), value);
        }
        if let Some(why) = why {
            answer.insert("why".into(), why.into());
        }
        answer.insert("micros".into(), micros.into());
        serde_json::to_writer(&mut out, &Value::Object(answer))?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
