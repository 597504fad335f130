//! What a person can do in the window: look, click, type and drag.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::Value;
use thirtyfour::action_chain::ActionChain;
use thirtyfour::prelude::*;
use tokio::process::Command;

use crate::stage::until;

/// Somebody at the window.
pub(crate) struct Person {
    /// For what no person does: reading the address, running a script in the page.
    pub(crate) driver: WebDriver,
    display: String,
}

/// A spot in the window, in CSS pixels from its top left corner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    pub(crate) x: i64,
    pub(crate) y: i64,
}

impl Person {
    pub(crate) fn at(driver: WebDriver, display: &str) -> Self {
        Self { driver, display: display.to_owned() }
    }

    /// The display the window is on, such as `:7`.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Waits until the element is there and shown.
    pub(crate) async fn sees(&self, css: &str) -> anyhow::Result<WebElement> {
        until(&format!("`{css}` is shown"), async || {
            for element in self.driver.find_all(By::Css(css)).await? {
                // An element that React has just replaced is simply not this one.
                if element.is_displayed().await.unwrap_or(false) {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Waits until the page shows a text in an element.
    pub(crate) async fn reads(&self, css: &str, text: &str) -> anyhow::Result<()> {
        until(&format!("`{css}` reads “{text}”"), async || {
            for element in self.driver.find_all(By::Css(css)).await? {
                if element.text().await.unwrap_or_default().contains(text) {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Waits until no such element is shown.
    pub(crate) async fn sees_no_more(&self, css: &str) -> anyhow::Result<()> {
        until(&format!("`{css}` is gone"), async || {
            Ok(self.driver.find_all(By::Css(css)).await?.is_empty().then_some(()))
        })
        .await
    }

    /// How many such elements the page has now.
    pub(crate) async fn counts(&self, css: &str) -> anyhow::Result<usize> {
        Ok(self.driver.find_all(By::Css(css)).await?.len())
    }

    /// Clicks an element once it takes clicks.
    pub(crate) async fn clicks(&self, css: &str) -> anyhow::Result<()> {
        until(&format!("`{css}` can be clicked"), async || {
            let element = self.sees(css).await?;
            let ready = element.is_enabled().await.unwrap_or(false);
            Ok(if ready && element.click().await.is_ok() { Some(()) } else { None })
        })
        .await
    }

    /// Clicks where an element is, by the pointer alone: for what the driver takes for hidden although it is there to see.
    pub(crate) async fn points_at(&self, css: &str) -> anyhow::Result<()> {
        let area = until(&format!("`{css}` has a place"), async || {
            let Some(element) = self.driver.find_all(By::Css(css)).await?.into_iter().next() else { return Ok(None) };
            Ok(element.rect().await.ok().filter(|area| area.width > 0.0 && area.height > 0.0))
        })
        .await?;
        let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        Ok(self.driver.action_chain().move_to(x as i64, y as i64).click().perform().await?)
    }

    /// Puts text in place of what a field holds.
    pub(crate) async fn writes(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let field = self.sees(css).await?;
        field.click().await?;
        field.send_keys(Key::Control + "a").await?;
        field.send_keys(text).await.with_context(|| format!("cannot write into `{css}`"))
    }

    /// Presses keys wherever the focus is.
    pub(crate) async fn presses(&self, keys: impl Into<TypingData>) -> anyhow::Result<()> {
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// The middle of an element.
    pub(crate) async fn middle(&self, css: &str) -> anyhow::Result<Spot> {
        let area = self.sees(css).await?.rect().await?;
        Ok(Spot { x: (area.x + area.width / 2.0) as i64, y: (area.y + area.height / 2.0) as i64 })
    }

    /// Drags with the pointer from one spot to another, on the way as well as at both ends.
    pub(crate) async fn drags(&self, from: Spot, to: Spot) -> anyhow::Result<()> {
        Ok(self.on_the_way(from, to).release().perform().await?)
    }

    fn on_the_way(&self, from: Spot, to: Spot) -> ActionChain {
        let mut hand = self.driver.action_chain().move_to(from.x, from.y).click_and_hold();
        const STEPS: i64 = 8;
        for step in 1..=STEPS {
            hand = hand.move_to(from.x + (to.x - from.x) * step / STEPS, from.y + (to.y - from.y) * step / STEPS);
        }
        hand
    }

    /// Takes something up, carries it to a spot, and holds it there.
    pub(crate) async fn carries(&self, from: Spot, to: Spot) -> anyhow::Result<()> {
        Ok(self.on_the_way(from, to).perform().await?)
    }

    /// Lets go of what is held.
    pub(crate) async fn lets_go(&self) -> anyhow::Result<()> {
        Ok(self.driver.action_chain().release().perform().await?)
    }

    /// Runs a script whose last argument is called with its answer.
    pub(crate) async fn asks_page(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.driver.execute_async(script, Vec::new()).await?.json().clone())
    }

    /// Keeps what the display shows now, for people to look at. Taken from the display itself: the driver's own pictures
    /// never come when the page holds a canvas that is still being drawn.
    pub(crate) async fn photographs(&self, name: &str) -> anyhow::Result<()> {
        let folder = std::env::var_os("HEDDLE_SCREENSHOTS")
            .map_or_else(|| heddle_tests::root().join("screenshots"), PathBuf::from);
        std::fs::create_dir_all(&folder)?;
        let mut camera = Command::new("import");
        camera.args(["-display", &self.display, "-window", "root"]).arg(folder.join(format!("desktop-{name}.png")));
        let status = camera.status().await.context("cannot start `import` (ImageMagick)")?;
        anyhow::ensure!(status.success(), "{camera:?}: {status}");
        Ok(())
    }

    /// Closes the window, and with it the studio.
    pub(crate) async fn leaves(self) -> anyhow::Result<()> {
        Ok(self.driver.quit().await?)
    }
}
