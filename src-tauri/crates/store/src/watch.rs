//! Who waits for the events of an execution.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use heddle_model::ExecutionId;
use tokio::sync::watch;

/// The watched executions of this process, by id. An entry lives as long as somebody listens to it.
#[derive(Default)]
pub(crate) struct Watchers(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    channels: HashMap<ExecutionId, watch::Sender<u64>>,
    /// Those run by other processes, whose logs somebody looks at now and then.
    followed: HashSet<ExecutionId>,
    /// Entries are swept when there are this many; doubled after each sweep, so that sweeping costs nothing per call.
    sweep_at: usize,
}

impl Watchers {
    pub(crate) fn subscribe(&self, id: &ExecutionId) -> watch::Receiver<u64> {
        let mut watched = self.lock();
        if watched.channels.len() >= watched.sweep_at {
            watched.channels.retain(|_, sender| sender.receiver_count() > 0);
            watched.sweep_at = (watched.channels.len() * 2).max(16);
        }
        watched.channels.entry(id.clone()).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Says that everything up to `seq` is on disk.
    pub(crate) fn advance(&self, id: &ExecutionId, seq: u64) {
        let mut watched = self.lock();
        let Some(sender) = watched.channels.get(id) else { return };
        if sender.receiver_count() == 0 {
            watched.channels.remove(id);
            return;
        }
        sender.send_if_modified(|current| {
            let newer = seq > *current;
            *current = seq.max(*current);
            newer
        });
    }

    /// Whether nobody follows that execution's log so far; whoever asked does from now on.
    pub(crate) fn begin_to_follow(&self, id: &ExecutionId) -> bool {
        self.lock().followed.insert(id.clone())
    }

    /// Whether somebody still listens; if not, nobody follows any more.
    pub(crate) fn goes_on(&self, id: &ExecutionId) -> bool {
        let mut watched = self.lock();
        let listened = watched.channels.get(id).is_some_and(|sender| sender.receiver_count() > 0);
        if !listened {
            watched.followed.remove(id);
        }
        listened
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn len(watchers: &Watchers) -> usize {
        watchers.lock().channels.len()
    }

    #[test]
    fn an_entry_goes_when_nobody_listens() {
        let watchers = Watchers::default();
        let (a, b) = (ExecutionId::new("a"), ExecutionId::new("b"));
        let (first, second) = (watchers.subscribe(&a), watchers.subscribe(&a));
        drop(first);
        watchers.advance(&a, 1);
        watchers.advance(&b, 1);
        assert_eq!(len(&watchers), 1, "one is still listening to a, nobody to b");
        drop(second);
        watchers.advance(&a, 2);
        assert_eq!(len(&watchers), 0);
    }

    #[test]
    fn entries_of_finished_executions_are_swept() {
        let watchers = Watchers::default();
        for n in 0..1000 {
            drop(watchers.subscribe(&ExecutionId::new(n.to_string())));
        }
        assert!(len(&watchers) <= 16, "{} entries nobody listens to", len(&watchers));
    }

    #[test]
    fn a_watcher_never_goes_back() {
        let watchers = Watchers::default();
        let id = ExecutionId::new("a");
        let mut seen = watchers.subscribe(&id);
        watchers.advance(&id, 7);
        watchers.advance(&id, 3);
        assert_eq!(*seen.borrow_and_update(), 7);
        watchers.advance(&id, 7);
        assert!(!seen.has_changed().unwrap());
    }
}
