//! What a person does on the canvas: place agents, draw wires, come and go.

use crate::person::{Person, Spot};
use crate::stage::until;

/// A step on the canvas.
pub(crate) fn node(step: &str) -> String {
    format!("[data-testid=node-{step}]")
}

impl Person {
    /// Drags an agent from the library to a place on the canvas, given from its upper left corner; answers once the
    /// canvas has that many steps.
    pub(crate) async fn places_agent(&self, agent: &str, place: Spot, steps: usize) -> anyhow::Result<()> {
        let item = format!("[data-testid=library-item-{agent}]");
        self.sees(&item).await?.scroll_into_view().await?;
        let canvas = self.sees("[data-testid=canvas]").await?.rect().await?;
        let to = Spot { x: canvas.x as i64 + place.x, y: canvas.y as i64 + place.y };
        self.drags(self.middle(&item).await?, to).await?;
        until(&format!("{steps} steps are on the canvas"), async || {
            Ok((self.counts(".react-flow__node").await? == steps).then_some(()))
        })
        .await
    }

    /// Draws a wire from port to port; answers once the canvas has that many wires.
    pub(crate) async fn wires(&self, from: &str, to: &str, wires: usize) -> anyhow::Result<()> {
        let from = self.middle(&format!("[data-testid=port-out-{from}]")).await?;
        let to = self.middle(&format!("[data-testid=port-in-{to}]")).await?;
        self.drags(from, to).await?;
        until(&format!("{wires} wires are on the canvas"), async || {
            Ok((self.counts(".react-flow__edge").await? == wires).then_some(()))
        })
        .await
    }

    /// The address of the page, as the page has it.
    pub(crate) async fn address(&self) -> anyhow::Result<String> {
        let path = self.asks_page("arguments[arguments.length - 1](location.pathname)").await?;
        path.as_str().map(str::to_owned).ok_or_else(|| anyhow::anyhow!("the page has no address"))
    }

    /// Follows a link of the studio without a reload.
    pub(crate) async fn goes_to(&self, path: &str) -> anyhow::Result<()> {
        let script = format!("location.assign({path:?}); arguments[arguments.length - 1](true)");
        self.asks_page(&script).await.map(drop)
    }
}
