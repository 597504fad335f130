//! `kill -9` in the middle of writing: what was acknowledged is there, and the rows agree with the log.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

use heddle_engine::{Batch, RunStore};
use heddle_model::{ExecutionId, Payload};
use heddle_store::Store;

use crate::child;
use crate::support::{attempt_succeeded, execution, open, payload, started};

const EXECUTIONS: u64 = 8;

fn output(execution: u64, seq: u64) -> Payload {
    payload(&format!(
        r#"{{"execution": {execution}, "seq": {seq}, "text": "{}"}}"#,
        "word ".repeat(seq as usize * 40 % 2000)
    ))
}

/// Appends to several executions at once for as long as it lives, and says what was acknowledged.
async fn write_until_killed(folder: &Path) {
    let store = open(folder);
    let writing = (0..EXECUTIONS).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let id = format!("exec-{n}");
            store.create(execution(&id, 1)).await.unwrap();
            for seq in 1.. {
                let output = output(n, seq);
                let event = if seq == 1 { started(1) } else { attempt_succeeded(seq, "a", 1, &output) };
                let batch = Batch { events: vec![event], payloads: vec![output] };
                store.append(ExecutionId::new(&id), batch).await.unwrap();
                // One write call a line: the parent sees whole lines only.
                std::io::stdout().write_all(format!("ack {n} {seq}\n").as_bytes()).unwrap();
            }
        })
    });
    for task in writing.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

/// What the child said before and after it was killed: the last `seq` of each execution.
fn killed_after(folder: &Path, lines: usize) -> Vec<u64> {
    let name = "crash::every_acknowledged_append_survives_kill_9";
    let mut child = child::of_test(name, folder).stdout(Stdio::piped()).spawn().unwrap();
    let mut acknowledged = vec![0; EXECUTIONS as usize];
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // The test runner may have written to the same line before.
        let Some((_, ack)) = line.split_once("ack ") else { continue };
        let (n, seq) = ack.split_once(' ').unwrap();
        acknowledged[n.parse::<usize>().unwrap()] = seq.parse().unwrap();
        seen += 1;
        if seen == lines {
            child.kill().unwrap();
        }
    }
    assert!(!child.wait().unwrap().success(), "it was killed");
    acknowledged
}

async fn survived(store: &Store, acknowledged: &[u64]) {
    for (n, last) in (0..).zip(acknowledged) {
        let id = ExecutionId::new(format!("exec-{n}"));
        let events = store.events(&id, 0, u32::MAX).await.unwrap();
        let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "no gaps in {id}");
        assert!(seqs.len() as u64 >= *last, "{id}: {last} acknowledged, {} there", seqs.len());
        for seq in seqs {
            let kept = store.payload_by_hash(output(n, seq).hash()).await.unwrap();
            assert_eq!(kept, Some(output(n, seq)));
        }
        let Some(kept) = store.execution_detail(&id).await.unwrap() else {
            assert_eq!(*last, 0);
            continue;
        };
        store.rebuild(&id).await.unwrap();
        assert_eq!(store.execution_detail(&id).await.unwrap().unwrap(), kept);
    }
}

#[tokio::test]
async fn every_acknowledged_append_survives_kill_9() {
    if let Some(folder) = child::folder() {
        return write_until_killed(&folder).await;
    }
    for lines in [1, 50, 400] {
        let dir = tempfile::tempdir().unwrap();
        let acknowledged = killed_after(dir.path(), lines);
        assert!(acknowledged.iter().sum::<u64>() >= lines as u64);
        let store = open(dir.path());
        survived(&store, &acknowledged).await;
        let begun = acknowledged.iter().filter(|last| **last > 0).count();
        assert!(store.unsettled().await.unwrap().len() >= begun, "left to be taken up again");
    }
}
