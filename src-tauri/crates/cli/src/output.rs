//! Standard output, whose reader may leave early (`heddle executions events ID | head`).

use std::fmt;
use std::io::{self, Write as _};

/// Prints a line of the result; ends the function with an error when it cannot be written.
macro_rules! say {
    ($($part:tt)*) => {
        $crate::output::line(format_args!($($part)*))?
    };
}

/// Writes a line. A reader that has seen enough is no error.
pub(crate) fn line(text: fmt::Arguments<'_>) -> io::Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}
