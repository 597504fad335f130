//! What a schema says about a part of its values, and what several say together.

use serde_json::{Value, json};

/// Whether a part may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) enum Absent {
    Never,
    Sometimes,
    Always,
}

/// What a schema says about a part being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::flow) enum Declared {
    /// Nothing at all: it speaks of other things.
    Silent,
    /// It declares others, and leaves room for more.
    Open,
    /// It declares it.
    Yes,
    /// It rules it out.
    Closed,
}

/// What a schema says about a part of its values.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::flow) struct Part {
    /// What it may be, as a schema of the same document.
    pub(in crate::flow) schema: Value,
    /// Whether it may be missing.
    pub(in crate::flow) absent: Absent,
    /// Whether it is declared.
    pub(in crate::flow) declared: Declared,
    /// Whether `schema` says everything that the whole says about it.
    pub(in crate::flow) exact: bool,
}

impl Part {
    pub(super) fn silent() -> Self {
        Self { schema: Value::Bool(true), absent: Absent::Sometimes, declared: Declared::Silent, exact: true }
    }

    pub(super) fn closed() -> Self {
        Self { schema: Value::Bool(false), absent: Absent::Always, declared: Declared::Closed, exact: true }
    }

    /// What both say.
    pub(super) fn and(self, other: Self) -> Self {
        let absent = match (self.absent, other.absent) {
            (Absent::Always, _) | (_, Absent::Always) => Absent::Always,
            (Absent::Never, _) | (_, Absent::Never) => Absent::Never,
            _ => Absent::Sometimes,
        };
        let schema = match (self.schema, other.schema) {
            (Value::Bool(true), one) | (one, Value::Bool(true)) => one,
            (one, two) if one == two => one,
            (one, two) => json!({ "allOf": [one, two] }),
        };
        let declared = self.declared.max(other.declared);
        // Required and ruled out: there are no such values at all, which is more than a part can say.
        let absents = [self.absent, other.absent];
        let contradiction = absents.contains(&Absent::Always) && absents.contains(&Absent::Never);
        Self { schema, absent, declared, exact: self.exact && other.exact && !contradiction }
    }
}

/// What one of several says.
pub(super) fn any(parts: Vec<Part>) -> Part {
    let possible: Vec<&Part> = parts.iter().filter(|part| part.absent != Absent::Always).collect();
    if possible.is_empty() {
        return Part::closed();
    }
    let absent = if parts.iter().all(|part| part.absent == Absent::Never) { Absent::Never } else { Absent::Sometimes };
    let declared = [Declared::Yes, Declared::Open, Declared::Silent]
        .into_iter()
        .find(|wanted| possible.iter().any(|part| part.declared == *wanted))
        .unwrap_or(Declared::Silent);
    // An option that says nothing of it may still have it, with any value; one that is open declares none.
    let mut options: Vec<Value> = Vec::new();
    for part in &possible {
        if part.declared != Declared::Open && !options.contains(&part.schema) {
            options.push(part.schema.clone());
        }
    }
    let schema = match options.len() {
        0 => Value::Bool(true),
        1 => options.remove(0),
        _ if options.contains(&Value::Bool(true)) => Value::Bool(true),
        _ => json!({ "anyOf": options }),
    };
    Part { schema, absent, declared, exact: possible.iter().all(|part| part.exact) }
}
