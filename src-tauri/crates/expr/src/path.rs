//! What an expression looks at: a root and a path below it.

use std::fmt;

use heddle_model::StepId;

/// One step of a path into a JSON value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A field of an object.
    Key(String),
    /// An element of an array, from 0.
    Index(u64),
}

/// Where a path starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Root {
    /// `input`: the execution's input.
    Input,
    /// `vars`: the workflow's variables.
    Vars,
    /// `steps.<id>.output`: what a step answered.
    Step(StepId),
    /// `context`: the merged context.
    Context,
    /// `item`: the element a loop is at.
    Item,
    /// `index`: the number of that element, from 0.
    Index,
    /// A name that nothing stands behind.
    Unknown(String),
}

/// What an expression looks at, as far as it can be told without running it.
///
/// `steps.a.output.list.map(x, x.price)` refers to `steps.a.output.list`; `input[vars.name].b` refers to `input` and
/// `vars.name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Where it starts.
    pub root: Root,
    /// What is selected from there.
    pub path: Vec<Segment>,
}

/// An expression that is nothing but a path: `input.a.b[0]["k"]`, `steps.analyze.output.customer_id`.
///
/// It is evaluated on the JSON text and copies what it selects to the letter.
pub type Selection = Reference;

impl Reference {
    /// The step it looks at, if it looks at one.
    pub fn step(&self) -> Option<&StepId> {
        match &self.root {
            Root::Step(step) => Some(step),
            _ => None,
        }
    }

    /// The same root with only the first `length` segments.
    pub fn prefix(&self, length: usize) -> Self {
        Self { root: self.root.clone(), path: self.path.iter().take(length).cloned().collect() }
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input => f.write_str("input"),
            Self::Vars => f.write_str("vars"),
            Self::Step(step) if is_identifier(step.as_str()) => write!(f, "steps.{step}.output"),
            Self::Step(step) => write!(f, "steps[{:?}].output", step.as_str()),
            Self::Context => f.write_str("context"),
            Self::Item => f.write_str("item"),
            Self::Index => f.write_str("index"),
            Self::Unknown(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) if is_identifier(key) => write!(f, ".{key}"),
            Self::Key(key) => write!(f, "[{}]", serde_json::Value::from(key.as_str())),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// Written as it would be in an expression.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)?;
        self.path.iter().try_for_each(|segment| segment.fmt(f))
    }
}

/// Words CEL keeps for itself (language definition, "Syntax"); none of them can stand alone as a name.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Whether a text can stand in an expression as a name: letters, digits and `_`, not starting with a digit, and not one
/// of CEL's reserved words.
pub fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !RESERVED.contains(&text)
}
