//! Notices of the desktop: what the page has to say to somebody who looks elsewhere.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::stage::{PATIENCE, Stage};

/// Nobody shows notices on the stage's bus, but what is asked of them can be overheard.
#[tokio::test]
async fn a_notice_reaches_the_desktop_in_the_pages_words() -> anyhow::Result<()> {
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    person.sees("[data-testid=nav-workflows]").await?;
    let mut overhear = Command::new("dbus-monitor");
    overhear.args(["--address", &stage.bus, "interface='org.freedesktop.Notifications'"]).kill_on_drop(true);
    let mut monitor = overhear.stdout(Stdio::piped()).spawn()?;
    let output = monitor.stdout.take().ok_or_else(|| anyhow::anyhow!("no output"))?;
    let mut lines = BufReader::new(output).lines();
    // It says what it is called on the bus, then listens.
    lines.next_line().await?;
    person
        .asks_page(
            "const done = arguments[arguments.length - 1];
             __TAURI_INTERNALS__.invoke('notify', { title: 'Ticket 🧵', body: 'Completed after 12 s.' }).then(done, done)",
        )
        .await?;
    let heard = async {
        let mut wanted = vec!["member=Notify", "Ticket 🧵", "Completed after 12 s."];
        while let Some(next) = wanted.first() {
            let line = lines.next_line().await?.ok_or_else(|| anyhow::anyhow!("dbus-monitor ended"))?;
            if line.contains(next) {
                wanted.remove(0);
            }
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, heard).await.map_err(|_| anyhow::anyhow!("no notice was sent"))??;
    person.leaves().await
}
