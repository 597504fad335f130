//! `heddle approvals`: what waits for somebody's decision.

use super::reruns;
use crate::args::Approvals;
use crate::{Verdict, report};

pub(crate) async fn list(args: Approvals) -> anyhow::Result<Verdict> {
    let studio = reruns::open(&args.data).await?;
    let waiting = studio.approvals().await?;
    if args.json {
        say!("{}", serde_json::to_string_pretty(&waiting)?);
        return Ok(Verdict::Good);
    }
    if waiting.is_empty() {
        tell!("nothing waits for approval");
    }
    for one in waiting {
        let deadline = one.deadline.map_or_else(String::new, |at| format!("  until {at}"));
        let message = report::message(&one.message);
        say!("{}  {}  {}  {message}{deadline}", one.execution, one.step, one.workflow_name);
    }
    Ok(Verdict::Good)
}
