//! The keywords of one schema object, found in one pass.

use serde_json::{Map, Value};

macro_rules! keywords {
    ($($field:ident = $name:literal),+ $(,)?) => {
        /// The values of the keywords that are present.
        #[derive(Default)]
        pub(super) struct Keywords<'a> {
            $(pub(super) $field: Option<&'a Value>,)+
        }

        impl<'a> Keywords<'a> {
            pub(super) fn read(map: &'a Map<String, Value>) -> Self {
                let mut keywords = Keywords::default();
                for (name, value) in map {
                    match name.as_str() {
                        $($name => keywords.$field = Some(value),)+
                        _ => {}
                    }
                }
                keywords
            }
        }
    };
}

keywords! {
    reference = "$ref",
    dynamic_ref = "$dynamicRef",
    recursive_ref = "$recursiveRef",
    types = "type",
    enumeration = "enum",
    constant = "const",
    minimum = "minimum",
    maximum = "maximum",
    exclusive_minimum = "exclusiveMinimum",
    exclusive_maximum = "exclusiveMaximum",
    multiple_of = "multipleOf",
    min_length = "minLength",
    max_length = "maxLength",
    pattern = "pattern",
    format = "format",
    prefix_items = "prefixItems",
    items = "items",
    additional_items = "additionalItems",
    contains = "contains",
    min_contains = "minContains",
    max_contains = "maxContains",
    min_items = "minItems",
    max_items = "maxItems",
    unique_items = "uniqueItems",
    unevaluated_items = "unevaluatedItems",
    properties = "properties",
    pattern_properties = "patternProperties",
    additional_properties = "additionalProperties",
    required = "required",
    property_names = "propertyNames",
    dependencies = "dependencies",
    dependent_required = "dependentRequired",
    dependent_schemas = "dependentSchemas",
    min_properties = "minProperties",
    max_properties = "maxProperties",
    unevaluated_properties = "unevaluatedProperties",
    all_of = "allOf",
    any_of = "anyOf",
    one_of = "oneOf",
    not = "not",
    condition = "if",
    then = "then",
    otherwise = "else",
}
