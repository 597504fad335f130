//! The document that was run last, as object and as text.
//!
//! Many executions of one document, started one after another or taken up again after a crash, share both: neither is
//! made once per execution.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use heddle_model::{Payload, PayloadHash, Workflow};

use crate::error::Outcome;
use crate::sql;

#[derive(Default)]
pub(crate) struct LastDocument(Mutex<Option<(Arc<Workflow>, Payload)>>);

impl LastDocument {
    /// The canonical text of a document.
    pub(crate) fn text(&self, document: &Arc<Workflow>) -> Outcome<Payload> {
        if let Some((known, text)) = &*self.locked()
            && Arc::ptr_eq(known, document)
        {
            return Ok(text.clone());
        }
        let text = sql::canonical(document.as_ref())?;
        *self.locked() = Some((Arc::clone(document), text.clone()));
        Ok(text)
    }

    /// The document of that text, if it is the last one.
    pub(crate) fn object(&self, hash: PayloadHash) -> Option<Arc<Workflow>> {
        self.locked().as_ref().filter(|(_, text)| text.hash() == hash).map(|(document, _)| Arc::clone(document))
    }

    /// Notes what was read.
    pub(crate) fn put(&self, document: &Arc<Workflow>, text: Payload) {
        *self.locked() = Some((Arc::clone(document), text));
    }

    fn locked(&self) -> MutexGuard<'_, Option<(Arc<Workflow>, Payload)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
