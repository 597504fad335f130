//! Where an expression stands, and what it sees there.

use std::borrow::Cow;

use heddle_model::{EdgeId, StepId};

use crate::diagnostic::{Code, Diagnostic};

/// Where an expression stands.
#[derive(Clone)]
pub(super) struct Place<'a> {
    pub(super) step: Option<(usize, &'a StepId)>,
    pub(super) edge: Option<&'a EdgeId>,
    pub(super) path: Vec<Cow<'a, str>>,
}

impl<'a> Place<'a> {
    pub(super) fn document(path: &[&'a str]) -> Self {
        Self { step: None, edge: None, path: path.iter().copied().map(Cow::Borrowed).collect() }
    }

    pub(super) fn below(&self, segments: impl IntoIterator<Item = &'a str>) -> Self {
        let mut path = Vec::with_capacity(self.path.len() + 2);
        path.extend(self.path.iter().cloned());
        path.extend(segments.into_iter().map(Cow::Borrowed));
        Self { step: self.step, edge: self.edge, path }
    }

    pub(super) fn further(&self, segments: Vec<Cow<'a, str>>) -> Self {
        let mut place = self.clone();
        place.path.extend(segments);
        place
    }

    pub(super) fn nth(mut self, index: usize) -> Self {
        self.path.push(Cow::Owned(index.to_string()));
        self
    }

    pub(super) fn finding(&self, code: Code, message: String) -> Diagnostic {
        let path: Vec<&str> = self.path.iter().map(AsRef::as_ref).collect();
        let finding = Diagnostic::new(code, message).at(&path);
        let finding = match self.edge {
            Some(edge) => finding.edge(edge),
            None => finding,
        };
        match self.step {
            Some((_, step)) => finding.step(step),
            None => finding,
        }
    }
}

/// What an expression can see where it stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sees<'a> {
    /// Input, variables, context, and the outputs of the step's ancestors.
    Ancestors(At<'a>),
    /// Likewise, and the outputs of every step.
    Everything,
    /// An agent's settings: the step's input and the variables.
    OwnInput,
}

/// Where in a step or an edge an expression stands that sees the step's ancestors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At<'a> {
    /// A field of the mapping; `item` and `index` are there if the step is a loop.
    Field(&'a str, bool),
    /// The condition.
    When,
    /// The array of a for-each loop.
    Items,
    /// The end of a repeating step.
    Until,
    /// The condition of the breakpoint.
    Breakpoint,
    /// The condition of an edge from the step, which sees the step's own output as well.
    Edge(&'a EdgeId),
}

impl<'a> At<'a> {
    pub(super) fn path(self) -> Vec<&'a str> {
        match self {
            Self::Field(field, _) => vec!["mapping", field],
            Self::When | Self::Edge(_) => vec!["when"],
            Self::Items => vec!["loop", "for_each", "items"],
            Self::Until => vec!["loop", "repeat", "until"],
            Self::Breakpoint => vec!["breakpoint", "when"],
        }
    }

    /// Whether there is an `item`.
    pub(super) const fn has_item(self) -> bool {
        matches!(self, Self::Field(_, true) | Self::Until | Self::Breakpoint | Self::Edge(_))
    }

    /// Whether there is an `index`.
    pub(super) const fn has_index(self) -> bool {
        matches!(self, Self::Field(_, true) | Self::Breakpoint)
    }
}
