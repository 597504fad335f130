//! The writer's connection, with what its thread remembers between transactions.
//!
//! Two things are remembered so that an append is one insertion and nothing else: how far each execution under way has
//! got ([`Head`]), and which texts are certainly there. Both only ever repeat what the database says; a transaction
//! that is undone, or a commit of another process, makes the session ask the database again.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::Arc;

use heddle_model::{ExecutionId, PayloadHash};
use rusqlite::Connection;

use crate::error::Outcome;
use crate::folds::Folds;
use crate::tally::Tally;

/// Most executions and texts remembered; beyond that all are forgotten and asked for again.
const REMEMBERED: usize = 16 * 1024;

/// An execution this process appends to.
#[derive(Debug)]
pub(crate) struct Head {
    /// Its row.
    pub(crate) n: i64,
    /// The fold of its log.
    pub(crate) tally: Tally,
    /// The commit of another process after which this was last compared with the database.
    pub(crate) seen: u64,
}

/// The one connection that writes.
pub(crate) struct Session {
    conn: Connection,
    heads: RefCell<HashMap<ExecutionId, Head>>,
    known: RefCell<HashSet<PayloadHash>>,
    /// `PRAGMA data_version`: another value after a commit of any other connection.
    version: Cell<i64>,
    /// Counts those other values.
    others: Cell<u64>,
    folds: Arc<Folds>,
    /// What was put into the cache since somebody looked at its size, in bytes.
    cached: Cell<u64>,
}

impl Deref for Session {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.conn
    }
}

impl Session {
    pub(crate) fn new(conn: Connection, folds: Arc<Folds>) -> Self {
        Self {
            conn,
            heads: RefCell::default(),
            known: RefCell::default(),
            version: Cell::new(0),
            others: Cell::new(0),
            folds,
            cached: Cell::new(0),
        }
    }

    pub(crate) fn into_connection(self) -> Connection {
        self.conn
    }

    /// Looks, within a transaction that has just begun, whether another connection has written meanwhile.
    pub(crate) fn refresh(&self) -> Outcome<()> {
        let version = self.conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.version.replace(version) != version {
            self.others.set(self.others.get() + 1);
            self.known.borrow_mut().clear();
        }
        Ok(())
    }

    /// Forgets everything: what was remembered may have been undone.
    pub(crate) fn forget(&self) {
        self.heads.borrow_mut().clear();
        self.known.borrow_mut().clear();
        // In memory, reads share this connection and may have seen what is undone now.
        self.folds.clear();
    }

    /// How many commits of others were noticed so far.
    pub(crate) fn others(&self) -> u64 {
        self.others.get()
    }

    /// Hands out what is remembered of an execution; whoever takes it puts it back when all went well.
    pub(crate) fn take_head(&self, id: &ExecutionId) -> Option<Head> {
        self.heads.borrow_mut().remove(id)
    }

    pub(crate) fn put_head(&self, id: ExecutionId, head: Head) {
        let mut heads = self.heads.borrow_mut();
        if heads.len() >= REMEMBERED {
            heads.clear();
        }
        heads.insert(id, head);
    }

    /// Whether a text is certainly there.
    pub(crate) fn knows(&self, hash: &PayloadHash) -> bool {
        self.known.borrow().contains(hash)
    }

    pub(crate) fn learn(&self, hash: PayloadHash) {
        let mut known = self.known.borrow_mut();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(hash);
    }

    /// Texts are about to be dropped.
    pub(crate) fn forget_texts(&self) {
        self.known.borrow_mut().clear();
    }

    /// Counts what is put into the cache of answers; answers with the sum since somebody last looked at its size.
    pub(crate) fn cached(&self, bytes: u64) -> u64 {
        self.cached.set(self.cached.get() + bytes);
        self.cached.get()
    }

    pub(crate) fn cached_looked(&self) {
        self.cached.set(0);
    }
}
