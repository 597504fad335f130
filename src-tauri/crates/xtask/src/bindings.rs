//! `cargo xtask bindings`: the OpenAPI document and the UI's typed client, generated from the API itself.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::place::Place;
use crate::step::{read, sh, step};
use crate::{build, ui};

const DOCUMENT: &str = "src/api/openapi.json";
const CLIENT: &str = "src/api/schema.d.ts";

/// Writes both files anew.
pub(crate) fn write(place: &Place) -> anyhow::Result<()> {
    let document = document(place)?;
    let folder = place.ui();
    ui::packages(place, &folder)?;
    step("Generate the UI's client", || {
        std::fs::write(folder.join(DOCUMENT), document).context("cannot write the OpenAPI document")?;
        generate(place, &folder.join(CLIENT))
    })
}

/// Fails when the files in the checkout are not what the API would generate now.
pub(crate) fn check(place: &Place) -> anyhow::Result<()> {
    let document = document(place)?;
    let folder = place.ui();
    ui::packages(place, &folder)?;
    step("Generated client is fresh", || {
        let fresh = place.target.join("schema.d.ts");
        if std::fs::read(folder.join(DOCUMENT)).context("no OpenAPI document")? != document {
            bail!("ui/{DOCUMENT} is not what the API describes. Run `cargo xtask bindings` and commit the result.");
        }
        generate(place, &fresh)?;
        if std::fs::read(folder.join(CLIENT)).context("no generated client")? != std::fs::read(&fresh)? {
            bail!("ui/{CLIENT} is stale. Run `cargo xtask bindings` and commit the result.");
        }
        Ok(())
    })
}

/// The OpenAPI document as the API prints it.
fn document(place: &Place) -> anyhow::Result<Vec<u8>> {
    step("Ask the API for its description", || {
        sh(&mut build::everything(place))?;
        let mut document = read(Command::new(place.built("heddle", false)).args(["schema", "openapi"]))?;
        if !document.ends_with(b"\n") {
            document.push(b'\n');
        }
        Ok(document)
    })
}

fn generate(place: &Place, client: &Path) -> anyhow::Result<()> {
    sh(place.npm(&place.ui()).args(["exec", "--", "openapi-typescript", DOCUMENT, "--output"]).arg(client))
}
