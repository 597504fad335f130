//! Named pools: how many attempts run at the same time and how many begin a minute, over all executions.
//!
//! Executions that wait take turns, each with its oldest attempt; one with a thousand attempts in line holds nobody
//! up. The rates are token buckets (J. Turner, "New directions in communications", IEEE Communications Magazine 24,
//! 1986) that hold a minute's worth, as the providers' own do. What language models used is known afterwards only, so
//! their tokens are charged then, and the bucket may go below zero.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use heddle_model::{ExecutionId, Usage};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::locked;

/// What a pool allows. A limit that is not given does not hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoolLimits {
    /// Most attempts at the same time. 0: none begins until this is changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots: Option<u32>,
    /// Most attempts begun in a minute; a pool that was idle may begin as many at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<u32>,
    /// Most tokens of language models used in a minute, read and written together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_per_minute: Option<u64>,
}

/// Every pool, by name.
#[derive(Debug, Default)]
pub(super) struct Pools(Mutex<HashMap<String, Pool>>);

#[derive(Debug, Default)]
struct Pool {
    /// None: it is not defined any more, and only goes on until the last place is given back.
    limits: Option<PoolLimits>,
    busy: u32,
    requests: Bucket,
    tokens: Bucket,
    /// By execution, in the order of their turns; each with its attempts, the oldest first.
    waiting: VecDeque<(ExecutionId, VecDeque<oneshot::Sender<Place>>)>,
    /// When the pool is looked at again by itself.
    alarm: Option<Instant>,
}

/// A place in a pool, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    pools: Arc<Pools>,
    pool: String,
}

impl Place {
    /// Charges what was used.
    pub(super) fn charge(&self, usage: &Usage) {
        let tokens = usage.input_tokens.saturating_add(usage.output_tokens);
        if let Some(pool) = locked(&self.pools.0).get_mut(&self.pool) {
            pool.tokens.level -= tokens as f64;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(pool) = locked(&self.pools.0).get_mut(&self.pool) {
            pool.busy = pool.busy.saturating_sub(1);
        }
        self.pools.admit(&self.pool);
    }
}

/// Whether an attempt may begin.
#[derive(Debug)]
pub(super) enum Entry {
    /// There is no such pool, so it does not limit anything.
    Open,
    /// At once.
    Admitted(Place),
    /// When its turn comes. Whoever drops the receiver leaves the line.
    Waits(oneshot::Receiver<Place>),
}

impl Pools {
    /// The pools there are.
    pub(super) fn limits(&self) -> HashMap<String, PoolLimits> {
        let pools = locked(&self.0);
        pools.iter().filter_map(|(name, pool)| Some((name.clone(), pool.limits?))).collect()
    }

    /// Defines the pools there are; what waits is looked at again under the new limits.
    pub(super) fn define(self: &Arc<Self>, limits: HashMap<String, PoolLimits>) {
        let names: Vec<String> = {
            let mut pools = locked(&self.0);
            for (name, pool) in pools.iter_mut() {
                pool.set(limits.get(name).copied());
            }
            for (name, limits) in limits {
                pools.entry(name).or_default().set(Some(limits));
            }
            pools.keys().cloned().collect()
        };
        for name in names {
            self.admit(&name);
        }
    }

    /// Asks for a place. Must be called within a tokio runtime.
    pub(super) fn enter(self: &Arc<Self>, name: &str, execution: &ExecutionId) -> Entry {
        let mut receiver = {
            let mut pools = locked(&self.0);
            let Some(pool) = pools.get_mut(name).filter(|pool| pool.limits.is_some()) else { return Entry::Open };
            let (sender, receiver) = oneshot::channel();
            match pool.waiting.iter_mut().find(|(waiting, _)| waiting == execution) {
                Some((_, line)) => line.push_back(sender),
                None => pool.waiting.push_back((execution.clone(), VecDeque::from([sender]))),
            }
            receiver
        };
        self.admit(name);
        match receiver.try_recv() {
            Ok(place) => Entry::Admitted(place),
            Err(_) => Entry::Waits(receiver),
        }
    }

