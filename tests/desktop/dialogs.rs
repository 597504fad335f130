//! The native menu and the system's own file dialogs, which no WebDriver reaches: keys are given to the display.

use std::path::Path;

use serde_json::Value;
use tokio::process::Command;

use crate::person::Person;
use crate::stage::{PATIENCE, Stage, until};

/// The studio's own window; before its name stands the page's.
const STUDIO: &str = ".* Heddle";

impl Person {
    /// Waits until a window of that title is shown and gives it the keyboard; then does what the further arguments say.
    async fn at_window(&self, title: &str, actions: &[&str]) -> anyhow::Result<()> {
        let mut xdotool = Command::new("xdotool");
        xdotool.env("DISPLAY", self.display()).kill_on_drop(true);
        xdotool.args(["search", "--sync", "--onlyvisible", "--name", &format!("^{title}$"), "windowfocus", "--sync"]);
        let status = tokio::time::timeout(PATIENCE, xdotool.args(actions).status());
        let status = status.await.map_err(|_| anyhow::anyhow!("gave up waiting for the window “{title}”"))??;
        anyhow::ensure!(status.success(), "{xdotool:?}: {status}");
        Ok(())
    }

    /// The windows of that title that are shown now.
    async fn windows(&self, title: &str) -> anyhow::Result<Vec<String>> {
        let mut xdotool = Command::new("xdotool");
        xdotool.env("DISPLAY", self.display()).args(["search", "--onlyvisible", "--name", &format!("^{title}$")]);
        let found = String::from_utf8(xdotool.output().await?.stdout)?;
        Ok(found.lines().map(str::to_owned).collect())
    }

    /// Types a path into a file dialog and confirms it; answers once the dialog is gone.
    async fn names_file(&self, dialog: &str, path: &Path) -> anyhow::Result<()> {
        let path = path.display().to_string();
        self.at_window(dialog, &["key", "ctrl+l", "key", "ctrl+a", "type", "--delay", "1", &path]).await?;
        self.ends(dialog, "Return").await
    }

    /// Presses a key in a dialog and waits until it is gone; presses it again where the first press only ended the
    /// completion of what was typed.
    async fn ends(&self, dialog: &str, key: &str) -> anyhow::Result<()> {
        const BEFORE_ANOTHER: u32 = 20;
        let mut asked = 0;
        until(&format!("the window “{dialog}” is gone"), async || {
            let shown = self.windows(dialog).await?;
            let Some(window) = shown.first() else { return Ok(Some(())) };
            if asked % BEFORE_ANOTHER == 0 {
                let mut xdotool = Command::new("xdotool");
                xdotool.env("DISPLAY", self.display()).args(["windowfocus", window, "key", key]);
                // Fails when the window has gone in the meantime, which is what is wanted.
                let _gone = xdotool.output().await?;
            }
            asked += 1;
            Ok(None)
        })
        .await
    }

    /// The document as the API exports it.
    async fn exported(&self, workflow: &str) -> anyhow::Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             fetch('heddle://localhost/api/workflows/{workflow}/export').then(
               async (answer) => done(await answer.text()), (error) => done('failed: ' + error))"
        );
        let text = self.asks_page(&script).await?;
        Ok(serde_json::from_str(text.as_str().unwrap_or_default())?)
    }
}

/// The same value with every number as a double: `0` and `0.0` are one position.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn a_workflow_leaves_and_comes_back_through_the_systems_file_dialogs() -> anyhow::Result<()> {
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    person.clicks("[data-testid=workflow-open-it-ticket-triage]").await?;
    person.sees("[data-testid=node-solve]").await?;

    let file = stage.folder().join("out.heddle.json");
    person.at_window(STUDIO, &["key", "ctrl+shift+e"]).await?;
    person.names_file("Export", &file).await?;
    let text = until("the file is there", async || Ok(std::fs::read_to_string(&file).ok())).await?;
    let mut document: Value = serde_json::from_str(&text)?;
    assert_eq!(document["steps"].as_array().map(Vec::len), Some(3));
    assert!(plain(&document) == plain(&person.exported("it-ticket-triage").await?), "not what the API exports: {text}");

    document["name"] = "Come back".into();
    let changed = stage.folder().join("in.heddle.json");
    std::fs::write(&changed, document.to_string())?;
    person.clicks("[data-testid=nav-workflows]").await?;
    person.clicks("[data-testid=import-workflow]").await?;
    // A key too many then presses no button.
    person.asks_page("document.activeElement.blur(); arguments[arguments.length - 1](true)").await?;
    person.names_file("Import a workflow", &changed).await?;
    until("the imported workflow is open", async || {
        let name = person.sees("[data-testid=workflow-name]").await?;
        Ok((name.value().await?.as_deref() == Some("Come back")).then_some(()))
    })
    .await?;
    person.sees("[data-testid=node-solve]").await?;
    person.leaves().await
}

#[tokio::test]
async fn the_menu_says_what_is_missing_and_a_dialog_that_is_closed_changes_nothing() -> anyhow::Result<()> {
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    person.sees("[data-testid=workflow-card-it-ticket-triage]").await?;
    let cards = person.counts("[data-testid^=workflow-card-]").await?;
    // Pressed again until the page listens to the menu.
    until("the menu says that nothing is open to be exported", async || {
        person.at_window(STUDIO, &["key", "ctrl+shift+e"]).await?;
        // The driver takes what floats above the page for hidden and does not read it.
        let script = "arguments[arguments.length - 1](document.querySelector('[role=alert]')?.textContent ?? '')";
        let said = person.asks_page(script).await?;
        Ok(said.as_str().unwrap_or_default().contains("Open a workflow first").then_some(()))
    })
    .await?;
    person.at_window(STUDIO, &["key", "ctrl+o"]).await?;
    person.at_window("Import a workflow", &[]).await?;
    person.ends("Import a workflow", "Escape").await?;
    assert_eq!(person.counts("[data-testid^=workflow-card-]").await?, cards);
    person.leaves().await
}
