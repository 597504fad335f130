//! Whether an expression may have no value.

/// Whether an expression may have no value.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::flow) enum Fails {
    Never,
    Maybe(String),
    Always(String),
}

impl Fails {
    /// Both are worked out.
    pub(super) fn then(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always(why), _) | (_, Self::Always(why)) => Self::Always(why),
            (Self::Maybe(why), _) | (_, Self::Maybe(why)) => Self::Maybe(why),
            _ => Self::Never,
        }
    }

    /// One of them is worked out.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, Self::Never) => Self::Never,
            (Self::Always(why), Self::Always(_)) => Self::Always(why),
            (Self::Always(why) | Self::Maybe(why), _) | (_, Self::Always(why) | Self::Maybe(why)) => Self::Maybe(why),
        }
    }

    pub(super) fn at_most_maybe(self) -> Self {
        match self {
            Self::Always(why) => Self::Maybe(why),
            other => other,
        }
    }
}
