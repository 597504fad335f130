//! Everything Heddle keeps, in one SQLite file in the user's data folder.
//!
//! What it is for: workflows with a journal of every edit, immutable versions, the library of agents, executions with
//! their event logs, payloads by hash, settings. An answer means "on disk": every write is answered after its commit
//! (`synchronous=FULL`), and many writes share one commit. It implements [`heddle_engine::RunStore`].
//!
//! What it never does: it never writes to a file that is damaged, foreign or of a newer Heddle; never decides what
//! happens in a run (the rows of executions, steps and attempts are made from events, nothing else); never holds a
//! connection across an `.await`; knows nothing of HTTP, windows or agents' work.
//!
//! Start reading at [`Store`]; then `writer.rs` (group commit) and `events.rs` (append). Each table's migrations, rows
//! and queries stand in one file named after it.

mod agents;
mod backup;
mod blobs;
mod cache;
mod claim;
mod create;
mod document;
mod edits;
mod error;
mod events;
mod executions;
mod folds;
mod lease;
mod migrate;
mod open;
mod project;
mod readers;
mod reclaim;
mod retention;
mod runs;
mod session;
mod settings;
mod sql;
mod steps;
mod storage;
mod store;
mod tally;
mod timeline;
mod versions;
mod watch;
mod workflows;
mod writer;

pub use agents::AgentRow;
pub use backup::Backup;
pub use blobs::TextRange;
pub use edits::{EditRow, KEPT_EDITS};
pub use executions::{ExecutionDetail, ExecutionFilter, ExecutionRow};
pub use open::OpenError;
pub use reclaim::Reclaimed;
pub use retention::{Cleaned, Retention};
pub use steps::{AttemptRow, StepRow};
pub use store::{Options, Store};
pub use timeline::Timeline;
pub use versions::{NewVersion, VersionRow};
pub use workflows::{Draft, DraftError, LastExecution, Thumbnail, ThumbnailStep, WorkflowRow};
pub use writer::WriterStats;
