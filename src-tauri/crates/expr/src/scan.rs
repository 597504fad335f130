//! Walking JSON text that is known to be well formed, without building anything.
//!
//! Every function takes the text of a [`heddle_model::Payload`], which has passed a syntax check, and returns slices of
//! it. Nesting is counted, not recursed into, so depth does not matter. Text that is not JSON gives nonsense or an early
//! end, never a panic.

use std::borrow::Cow;

/// What kind of value a JSON text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// The kind of the value whose text this is; no space in front.
    pub(crate) fn of(text: &str) -> Self {
        match text.as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::Array,
            Some(b'"') => Self::String,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }

    /// With an article, for messages.
    pub(crate) const fn described(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// The members of an object, in order: the key's text with its quotes, and the value's text. Nothing for other values.
pub(crate) fn members(text: &str) -> Members<'_> {
    Members(Cursor { text, at: usize::from(Kind::of(text) == Kind::Object), open: Kind::of(text) == Kind::Object })
}

/// The elements of an array, in order. Nothing for other values.
pub(crate) fn elements(text: &str) -> Elements<'_> {
    Elements(Cursor { text, at: usize::from(Kind::of(text) == Kind::Array), open: Kind::of(text) == Kind::Array })
}

pub(crate) struct Members<'a>(Cursor<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.separator(b'}')?;
        let key = self.0.value()?;
        self.0.space();
        self.0.at += 1; // the colon
        Some((key, self.0.value()?))
    }
}

pub(crate) struct Elements<'a>(Cursor<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.separator(b']')?;
        self.0.value()
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
    open: bool,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Steps over a comma; None at the end of the container.
    fn separator(&mut self, end: u8) -> Option<()> {
        if !self.open {
            return None;
        }
        self.space();
        if self.peek() == Some(b',') {
            self.at += 1;
        }
        self.space();
        if self.peek() == Some(end) || self.peek().is_none() {
            self.open = false;
            return None;
        }
        Some(())
    }

    /// The text of the value that comes next.
    fn value(&mut self) -> Option<&'a str> {
        self.space();
        let start = self.at;
        let bytes = self.text.as_bytes();
        match self.peek()? {
            b'"' => self.at = string_end(bytes, start),
            b'{' | b'[' => self.at = container_end(bytes, start),
            _ => {
                while self.peek().is_some_and(|byte| !matches!(byte, b',' | b'}' | b']') && !byte.is_ascii_whitespace())
                {
                    self.at += 1;
                }
            }
        }
        self.text.get(start..self.at).filter(|value| !value.is_empty())
    }
}

/// The index after the closing quote of the string that starts at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// The index after the bracket that closes the container at `start`.
fn container_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    let mut depth = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// What a string's text (with its quotes) says. None when it cannot be said in Unicode (a lone surrogate escape).
pub(crate) fn unescape(quoted: &str) -> Option<Cow<'_, str>> {
    let inner = quoted.get(1..quoted.len().checked_sub(1)?)?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str(quoted).ok().map(Cow::Owned)
}

/// The value of a field; of several with the same name the last, as everywhere in Heddle.
pub(crate) fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    members(text).filter(|(key, _)| unescape(key).is_some_and(|key| key == name)).map(|(_, value)| value).last()
}

/// The element at an index.
pub(crate) fn element(text: &str, index: u64) -> Option<&str> {
    elements(text).nth(usize::try_from(index).ok()?)
}
