//! JSON values that CEL can pass on but not look into.

/// A number no CEL type holds exactly, or a string that cannot be said in Unicode. It goes through an expression
/// unchanged; every operator refuses it, and the refusal names its type, from which [`inexact_number`] reads the number.
#[derive(Debug)]
pub(crate) struct Opaque {
    /// The exact JSON text.
    pub(crate) text: String,
    type_name: String,
}

const NUMBER: &str = "exact number ";

impl Opaque {
    /// `name` is the same for texts that mean the same number.
    pub(crate) fn number(text: &str, name: String) -> Self {
        Self { text: text.to_owned(), type_name: format!("{NUMBER}{name}") }
    }

    pub(crate) fn unsayable(text: &str) -> Self {
        Self { text: text.to_owned(), type_name: "string with half a surrogate pair".to_owned() }
    }
}

/// The number a type name speaks of, if it is that of such a number.
pub(crate) fn inexact_number(type_name: &str) -> Option<&str> {
    type_name.strip_prefix(NUMBER)
}

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        // Numbers with the same name are the same number; of the other kind only the text tells.
        self.type_name == other.type_name && (self.type_name.starts_with(NUMBER) || self.text == other.text)
    }
}

impl Eq for Opaque {}

impl cel::objects::Opaque for Opaque {
    fn runtime_type_name(&self) -> &str {
        &self.type_name
    }
}
