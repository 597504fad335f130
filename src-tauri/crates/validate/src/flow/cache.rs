//! Comparisons that have been made before. The same two schemas are compared again and again while a workflow is edited.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use heddle_schema::{Mode, Options, Report, check};
use serde_json::Value;

/// Comparisons that are kept in each of two generations.
const GENERATION: usize = 2_048;

/// Largest pair that is kept, in nodes; larger ones are compared again.
const MOST_NODES: usize = 5_000;

/// Comparisons that have been made, to be shared between examinations. Bounded; safe to share between threads.
///
/// It changes nothing but the time an examination takes.
#[derive(Default)]
pub struct Comparisons(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<u64, Arc<Kept>>,
    old: HashMap<u64, Arc<Kept>>,
}

struct Kept {
    produced: Value,
    accepted: Value,
    mode: Mode,
    report: Report,
}

impl fmt::Debug for Comparisons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Comparisons").finish_non_exhaustive()
    }
}

impl Comparisons {
    /// None have been made.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether what is produced fits what is accepted.
    pub(super) fn check(&self, produced: &Value, accepted: &Value, mode: Mode) -> Report {
        let mut hasher = DefaultHasher::new();
        let mut nodes = 0;
        hash(produced, &mut hasher, &mut nodes);
        hash(accepted, &mut hasher, &mut nodes);
        (mode == Mode::Strict).hash(&mut hasher);
        let key = hasher.finish();
        if let Some(kept) = self.kept(key)
            && kept.mode == mode
            && kept.produced == *produced
            && kept.accepted == *accepted
        {
            return kept.report.clone();
        }
        let report = check(produced, accepted, &Options { mode, ..Options::default() });
        if nodes <= MOST_NODES {
            let kept = Kept { produced: produced.clone(), accepted: accepted.clone(), mode, report: report.clone() };
            self.keep(key, Arc::new(kept));
        }
        report
    }

    fn kept(&self, key: u64) -> Option<Arc<Kept>> {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = generations.young.get(&key) {
            return Some(Arc::clone(kept));
        }
        let kept = Arc::clone(generations.old.get(&key)?);
        generations.keep(key, Arc::clone(&kept));
        Some(kept)
    }

    fn keep(&self, key: u64, kept: Arc<Kept>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(key, kept);
    }
}

impl Generations {
    fn keep(&mut self, key: u64, kept: Arc<Kept>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, kept);
    }
}

fn hash(value: &Value, hasher: &mut DefaultHasher, nodes: &mut usize) {
    *nodes += 1;
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(value) => (1_u8, value).hash(hasher),
        Value::Number(number) => (2_u8, number).hash(hasher),
        Value::String(text) => (3_u8, text).hash(hasher),
        Value::Array(items) => {
            (4_u8, items.len()).hash(hasher);
            items.iter().for_each(|item| hash(item, hasher, nodes));
        }
        Value::Object(members) => {
            (5_u8, members.len()).hash(hasher);
            // Equal objects may have their members in another order.
            let mut sum = 0_u64;
            for (name, member) in members {
                let mut own = DefaultHasher::new();
                name.hash(&mut own);
                hash(member, &mut own, nodes);
                sum = sum.wrapping_add(own.finish());
            }
            sum.hash(hasher);
        }
    }
}
