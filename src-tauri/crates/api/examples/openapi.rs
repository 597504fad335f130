//! Prints the OpenAPI document, from which the UI's client is generated.

#![expect(clippy::print_stdout, reason = "printing is all this program does")]

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&heddle_api::openapi()?)?);
    Ok(())
}
