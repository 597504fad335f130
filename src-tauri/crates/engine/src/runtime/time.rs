//! The time of one execution: that of the machine's clock, except that it never runs back.

use heddle_model::Timestamp;

use crate::ports::Clock;

/// Less is a clock being set right, and not worth a word.
const NOTEWORTHY_MS: u64 = 1_000;

/// Where an execution's time stands.
#[derive(Debug, Default)]
pub(super) struct OwnTime {
    /// The latest moment that is known to have come: that of the last event, or of a timer that has run out since.
    latest: Option<Timestamp>,
    /// By how much it is ahead of the clock, in milliseconds.
    ahead_ms: u64,
}

impl OwnTime {
    /// The time of an execution whose log ends at that moment.
    pub(super) const fn after(latest: Option<Timestamp>) -> Self {
        Self { latest, ahead_ms: 0 }
    }

    pub(super) fn now(&self, clock: &dyn Clock) -> Timestamp {
        let now = clock.now().plus_millis(self.ahead_ms);
        self.latest.map_or(now, |latest| latest.max(now))
    }

    /// That moment has come, whatever the clock says.
    pub(super) fn reach(&mut self, at: Timestamp) {
        self.latest = self.latest.max(Some(at));
    }

    /// The time of the next event; and by how many milliseconds the clock was set back, if that is worth a word.
    pub(super) fn tick(&mut self, clock: &dyn Clock) -> (Timestamp, Option<u64>) {
        let now = clock.now().plus_millis(self.ahead_ms);
        let behind = self.latest.map_or(0.0, |latest| latest.millis_since(now)).max(0.0).ceil() as u64;
        self.ahead_ms += behind;
        let now = now.plus_millis(behind);
        self.latest = Some(now);
        (now, (behind >= NOTEWORTHY_MS).then_some(behind))
    }
}
