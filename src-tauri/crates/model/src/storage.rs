//! What a data folder holds.

use serde::Serialize;
use utoipa::ToSchema;

/// What a data folder holds, and what that takes. Sizes are in bytes of the file, indices included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Storage {
    /// The database file.
    pub database_bytes: u64,
    /// Of that: empty pages, which are filled again or given back.
    pub free_bytes: u64,
    /// The write-ahead log beside it; it is written back and used again.
    pub wal_bytes: u64,
    /// Workflows with their edits and versions, and the library of agents. Their texts count as payloads.
    pub workflow_bytes: u64,
    /// Executions and their logs.
    pub execution_bytes: u64,
    /// Payloads and documents, each once, compressed.
    pub payload_bytes: u64,
    /// The cache's list of answers. The answers themselves count as payloads.
    pub cache_bytes: u64,
    /// Everything else.
    pub other_bytes: u64,
    /// Workflows, deleted ones included.
    pub workflows: u64,
    /// Executions.
    pub executions: u64,
    /// Of those: starred.
    pub starred: u64,
    /// Of those: not settled.
    pub unsettled: u64,
    /// Payloads and documents.
    pub payloads: u64,
    /// Their size as text.
    pub payload_text_bytes: u64,
    /// Answers in the cache.
    pub answers: u64,
}

impl Storage {
    /// What is in use of the file.
    pub const fn used_bytes(&self) -> u64 {
        self.database_bytes.saturating_sub(self.free_bytes)
    }
}
