//! Workflows, drafts, the journal, versions, agents, settings.

use std::sync::Arc;

use heddle_engine::RunStore;
use heddle_engine::StoreError;
use heddle_model::{Agent, AgentId, AgentKind, ExecutionStatus, Position, VersionNumber, WorkflowId};
use heddle_store::{DraftError, KEPT_EDITS, NewVersion, Store};
use serde_json::json;

use crate::support::{at, execution, open, open_at, workflow};

fn id() -> WorkflowId {
    WorkflowId::new("wf")
}

fn named(name: &str) -> Arc<heddle_model::Workflow> {
    workflow("wf", name)
}

#[tokio::test]
async fn a_workflow_is_found_again_after_a_restart_to_the_letter() {
    let dir = tempfile::tempdir().unwrap();
    let document = named("Triage");
    let text = serde_json::to_string(document.as_ref()).unwrap();
    {
        let store = open_at(dir.path(), 5);
        assert_eq!(store.create_workflow(Arc::clone(&document), "Create").await.unwrap(), 1);
        store.create(execution("exec-1", 7)).await.unwrap();
    }
    let store = open(dir.path());
    let draft = store.draft(&id()).await.unwrap().unwrap();
    assert_eq!((draft.document.text(), draft.revision, draft.updated_at), (text.as_str(), 1, at(5)));
    assert!(text.contains("12345678901234567890"), "a field nobody knows is kept with every digit");

    let [row] = store.workflows().await.unwrap().try_into().unwrap();
    assert_eq!((row.name.as_str(), row.step_count, row.revision, row.latest_version), ("Triage", 2, 1, None));
    assert_eq!(row.thumbnail.steps[0].position, Some(Position { x: 10.0, y: 20.0 }));
    assert_eq!(row.thumbnail.steps[0].kind, Some(AgentKind::Script));
    assert_eq!((row.thumbnail.steps[1].position, row.thumbnail.steps[1].kind), (None, None));
    assert_eq!(row.thumbnail.edges, [(0, 1)]);
    let last = row.last_execution.unwrap();
    assert_eq!((last.id.as_str(), last.status, last.created_at), ("exec-1", ExecutionStatus::Pending, at(7)));
}

#[tokio::test]
async fn a_stale_tab_never_overwrites() {
    let store = Store::open_ephemeral().unwrap();
    store.create_workflow(named("First"), "Create").await.unwrap();
    assert_eq!(store.save_draft(Some(1), named("Second"), "Rename").await.unwrap(), 2);
    let refused = store.save_draft(Some(1), named("Stale"), "Rename").await.unwrap_err();
    assert!(matches!(refused, DraftError::Stale { expected: 1, current: 2 }), "{refused}");
    let draft = store.draft(&id()).await.unwrap().unwrap();
    assert!(draft.document.text().contains("Second"));
    assert_eq!(store.history(&id(), None, 10).await.unwrap().len(), 2, "a refused edit is not in the journal");

    // An import says on purpose that it does not care; the journal keeps what it covers.
    assert_eq!(store.save_draft(None, named("Imported"), "Import").await.unwrap(), 3);
    assert!(store.edit(&id(), 2).await.unwrap().unwrap().1.text().contains("Second"));
}

#[tokio::test]
async fn saving_what_is_there_already_makes_no_edit() {
    let store = Store::open_ephemeral().unwrap();
    store.create_workflow(named("Same"), "Create").await.unwrap();
    assert_eq!(store.save_draft(Some(1), named("Same"), "Nothing").await.unwrap(), 1);
    assert_eq!(store.history(&id(), None, 10).await.unwrap().len(), 1);
    let stale = store.save_draft(Some(9), named("Same"), "Nothing").await.unwrap_err();
    assert!(matches!(stale, DraftError::Stale { .. }));
}

#[tokio::test]
async fn drafts_of_unknown_and_deleted_workflows_are_refused() {
    let store = Store::open_ephemeral().unwrap();
    let unknown = store.save_draft(None, named("New"), "Edit").await.unwrap_err();
    assert!(matches!(unknown, DraftError::Unknown(_)));
    store.create_workflow(named("New"), "Create").await.unwrap();
    let taken = store.create_workflow(named("Again"), "Create").await.unwrap_err();
    assert!(matches!(taken, StoreError::Conflict(_)));
    assert!(store.delete_workflow(&id()).await.unwrap());
    assert!(!store.delete_workflow(&id()).await.unwrap());
    let deleted = store.save_draft(Some(1), named("Late"), "Edit").await.unwrap_err();
    assert!(matches!(deleted, DraftError::Deleted(_)));
    assert!(store.workflows().await.unwrap().is_empty());
    assert_eq!(store.deleted_workflows().await.unwrap().len(), 1);
    assert!(store.restore_workflow(&id()).await.unwrap());
    assert!(!store.restore_workflow(&id()).await.unwrap());
    assert_eq!(store.workflows().await.unwrap()[0].name, "New");
    assert_eq!(store.save_draft(Some(1), named("Late"), "Edit").await.unwrap(), 2);
}

#[tokio::test]
async fn the_journal_survives_a_restart_and_is_paged() {
    let dir = tempfile::tempdir().unwrap();
    {
        let store = open(dir.path());
        store.create_workflow(named("Name 1"), "Create").await.unwrap();
        for revision in 2..=10 {
            let label = format!("Rename to {revision}");
            store.save_draft(Some(revision - 1), named(&format!("Name {revision}")), &label).await.unwrap();
        }
    }
    let store = open(dir.path());
    let page = store.history(&id(), None, 4).await.unwrap();
    assert_eq!(page.iter().map(|edit| edit.revision).collect::<Vec<_>>(), [10, 9, 8, 7]);
    assert_eq!(page[0].label, "Rename to 10");
    let next = store.history(&id(), Some(7), 100).await.unwrap();
    assert_eq!(next.iter().map(|edit| edit.revision).collect::<Vec<_>>(), [6, 5, 4, 3, 2, 1]);
    let (row, document) = store.edit(&id(), 3).await.unwrap().unwrap();
    assert_eq!((row.revision, document.reference()), (3, row.document));
    assert!(document.text().contains("Name 3"));
    assert!(store.edit(&id(), 11).await.unwrap().is_none());
}

