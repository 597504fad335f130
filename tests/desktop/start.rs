//! The window opens, is closed in, and reaches the API.

use crate::stage::{Stage, studio, until};

#[tokio::test]
async fn the_window_opens_and_its_page_reaches_the_api_in_process() -> anyhow::Result<()> {
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    person.sees("[data-testid=nav-workflows]").await?;
    until("the title says which page it is", async || {
        Ok((person.driver.title().await? == "Workflows · Heddle").then_some(()))
    })
    .await?;

    let text = r#"{"document": {"format": "heddle/v1", "id": "far", "name": "🧵", "x-number": 12345678901234567890}}"#;
    let answer = person
        .asks_page(&format!(
            "const done = arguments[arguments.length - 1];
             fetch('heddle://localhost/api/workflows', {{
               method: 'POST', headers: {{ 'content-type': 'application/json' }}, body: `{text}`,
             }}).then(async (answer) => done(await answer.text()), (error) => done('failed: ' + error))"
        ))
        .await?;
    let answer = answer.as_str().unwrap_or_default();
    assert!(answer.contains("\"x-number\":12345678901234567890") && answer.contains('🧵'), "{answer}");
    person.photographs("start").await?;
    person.leaves().await
}

#[tokio::test]
async fn scripts_from_elsewhere_and_inline_scripts_do_not_run() -> anyhow::Result<()> {
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    let answer = person
        .asks_page(
            "const done = arguments[arguments.length - 1];
             const inline = document.createElement('script');
             inline.textContent = 'window.ran = true';
             document.addEventListener('securitypolicyviolation', (event) => done([event.effectiveDirective, window.ran ?? false]));
             document.head.append(inline);
             if (window.ran) done('ran')",
        )
        .await?;
    assert_eq!(answer, serde_json::json!(["script-src-elem", false]));
    person.leaves().await
}

#[tokio::test]
async fn a_second_start_finds_the_first_and_ends() -> anyhow::Result<()> {
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    person.sees("[data-testid=nav-workflows]").await?;

    let mut second = stage.command(&studio()).spawn()?;
    let status = until("the second start has ended", async || Ok(second.try_wait()?)).await?;
    assert!(status.success(), "{status}");
    person.sees("[data-testid=nav-workflows]").await?;
    person.leaves().await
}
