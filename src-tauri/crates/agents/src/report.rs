//! What an attempt used and said, collected while it works and kept whether it succeeds or not.

use heddle_model::{LogLevel, LogLine, Usage};

/// Usage, log lines and choice of one attempt.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) usage: Usage,
    pub(crate) log: Vec<LogLine>,
    /// The name of the agent that does the work, if it was chosen from several; of the last, if several did.
    pub(crate) chosen: Option<String>,
}

impl Report {
    /// Worth knowing.
    pub(crate) fn info(&mut self, text: impl Into<String>) {
        self.log.push(LogLine { level: LogLevel::Info, text: text.into() });
    }

    /// Worth a look.
    pub(crate) fn warn(&mut self, text: impl Into<String>) {
        self.log.push(LogLine { level: LogLevel::Warn, text: text.into() });
    }
}
