//! Payloads: to the letter, once, verified.

use heddle_engine::StoreError;
use heddle_model::{Payload, PayloadHash};
use heddle_store::Store;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;

use crate::support::{open, payload};

/// JSON text of about 10 MB that does not shrink to nothing.
fn ten_megabytes() -> Payload {
    let mut text = String::from("[");
    let mut state = 1_u64;
    while text.len() < 10_000_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        text.push_str(&format!(r#"{{"id":{state},"note":"é✓ {}","v":{}.0}},"#, state >> 40, state >> 50));
    }
    text.push_str("null]");
    payload(&text)
}

fn rows(dir: &std::path::Path, sql: &str) -> i64 {
    Connection::open(dir.join("heddle.db")).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn ten_megabytes_come_back_to_the_letter_and_are_stored_once() {
    let dir = tempfile::tempdir().unwrap();
    let big = ten_megabytes();
    {
        let store = open(dir.path());
        for _ in 0..3 {
            assert_eq!(store.put_payload(big.clone()).await.unwrap(), big.reference());
        }
        assert!(store.payload_by_hash(big.hash()).await.unwrap() == Some(big.clone()));
    }
    assert_eq!(rows(dir.path(), "SELECT count(*) FROM blobs"), 1);
    assert!(rows(dir.path(), "SELECT length(data) FROM blobs") < 6_000_000, "compressed");
    let store = open(dir.path());
    assert!(store.payload_by_hash(big.hash()).await.unwrap() == Some(big.clone()));
    // The end of a compressed text, read without the rest.
    let tail = store.payload_range(big.hash(), big.len() as u64 - 5, 100).await.unwrap().unwrap();
    assert_eq!((tail.text.as_str(), tail.total), ("null]", big.len() as u64));
}

#[tokio::test]
async fn small_texts_and_those_that_do_not_shrink_are_stored_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let noise: String = (0..2000_u32).map(|n| blake3::hash(&n.to_le_bytes()).to_hex().to_string()).collect();
    let (small, repeated) =
        (payload(&format!("\"{}\"", "a".repeat(4000))), payload(&format!("\"{}\"", "a".repeat(4100))));
    {
        let store = open(dir.path());
        for one in [&small, &repeated, &payload(&format!("\"{noise}\""))] {
            store.put_payload(one.clone()).await.unwrap();
            assert!(store.payload_by_hash(one.hash()).await.unwrap().as_ref() == Some(one));
        }
    }
    assert_eq!(rows(dir.path(), "SELECT codec FROM blobs WHERE bytes = 4002"), 0);
    assert_eq!(rows(dir.path(), "SELECT codec FROM blobs WHERE bytes = 4102"), 1);
    assert_eq!(rows(dir.path(), "SELECT count(*) FROM blobs WHERE length(data) > bytes"), 0);
}

#[tokio::test]
async fn a_changed_text_is_damaged_never_passed_on() {
    let dir = tempfile::tempdir().unwrap();
    let (small, large) = (payload("[1,2,3]"), payload(&format!("\"{}\"", "abc ".repeat(3000))));
    {
        let store = open(dir.path());
        store.put_payload(small.clone()).await.unwrap();
        store.put_payload(large.clone()).await.unwrap();
    }
    let conn = Connection::open(dir.path().join("heddle.db")).unwrap();
    conn.execute("UPDATE blobs SET data = CAST('[1,2,4]' AS BLOB) WHERE bytes = 7", []).unwrap();
    conn.execute("UPDATE blobs SET data = substr(data, 1, length(data) - 3) WHERE bytes > 7", []).unwrap();
    drop(conn);
    let store = open(dir.path());
    for hash in [small.hash(), large.hash()] {
        let refused = store.payload_by_hash(hash).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Damaged(text) if text.contains(&hash.to_string())), "{refused}");
    }
    // One bad value does not stop the rest.
    store.put_payload(payload("0")).await.unwrap();
}

#[tokio::test]
async fn ranges_are_cut_at_whole_characters() {
    let store = Store::open_ephemeral().unwrap();
    let text = payload("\"aé✓😀z\"");
    store.put_payload(text.clone()).await.unwrap();
    let range = async |offset, len| store.payload_range(text.hash(), offset, len).await.unwrap().unwrap();
    let at = |bytes: &str| text.text().find(bytes).unwrap() as u64;
    assert_eq!(range(0, 3).await.text, "\"a", "é would be cut");
    assert_eq!(range(0, 4).await.text, "\"aé");
    let inside = range(at("é") + 1, 4).await;
    assert_eq!((inside.offset, inside.text.as_str()), (at("✓"), "✓"));
    assert_eq!(range(at("😀"), 1).await.text, "😀", "never empty before the end");
    let end = range(at("z"), 100).await;
    assert_eq!((end.text.as_str(), end.total), ("z\"", text.len() as u64));
    assert_eq!(range(1000, 5).await.text, "");
    assert!(store.payload_range(PayloadHash([0; 32]), 0, 5).await.unwrap().is_none());
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("1e400".to_owned()),
        Just("-0.0".to_owned()),
        any::<i128>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        (0..9000_usize).prop_map(|n| format!("\"{}\"", "né".repeat(n))),
    ];
    leaf.prop_recursive(4, 40, 8, |inner| {
        let pair = (any::<String>(), inner.clone());
        prop_oneof![
            prop::collection::vec(inner, 0..8).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec(pair, 0..8).prop_map(|fields| {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(key, value)| format!("{} :{value}", serde_json::to_string(key).unwrap()))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

#[test]
fn any_json_comes_back_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(json(), 100..5000_usize), |(text, step)| {
        runtime.block_on(async {
            let kept = store.put_payload(payload(&text)).await.unwrap();
            let back = store.payload_by_hash(kept.hash).await.unwrap().unwrap();
            prop_assert_eq!(back.text(), text.as_str());
            // All of it again, in pieces.
            let mut pieces = String::new();
            while pieces.len() < text.len() {
                let piece = store.payload_range(kept.hash, pieces.len() as u64, step).await.unwrap().unwrap();
                prop_assert_eq!(piece.offset, pieces.len() as u64);
                prop_assert!(!piece.text.is_empty());
                pieces.push_str(&piece.text);
            }
            prop_assert_eq!(&pieces, &text);
            Ok(())
        })
    });
    outcome.unwrap();
}
