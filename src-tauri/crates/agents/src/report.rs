//! What an attempt used and said, collected while it works and kept whether it succeeds or not.

use heddle_model::{LogLevel, LogLine, Usage};

/// Usage and log lines of one attempt.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) usage: Usage,
    pub(crate) log: Vec<LogLine>,
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
