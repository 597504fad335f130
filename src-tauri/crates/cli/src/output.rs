//! What the terminal is told. Results go to standard output, whose reader may leave early
//! (`heddle executions events ID | head`), everything else to standard error.
//!
//! Messages may quote what came from anywhere: a server's answer, a workflow somebody sent. Control characters in them
//! are shown instead of obeyed, in the notation of JSON.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _, Write as _};

/// Prints a line of the result; ends the function with an error when it cannot be written.
macro_rules! say {
    ($($part:tt)*) => {
        $crate::output::line(format_args!($($part)*))?
    };
}

/// Prints a line beside the result.
macro_rules! tell {
    ($($part:tt)*) => {
        $crate::output::aside(format_args!($($part)*))
    };
}

/// Writes a line of the result: to the letter, unless a person reads it. A reader that has seen enough is no error.
pub(crate) fn line(text: fmt::Arguments<'_>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let written = match out.is_terminal() {
        true => writeln!(out, "{}", plain(&fmt::format(text))),
        false => writeln!(out, "{text}"),
    };
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Writes a line beside the result. That nobody can read it is no reason to stop.
pub(crate) fn aside(text: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{}", plain(&fmt::format(text)));
}

/// Asks for something that is typed behind it.
pub(crate) fn prompt(text: fmt::Arguments<'_>) {
    let mut err = io::stderr().lock();
    let _ = write!(err, "{}", plain(&fmt::format(text))).and_then(|()| err.flush());
}

fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            // Every control character is below U+00A0. Writing to a string never fails.
            _ if c.is_control() => drop(write!(shown, "\\u{:04x}", u32::from(c))),
            _ => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn control_characters_are_shown_instead_of_obeyed() {
        let hostile = "a\x1b]0;pwn\x07b\x1b[2J\r\u{9b}31m\x7f";
        assert_eq!(plain(hostile), r"a\u001b]0;pwn\u0007b\u001b[2J\u000d\u009b31m\u007f");
        assert_eq!(plain("two\n\tlines, naïve 漢字"), "two\n\tlines, naïve 漢字");
    }
}
