//! A full disk and a read-only one: clear errors, nothing lost, and on it goes.

use std::fs;

use heddle_engine::{Batch, RunStore, StoreError};
use heddle_model::Payload;
use heddle_store::{OpenError, Options, Store};
use serde_json::json;

use crate::child;
use crate::support::{append, attempt_succeeded, execution, id, open, payload, started};

/// About 60 kB that do not shrink much.
fn noise(seed: u64) -> Payload {
    let words = (0..1000_u64).map(|n| blake3::hash(&(seed * 1000 + n).to_le_bytes()).to_hex().to_string());
    payload(&format!("\"{}\"", words.collect::<String>()))
}

fn output(seq: u64, output: &Payload) -> Batch {
    Batch { events: vec![attempt_succeeded(seq, "a", 1, output)], payloads: vec![output.clone()] }
}

/// Appends outputs until there is no room; answers with the last `seq` that was acknowledged.
async fn fill(store: &Store) -> u64 {
    store.create(execution("exec-1", 1)).await.unwrap();
    append(store, "exec-1", vec![started(1)], Vec::new()).await;
    for seq in 2..1000 {
        match store.append(id(), output(seq, &noise(seq))).await {
            Ok(()) => {}
            Err(StoreError::DiskFull(message)) => {
                assert!(message.contains("free some space"), "{message}");
                return seq - 1;
            }
            Err(other) => panic!("expected a full disk: {other}"),
        }
    }
    panic!("the disk never filled up");
}

async fn everything_is_there(store: &Store, last: u64) {
    let events = store.events(&id(), 0, u32::MAX).await.unwrap();
    assert_eq!(events.len() as u64, last);
    for seq in 2..=last {
        assert!(store.payload_by_hash(noise(seq).hash()).await.unwrap() == Some(noise(seq)), "payload of event {seq}");
    }
    assert_eq!(store.execution(&id()).await.unwrap().unwrap().last_seq, last);
}

#[tokio::test]
async fn a_size_limit_is_a_full_disk_that_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { max_bytes: Some(1_000_000), ..Options::default() };
    let store = Store::open_with(dir.path(), options).unwrap();
    let ballast: Vec<_> = (5000..5003).map(noise).collect();
    for payload in &ballast {
        store.put_payload(payload.clone()).await.unwrap();
    }
    let last = fill(&store).await;
    assert!(last > 3, "some of it did fit");
    everything_is_there(&store, last).await;
    // A large write that does not fit takes no small one down with it.
    let large = output(last + 1, &noise(last + 1));
    let (one, two) = (json!(1), json!(2));
    let (before, refused, after) = tokio::join!(
        store.put_setting("before", Some(&one)),
        store.append(id(), large.clone()),
        store.put_setting("after", Some(&two)),
    );
    assert!(matches!(refused.unwrap_err(), StoreError::DiskFull(_)));
    before.unwrap();
    after.unwrap();
    // Room is made, and it goes on where it stopped.
    assert_eq!(store.reclaim().await.unwrap().blobs, ballast.len() as u64);
    store.append(id(), large).await.unwrap();
    everything_is_there(&store, last + 1).await;
    drop(store);
    everything_is_there(&open(dir.path()), last + 1).await;
}

#[tokio::test]
async fn a_disk_that_is_really_full_loses_nothing() {
    let Some(folder) = child::folder() else {
        let dir = tempfile::tempdir().unwrap();
        let mount = "mount -t tmpfs -o size=4m tmpfs \"$F\"";
        if let Some(mut child) =
            child::of_test_mounted("disk::a_disk_that_is_really_full_loses_nothing", dir.path(), mount)
        {
            assert!(child.status().unwrap().success());
        }
        return;
    };
    fs::write(folder.join("ballast"), vec![1; 1_500_000]).unwrap();
    let data = folder.join("data");
    let store = open(&data);
    let last = fill(&store).await;
    assert!(last > 3, "some of it did fit");
    everything_is_there(&store, last).await;
    let again = store.append(id(), output(last + 1, &noise(last + 1))).await.unwrap_err();
    assert!(matches!(again, StoreError::DiskFull(_)), "{again}");
    fs::remove_file(folder.join("ballast")).unwrap();
    store.append(id(), output(last + 1, &noise(last + 1))).await.unwrap();
    everything_is_there(&store, last + 1).await;
    drop(store);
    everything_is_there(&open(&data), last + 1).await;
    // A new folder on a full disk.
    let mut ballast = fs::File::create(folder.join("ballast")).unwrap();
    std::io::copy(&mut std::io::repeat(1), &mut ballast).unwrap_err();
    let error = Store::open(&folder.join("other")).unwrap_err();
    assert!(matches!(error, OpenError::Store(StoreError::DiskFull(_))), "{error}");
}

/// However far the first start comes on a full disk, the next one with room succeeds.
#[tokio::test]
async fn a_first_start_on_a_full_disk_leaves_nothing_half_made() {
    let Some(folder) = child::folder() else {
        let dir = tempfile::tempdir().unwrap();
        let mount = "mount -t tmpfs -o size=1m tmpfs \"$F\"";
        let name = "disk::a_first_start_on_a_full_disk_leaves_nothing_half_made";
        if let Some(mut child) = child::of_test_mounted(name, dir.path(), mount) {
            assert!(child.status().unwrap().success());
        }
        return;
    };
    let (ballast, data) = (folder.join("ballast"), folder.join("data"));
    let (mut refused, mut opened) = (0, 0);
    for free in (0..160).map(|pages| pages * 4096) {
        fs::write(&ballast, vec![1; 1024 * 1024 - free]).unwrap_or_default();
        fs::OpenOptions::new().write(true).open(&ballast).unwrap().set_len(1024 * 1024 - free as u64).unwrap();
        match Store::open(&data) {
            Ok(store) => {
                drop(store);
                opened += 1;
            }
            Err(OpenError::Store(StoreError::DiskFull(message))) => {
                assert!(message.contains("free some space"), "{message}");
                refused += 1;
            }
            Err(other) => panic!("{free} bytes free: {other}"),
        }
        fs::remove_file(&ballast).unwrap();
        let store = Store::open(&data).unwrap_or_else(|error| panic!("after {free} free bytes: {error}"));
        store.put_setting("a", Some(&json!(1))).await.unwrap();
        drop(store);
        let left = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).filter(|name| name != "live");
        assert_eq!(left.collect::<Vec<_>>(), ["heddle.db"], "after {free} free bytes");
        fs::remove_dir_all(&data).unwrap();
    }
    assert!(refused > 3 && opened > 3, "{refused} starts were refused, {opened} were not");
}

#[tokio::test]
async fn a_read_only_folder_is_refused_and_left_alone() {
    let Some(folder) = child::folder() else {
        let dir = tempfile::tempdir().unwrap();
        drop(open(&dir.path().join("old")));
        let mount = "mount --bind \"$F\" \"$F\" && mount -o remount,ro,bind \"$F\"";
        if let Some(mut child) =
            child::of_test_mounted("disk::a_read_only_folder_is_refused_and_left_alone", dir.path(), mount)
        {
            assert!(child.status().unwrap().success());
        }
        return;
    };
    for place in ["old", "new"] {
        let error = Store::open(&folder.join(place)).unwrap_err();
        assert!(matches!(error, OpenError::ReadOnly { .. }), "{place}: {error}");
        assert!(error.to_string().contains("make it writable"), "{error}");
    }
}