#[tokio::test]
async fn the_journal_keeps_the_newest_edits_only() {
    let store = Store::open_ephemeral().unwrap();
    store.create_workflow(named("0"), "Create").await.unwrap();
    for n in 1..=KEPT_EDITS {
        store.save_draft(None, named(&n.to_string()), "Rename").await.unwrap();
    }
    let all = store.history(&id(), None, u32::MAX).await.unwrap();
    assert_eq!(all.len() as u64, KEPT_EDITS);
    assert_eq!((all[0].revision, all[all.len() - 1].revision), (KEPT_EDITS + 1, 2));
    // Dropped for good, with its text, once space is reclaimed.
    assert_eq!(store.reclaim().await.unwrap().blobs, 1);
    assert!(store.edit(&id(), 2).await.unwrap().is_some());
}

fn version_of(name: &str, revision: u64, label: Option<&str>) -> NewVersion {
    NewVersion { document: named(name), revision, label: label.map(str::to_owned), note: String::new() }
}

#[tokio::test]
async fn versions_count_up_and_an_equal_state_adds_none() {
    let store = Store::open_ephemeral().unwrap();
    store.create_workflow(named("One"), "Create").await.unwrap();
    let (one, new) = store.save_version(version_of("One", 1, None)).await.unwrap();
    assert_eq!((one.number, new), (VersionNumber(1), true));
    let (again, new) = store.save_version(version_of("One", 3, Some("1.0.0"))).await.unwrap();
    assert_eq!((again.number, again.hash, new), (VersionNumber(1), one.hash, false));
    assert_eq!((again.revision, again.label.as_deref()), (3, Some("1.0.0")));
    let (two, new) = store.save_version(version_of("Two", 4, None)).await.unwrap();
    assert_eq!((two.number, new), (VersionNumber(2), true));
    // Going back to an older state is a new version: the line of versions tells what was current when.
    let (three, _) = store.save_version(version_of("One", 5, None)).await.unwrap();
    assert_eq!((three.number, three.hash), (VersionNumber(3), one.hash));

    let numbers: Vec<u32> = store.versions(&id()).await.unwrap().iter().map(|version| version.number.0).collect();
    assert_eq!(numbers, [3, 2, 1]);
    let (row, document) = store.version(&id(), VersionNumber(2)).await.unwrap().unwrap();
    assert_eq!((row, document.hash()), (two.clone(), two.hash));
    assert_eq!(document.text(), serde_json::to_string(named("Two").as_ref()).unwrap());
    assert!(store.version(&id(), VersionNumber(4)).await.unwrap().is_none());
    assert_eq!(store.draft(&id()).await.unwrap().unwrap().latest_version, Some(VersionNumber(3)));
    assert_eq!(store.workflows().await.unwrap()[0].latest_version, Some(VersionNumber(3)));
}

#[tokio::test]
async fn a_version_needs_its_workflow() {
    let store = Store::open_ephemeral().unwrap();
    let refused = store.save_version(version_of("One", 1, None)).await.unwrap_err();
    assert!(refused.to_string().contains("no workflow wf"), "{refused}");
}

#[tokio::test]
async fn agents_are_put_changed_and_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let agent: Agent = serde_json::from_value(json!({
        "id": "upper", "name": "Upper", "kind": "script", "config": {"code": "x"}, "unknown": {"kept": 1}
    }))
    .unwrap();
    {
        let store = open_at(dir.path(), 1);
        assert!(store.put_agent(&agent).await.unwrap());
    }
    let store = open_at(dir.path(), 2);
    let renamed = Agent { name: "Shout".to_owned(), ..agent.clone() };
    assert!(!store.put_agent(&renamed).await.unwrap());
    store.put_agent(&Agent { id: AgentId::new("a"), name: "alpha".to_owned(), ..agent }).await.unwrap();
    let all = store.agents().await.unwrap();
    assert_eq!(all.iter().map(|row| row.agent.name.as_str()).collect::<Vec<_>>(), ["alpha", "Shout"]);
    let row = store.agent(&AgentId::new("upper")).await.unwrap().unwrap();
    assert_eq!((row.agent, row.created_at, row.updated_at), (renamed, at(1), at(2)));
    assert!(store.delete_agent(&AgentId::new("upper")).await.unwrap());
    assert!(!store.delete_agent(&AgentId::new("upper")).await.unwrap());
    assert!(store.agent(&AgentId::new("upper")).await.unwrap().is_none());
}

#[tokio::test]
async fn settings_keep_any_json() {
    let dir = tempfile::tempdir().unwrap();
    let value: serde_json::Value =
        serde_json::from_str(r#"{"b": 1.0, "a": [123456789012345678901234567890, null]}"#).unwrap();
    {
        let store = open(dir.path());
        store.put_setting("limits", Some(&value)).await.unwrap();
        store.put_setting("gone", Some(&json!(true))).await.unwrap();
        store.put_setting("gone", None).await.unwrap();
    }
    let store = open(dir.path());
    assert_eq!(store.setting("limits").await.unwrap().unwrap().to_string(), value.to_string());
    assert_eq!(store.setting("gone").await.unwrap(), None);
    assert_eq!(store.settings().await.unwrap().into_keys().collect::<Vec<_>>(), ["limits"]);
}
