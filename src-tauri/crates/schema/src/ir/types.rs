//! Sets of JSON types, where whole numbers and other numbers are two types.

use crate::value::Val;

/// A set of types, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Types(pub(crate) u8);

impl Types {
    pub(crate) const NONE: Types = Types(0);
    pub(crate) const NULL: Types = Types(1);
    pub(crate) const BOOL: Types = Types(2);
    pub(crate) const INTEGER: Types = Types(4);
    /// Numbers that are not whole.
    pub(crate) const FRACTION: Types = Types(8);
    pub(crate) const NUMBER: Types = Types(12);
    pub(crate) const STRING: Types = Types(16);
    pub(crate) const ARRAY: Types = Types(32);
    pub(crate) const OBJECT: Types = Types(64);
    pub(crate) const ALL: Types = Types(127);

    /// The single types, in the order in which witnesses are looked for: what is easiest to read first.
    pub(crate) const EACH: [Types; 7] =
        [Types::STRING, Types::INTEGER, Types::FRACTION, Types::BOOL, Types::OBJECT, Types::ARRAY, Types::NULL];

    pub(crate) fn named(name: &str) -> Option<Types> {
        Some(match name {
            "null" => Types::NULL,
            "boolean" => Types::BOOL,
            "integer" => Types::INTEGER,
            "number" => Types::NUMBER,
            "string" => Types::STRING,
            "array" => Types::ARRAY,
            "object" => Types::OBJECT,
            _ => return None,
        })
    }

    pub(crate) fn of(value: &Val) -> Types {
        match value {
            Val::Null => Types::NULL,
            Val::Bool(_) => Types::BOOL,
            Val::Num(n) if n.is_integer() => Types::INTEGER,
            Val::Num(_) => Types::FRACTION,
            Val::Str(_) => Types::STRING,
            Val::Arr(_) => Types::ARRAY,
            Val::Obj(_) => Types::OBJECT,
        }
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn meets(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn contains(self, other: Types) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names JSON Schema has for the types in the set.
    pub(crate) fn names(self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for (types, name) in [
            (Types::STRING, "string"),
            (Types::NUMBER, "number"),
            (Types::INTEGER, "integer"),
            (Types::BOOL, "boolean"),
            (Types::OBJECT, "object"),
            (Types::ARRAY, "array"),
            (Types::NULL, "null"),
        ] {
            if self.contains(types) && !(name == "integer" && self.contains(Types::NUMBER)) {
                names.push(name);
            }
        }
        if self.contains(Types::FRACTION) && !self.contains(Types::INTEGER) {
            names.push("number that is not whole");
        }
        names
    }
}

impl std::ops::BitAnd for Types {
    type Output = Types;

    fn bitand(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }
}

impl std::ops::BitOr for Types {
    type Output = Types;

    fn bitor(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }
}

impl std::ops::Not for Types {
    type Output = Types;

    fn not(self) -> Types {
        Types(!self.0 & Types::ALL.0)
    }
}