    /// Gives free places to those in line, and looks again when the next one becomes free by the passing of time.
    fn admit(self: &Arc<Self>, name: &str) {
        loop {
            let (sender, place) = {
                let mut pools = locked(&self.0);
                let Some(pool) = pools.get_mut(name) else { return };
                let Some(sender) = pool.next(Instant::now()) else {
                    if pool.limits.is_none() && pool.busy == 0 && pool.waiting.is_empty() {
                        pools.remove(name);
                    } else {
                        self.look_again(name, pool);
                    }
                    return;
                };
                (sender, Place { pools: Arc::clone(self), pool: name.to_owned() })
            };
            // One that has just left the line drops the place, which looks at the line again.
            let _ = sender.send(place);
        }
    }

    fn look_again(self: &Arc<Self>, name: &str, pool: &mut Pool) {
        let Some(at) = pool.frees_at(Instant::now()) else { return };
        if pool.alarm.is_some_and(|alarm| alarm <= at) {
            return;
        }
        pool.alarm = Some(at);
        let (pools, name) = (Arc::downgrade(self), name.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep_until(at).await;
            let Some(pools) = pools.upgrade() else { return };
            if let Some(pool) = locked(&pools.0).get_mut(&name) {
                pool.alarm = pool.alarm.filter(|alarm| *alarm > at);
            }
            pools.admit(&name);
        });
    }
}

impl Pool {
    fn set(&mut self, limits: Option<PoolLimits>) {
        let new = limits.unwrap_or_default();
        self.limits = limits;
        self.requests.set(new.requests_per_minute.map(f64::from));
        self.tokens.set(new.tokens_per_minute.map(|tokens| tokens as f64));
    }

    /// Takes the next attempt out of the line, if there is a place for it.
    fn next(&mut self, now: Instant) -> Option<oneshot::Sender<Place>> {
        self.requests.refill(now);
        self.tokens.refill(now);
        let slots = self.limits.and_then(|limits| limits.slots);
        while slots.is_none_or(|slots| self.busy < slots) && self.requests.has(1.0) && self.tokens.has(f64::EPSILON) {
            let (execution, mut line) = self.waiting.pop_front()?;
            let sender = line.pop_front();
            if !line.is_empty() {
                self.waiting.push_back((execution, line));
            }
            if let Some(sender) = sender.filter(|sender| !sender.is_closed()) {
                self.busy += 1;
                self.requests.level -= 1.0;
                return Some(sender);
            }
        }
        None
    }

    /// When the rates let the next one begin. None: nobody waits, or for something else.
    fn frees_at(&self, now: Instant) -> Option<Instant> {
        let slots = self.limits.and_then(|limits| limits.slots);
        if self.waiting.is_empty() || slots.is_some_and(|slots| self.busy >= slots) {
            return None;
        }
        let wait = self.requests.wait(1.0)?.max(self.tokens.wait(f64::EPSILON)?);
        // A moment more, so that rounding never wakes it too early.
        now.checked_add(wait + Duration::from_millis(1))
    }
}

/// What is left of a minute's worth. Without a capacity there is always enough.
#[derive(Debug, Default)]
struct Bucket {
    capacity: Option<f64>,
    level: f64,
    at: Option<Instant>,
}

impl Bucket {
    /// A new limit: what was used of the old one stays used.
    fn set(&mut self, capacity: Option<f64>) {
        if self.capacity != capacity {
            let used = self.capacity.map_or(0.0, |old| old - self.level);
            self.level = capacity.unwrap_or(0.0) - used;
            self.capacity = capacity;
        }
    }

    fn refill(&mut self, now: Instant) {
        let passed = self.at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        self.at = Some(now);
        if let Some(capacity) = self.capacity {
            self.level = (self.level + capacity * passed.as_secs_f64() / 60.0).min(capacity);
        }
    }

    fn has(&self, amount: f64) -> bool {
        self.capacity.is_none() || self.level >= amount
    }

    /// How long until there is enough. None: for ever.
    fn wait(&self, amount: f64) -> Option<Duration> {
        match self.capacity {
            None => Some(Duration::ZERO),
            Some(_) if self.has(amount) => Some(Duration::ZERO),
            Some(capacity) => Duration::try_from_secs_f64((amount - self.level) * 60.0 / capacity).ok(),
        }
    }
}
