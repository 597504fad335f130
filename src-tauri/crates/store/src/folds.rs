//! Folds of logs, remembered between reads: a look at a run under way reads only what was added since the last look.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use heddle_model::{Event, ExecutionId};
use rusqlite::Connection;

use crate::error::Outcome;
use crate::events;
use crate::tally::Tally;
use crate::timeline::Timeline;

/// Something that is made from the events of an execution, in their order.
pub(crate) trait Fold: Default + Send {
    /// The last event that was taken in; 0: none.
    fn last_seq(&self) -> u64;
    /// How many things it holds.
    fn weight(&self) -> usize;
    /// Takes in the next event.
    fn apply(&mut self, event: &Event);
}

/// Takes in what the log has beyond the fold.
pub(crate) fn catch_up<F: Fold>(conn: &Connection, n: i64, fold: &mut F) -> Outcome<()> {
    events::visit(conn, n, fold.last_seq(), |event| {
        fold.apply(&event);
        true
    })
}

/// What reads remember.
#[derive(Default)]
pub(crate) struct Folds {
    pub(crate) tallies: Remembered<Tally>,
    pub(crate) timelines: Remembered<Timeline>,
}

impl Folds {
    pub(crate) fn forget(&self, id: &ExecutionId) {
        self.tallies.forget(id);
        self.timelines.forget(id);
    }

    pub(crate) fn clear(&self) {
        self.tallies.clear();
        self.timelines.clear();
    }
}

/// Folds by execution. Together they hold at most [`Remembered::MOST`] things; the one used longest ago goes first.
pub(crate) struct Remembered<F>(Mutex<Entries<F>>);

struct Entries<F> {
    by_id: HashMap<ExecutionId, Entry<F>>,
    uses: u64,
    /// What the entries hold together.
    total: usize,
}

struct Entry<F> {
    fold: Arc<Mutex<F>>,
    weight: usize,
    used: u64,
}

impl<F> Default for Remembered<F> {
    fn default() -> Self {
        Self(Mutex::new(Entries { by_id: HashMap::new(), uses: 0, total: 0 }))
    }
}

impl<F: Fold> Remembered<F> {
    /// About 60 MB of steps and attempts: an execution of 100,000 events is remembered.
    const MOST: usize = 120_000;

    /// Answers from the fold of an execution's log, as of this snapshot or a later moment.
    pub(crate) fn with<T>(
        &self,
        conn: &Connection,
        id: &ExecutionId,
        n: i64,
        answer: impl FnOnce(&F) -> T,
    ) -> Outcome<T> {
        let fold = {
            let mut entries = locked(&self.0);
            entries.uses += 1;
            let used = entries.uses;
            let fresh = || Entry { fold: Arc::default(), weight: 0, used };
            let entry = entries.by_id.entry(id.clone()).or_insert_with(fresh);
            entry.used = used;
            Arc::clone(&entry.fold)
        };
        let (answer, weight) = {
            let mut fold = locked(&fold);
            catch_up(conn, n, &mut *fold)?;
            (answer(&fold), 1 + fold.weight())
        };
        self.weigh(id, weight);
        Ok(answer)
    }

    /// Forgets an execution: it was deleted, or its log is to be read anew.
    pub(crate) fn forget(&self, id: &ExecutionId) {
        let mut entries = locked(&self.0);
        if let Some(gone) = entries.by_id.remove(id) {
            entries.total -= gone.weight;
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        let mut entries = locked(&self.0);
        entries.by_id.clear();
        entries.total = 0;
    }

    fn weigh(&self, id: &ExecutionId, weight: usize) {
        let mut entries = locked(&self.0);
        let Some(entry) = entries.by_id.get_mut(id) else { return };
        let before = std::mem::replace(&mut entry.weight, weight);
        entries.total = entries.total - before + weight;
        while entries.total > Self::MOST {
            let oldest = entries.by_id.iter().min_by_key(|(_, entry)| entry.used).map(|(id, _)| id.clone());
            let Some(gone) = oldest.and_then(|id| entries.by_id.remove(&id)) else { break };
            entries.total -= gone.weight;
        }
    }
}

/// A fold is taken in event by event and stays whole between them; a panic in between loses nothing but that read.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
