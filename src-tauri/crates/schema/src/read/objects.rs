//! The keywords about objects.

use std::rc::Rc;

use serde_json::Value;

use super::{Keywords, Read, Reader, array, natural, object, text};
use crate::{
    draft::Draft,
    ir::{Lit, Types},
};

impl<'a> Reader<'a, '_> {
    pub(super) fn objects(&mut self, keywords: &Keywords<'a>, parts: &mut Vec<Lit>) -> Result<(), String> {
        self.property_schemas(keywords, parts)?;
        if let Some(names) = keywords.required {
            for name in array("required", names)? {
                parts.push(self.arena.required(Rc::from(text("required", name)?)));
            }
        }
        if let Some(schema) = keywords.property_names.filter(|_| self.how.draft >= Draft::Draft6) {
            let names = self.below(schema)?;
            parts.push(self.arena.properties(!names, Lit::FALSE));
        }
        if let Some(count) = keywords.min_properties {
            parts.push(self.arena.min_properties(natural("minProperties", count)?));
        }
        if let Some(count) = keywords.max_properties {
            let more = self.arena.min_properties(natural("maxProperties", count)?.saturating_add(1));
            parts.push(self.arena.unless(Types::OBJECT, !more));
        }
        self.dependencies(keywords, parts)
    }

    fn property_schemas(&mut self, keywords: &Keywords<'a>, parts: &mut Vec<Lit>) -> Result<(), String> {
        let mut named: Vec<Rc<str>> = Vec::new();
        if let Some(properties) = keywords.properties {
            for (name, schema) in object("properties", properties)? {
                let name: Rc<str> = Rc::from(name.as_str());
                let lit = self.below(schema)?;
                parts.push(self.arena.property(name.clone(), lit));
                named.push(name);
            }
        }
        let mut others = Vec::new();
        if let Some(patterns) = keywords.pattern_properties {
            for (source, schema) in object("patternProperties", patterns)? {
                let names = self.arena.pattern_atom(source);
                let lit = self.below(schema)?;
                parts.push(self.arena.properties(names, lit));
                others.push(!names);
            }
        }
        if let Some(schema) = keywords.additional_properties {
            let lit = self.below(schema)?;
            if !named.is_empty() {
                others.push(!self.arena.one_of_names(named));
            }
            let names = self.arena.and(others);
            parts.push(self.arena.properties(names, lit));
        }
        Ok(())
    }

    fn dependencies(&mut self, keywords: &Keywords<'a>, parts: &mut Vec<Lit>) -> Result<(), String> {
        let old = self.how.draft <= Draft::Draft7;
        if let Some(all) = keywords.dependencies {
            if !old {
                // The drafts leave it open whether this keyword is still read.
                parts.push(
                    self.arena.opaque(&format!("the keyword dependencies, which this draft has given up: {all}")),
                );
            } else {
                for (name, wanted) in object("dependencies", all)? {
                    let consequence = self.dependency(wanted)?;
                    parts.push(self.if_present(name, consequence));
                }
            }
        }
        if let Some(all) = keywords.dependent_required.filter(|_| !old) {
            for (name, wanted) in object("dependentRequired", all)? {
                array("dependentRequired", wanted)?;
                let consequence = self.dependency(wanted)?;
                parts.push(self.if_present(name, consequence));
            }
        }
        if let Some(all) = keywords.dependent_schemas.filter(|_| !old) {
            for (name, schema) in object("dependentSchemas", all)? {
                let consequence = self.in_place(schema)?;
                parts.push(self.if_present(name, consequence));
            }
        }
        Ok(())
    }

    fn dependency(&mut self, wanted: &'a Value) -> Read {
        match wanted {
            Value::Array(names) => {
                let names = names.iter().map(|n| text("dependencies", n)).collect::<Result<Vec<_>, _>>()?;
                let lits: Vec<Lit> = names.into_iter().map(|n| self.arena.required(Rc::from(n))).collect();
                Ok(self.arena.and(lits))
            }
            schema => self.in_place(schema),
        }
    }

    fn if_present(&mut self, name: &str, consequence: Lit) -> Lit {
        let absent = self.arena.property(Rc::from(name), Lit::FALSE);
        self.arena.or([absent, consequence])
    }
}
