//! Kept answers: the same answer under the same key, as long as it is good.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use heddle_engine::{AgentAnswer, Clock, KeptAnswer};
use heddle_model::{PayloadHash, Timestamp};
use heddle_store::{Options, Store};

use crate::support::payload;

/// Says what it is told to say.
#[derive(Clone, Default)]
struct Told(Arc<AtomicI64>);

impl Clock for Told {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

fn key(n: u8) -> PayloadHash {
    PayloadHash([n; 32])
}

fn answer(text: &str) -> KeptAnswer {
    let answer = AgentAnswer { output: payload(text), branch: Some("yes".to_owned()), sampled: false };
    KeptAnswer { answer, chosen: Some("Second opinion".to_owned()) }
}

#[tokio::test]
async fn an_answer_is_good_until_its_time_is_over_or_the_clock_goes_back() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Told::default();
    let told = |micros| clock.0.store(micros, Ordering::Relaxed);
    told(1_000_000);
    let store = Store::open_with(dir.path(), Options { clock: Arc::new(clock.clone()), ..Options::default() }).unwrap();
    store.keep_answer(key(1), answer("[1.0]"), Some(500)).await.unwrap();
    store.keep_answer(key(2), answer("[2]"), None).await.unwrap();
    let text = async |n| store.cached_answer(key(n)).await.unwrap().map(|found| found.answer.output.text().to_owned());

    let KeptAnswer { answer: found, chosen } = store.cached_answer(key(1)).await.unwrap().unwrap();
    assert_eq!(chosen.as_deref(), Some("Second opinion"));
    assert_eq!((found.output, found.branch, found.sampled), (payload("[1.0]"), Some("yes".to_owned()), false));
    assert_eq!(text(3).await, None);
    told(1_499_999);
    assert!(text(1).await.is_some());
    told(1_500_000);
    assert_eq!(text(1).await, None);
    told(999_999);
    assert_eq!((text(1).await, text(2).await), (None, None), "from the future");
    told(i64::MAX / 2);
    assert!(text(2).await.is_some(), "no time was set");

    // The texts are kept as long as the answers, and another answer takes the place of the first.
    assert_eq!(store.reclaim().await.unwrap().blobs, 0);
    store.keep_answer(key(2), answer("[3]"), None).await.unwrap();
    assert_eq!(text(2).await.as_deref(), Some("[3]"));
    assert_eq!(store.reclaim().await.unwrap().blobs, 1);
    assert_eq!(store.clear_cache().await.unwrap(), 2);
    assert_eq!(text(2).await, None);
    assert_eq!(store.reclaim().await.unwrap().blobs, 2);
}
