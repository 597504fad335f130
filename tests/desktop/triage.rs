//! What a person does in the first five minutes: draw, run, read, save, close, come back.

use crate::canvas::node;
use crate::person::Spot;
use crate::stage::Stage;

const TICKET: &str = "Subject: charged twice. This is ticket #48213, customer CUST-1001. We were charged twice for the \
    priority support add-on: EUR 499.00 on 3 November 2026. Please refund one of them today, this is unacceptable!";

#[tokio::test]
async fn three_agents_are_drawn_run_saved_and_still_there_after_a_restart() -> anyhow::Result<()> {
    const STEPS: [&str; 3] = ["ticket_analyzer", "customer_data", "solution_generator"];
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    person.sees("[data-testid=nav-workflows]").await?;
    person.photographs("home").await?;
    person.clicks("[data-testid=new-workflow]").await?;
    person.sees("[data-testid=canvas]").await?;
    let workflow = person.address().await?;

    // What the workflow takes: one field of text.
    person.clicks("[data-testid=workflow-input-add]").await?;
    person.writes("[data-testid=workflow-input-0-name]", "ticket_text").await?;

    for (number, agent) in ["ticket-analyzer", "customer-data", "solution-generator"].into_iter().enumerate() {
        let place = Spot { x: 130 + 270 * number as i64, y: 240 };
        person.places_agent(agent, place, number + 1).await?;
    }
    person.wires(STEPS[0], STEPS[1], 1).await?;
    person.wires(STEPS[1], STEPS[2], 2).await?;

    person.clicks("[data-testid=test-run]").await?;
    person.writes("[data-testid='field-/ticket_text']", TICKET).await?;
    person.photographs("form").await?;
    person.clicks("[data-testid=run-start]").await?;
    for step in STEPS {
        person.sees(&format!("{}[data-status=completed]", node(step))).await?;
        person.sees(&format!("[data-testid=timeline-bar-{step}-1-running]")).await?;
    }
    person.sees("[data-testid=execution-banner][data-status=completed]").await?;
    person.photographs("editor-run").await?;

    person.clicks("[data-testid=save-version]").await?;
    person.writes("[data-testid=version-note]", "First state that works").await?;
    person.clicks("[data-testid=version-save]").await?;
    person.reads("[data-testid=version-chip]", "v1").await?;

    person.points_at("[data-testid=open-execution]").await?;
    person.sees("[data-testid=execution-page][data-status=completed]").await?;
    person.reads("[data-testid=execution-progress]", "3 of 3").await?;
    // The whole ticket, as far as a long text is shown before somebody opens it.
    person.reads("[data-testid=execution-page]", "Please refund one of them").await?;
    person.photographs("execution").await?;
    let execution = person.address().await?;
    person.leaves().await?;

    let person = stage.open_studio().await?;
    person.sees("[data-testid=nav-workflows]").await?;
    person.goes_to(&workflow).await?;
    for step in STEPS {
        person.sees(&node(step)).await?;
    }
    person.reads("[data-testid=version-chip]", "v1").await?;
    person.goes_to(&execution).await?;
    person.sees("[data-testid=execution-page][data-status=completed]").await?;
    person.leaves().await
}

#[tokio::test]
async fn a_cycle_is_named_on_the_canvas_and_blocks_saving_a_version_and_only_that() -> anyhow::Result<()> {
    let stage = Stage::set().await?;
    let person = stage.open_studio().await?;
    person.sees("[data-testid=nav-workflows]").await?;
    person.goes_to("/workflows/it-ticket-triage").await?;
    person.sees(&node("solve")).await?;
    person.wires("solve", "analyze", 3).await?;
    for name in ["Ticket Analyzer", "Customer Data", "Solution Generator"] {
        person.reads("[data-testid=cycle-callout]", name).await?;
    }
    person.photographs("cycle").await?;
    person.clicks("[data-testid=save-version]").await?;
    person.sees("[data-testid=version-blocked]").await?;
    person.presses(thirtyfour::Key::Escape).await?;
    person.sees_no_more("[data-testid=version-blocked]").await?;

    person.clicks("[data-testid=undo-edit]").await?;
    person.sees_no_more("[data-testid=cycle-callout]").await?;
    person.clicks("[data-testid=save-version]").await?;
    person.clicks("[data-testid=version-save]").await?;
    person.reads("[data-testid=version-chip]", "v1").await?;
    person.leaves().await
}
