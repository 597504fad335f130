//! Two schemas from any bytes: the comparison ends, and what it gives as proof is one.

#![no_main]

use heddle_schema::{Options, Verdict, check};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Some(middle) = bytes.iter().position(|byte| *byte == 0) else { return };
    let read = |part: &[u8]| serde_json::from_slice::<Value>(part).ok();
    let (Some(a), Some(b)) = (read(&bytes[..middle]), read(&bytes[middle + 1..])) else { return };
    let report = check(&a, &b, &Options::default());
    let (Ok(in_a), Ok(in_b)) = (validator(&a), validator(&b)) else { return };
    match report.verdict {
        Verdict::Always => {
            // A value the first one allows must be allowed by the second.
            if let Ok(value) = heddle_schema::sample(&a, bytes.len() as u64) {
                assert!(in_b.is_valid(&value), "{a} is said to fit {b} always, but {value} does not");
            }
        }
        Verdict::Sometimes { counterexample, example } => {
            assert!(in_a.is_valid(&counterexample) && !in_b.is_valid(&counterexample), "{counterexample} is no proof");
            if let Some(example) = example {
                assert!(in_a.is_valid(&example) && in_b.is_valid(&example), "{example} does not fit");
            }
        }
        Verdict::Never { counterexample } => {
            assert!(in_a.is_valid(&counterexample) && !in_b.is_valid(&counterexample), "{counterexample} is no proof");
        }
        Verdict::Unknown { .. } => {}
    }
});

fn validator(schema: &Value) -> Result<jsonschema::Validator, String> {
    jsonschema::options().offline().build(schema).map_err(|error| error.to_string())
}
