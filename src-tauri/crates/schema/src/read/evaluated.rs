//! What the keywords of a schema evaluate, and under which condition: for `unevaluatedProperties`, `unevaluatedItems` and
//! the declared mode.
//!
//! `unevaluatedProperties: U` beside branches that declare names is the conjunction, over regions of names, of "every
//! property of the region satisfies U, or a branch that evaluates the region holds". That is exact and needs no
//! enumeration of the sets of branches that may hold together.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::{Keywords, Read, Reader, object, text};
use crate::{
    draft::Draft,
    ir::{Lit, Types},
};

/// Properties that a keyword evaluates when `when` holds.
struct Source {
    names: Vec<Rc<str>>,
    patterns: Vec<Lit>,
    all: bool,
    when: Lit,
}

/// Items that a keyword evaluates when `when` holds: those below `prefix`, those that satisfy `contains`, or all.
pub(super) struct ItemSource {
    pub(super) prefix: Option<u64>,
    pub(super) contains: Option<Lit>,
    pub(super) when: Lit,
}

/// A subschema applied in place, and the condition under which what it evaluates counts.
struct Branch<'a> {
    schema: &'a Value,
    when: Lit,
    option: bool,
}

impl<'a> Reader<'a, '_> {
    pub(super) fn unevaluated_properties(&mut self, map: &'a Map<String, Value>, rest: &'a Value) -> Read {
        let rest = self.below(rest)?;
        let mut sources = Vec::new();
        self.property_sources(map, Lit::TRUE, false, false, &mut sources)?;
        self.every_other(&sources, rest)
    }

    /// The declared mode: no property that is not declared, unless the schema says that there may be others.
    pub(super) fn closed(&mut self, schema: &'a Value) -> Read {
        let Value::Object(map) = schema else { return Ok(Lit::TRUE) };
        let mut sources = Vec::new();
        self.property_sources(map, Lit::TRUE, true, true, &mut sources)?;
        if sources.iter().all(|source| source.names.is_empty()) {
            return Ok(Lit::TRUE);
        }
        self.every_other(&sources, Lit::FALSE)
    }

    /// Every property that no source evaluates satisfies `rest`.
    fn every_other(&mut self, sources: &[Source], rest: Lit) -> Read {
        if sources.iter().any(|s| s.all && s.when == Lit::TRUE) {
            return Ok(Lit::TRUE);
        }
        let always: Vec<Rc<str>> =
            sources.iter().filter(|s| s.when == Lit::TRUE).flat_map(|s| s.names.clone()).collect();
        let always_patterns: Vec<Lit> =
            sources.iter().filter(|s| s.when == Lit::TRUE).flat_map(|s| s.patterns.clone()).collect();
        let conditional: Vec<&Source> = sources.iter().filter(|s| s.when != Lit::TRUE).collect();
        let mut patterns: Vec<Lit> = conditional.iter().flat_map(|s| s.patterns.clone()).collect();
        patterns.sort_unstable();
        patterns.dedup();
        if patterns.len() > 3 {
            return Ok(self.arena.opaque("unevaluatedProperties beside many conditional patternProperties"));
        }
        let mut named: Vec<Rc<str>> = conditional.iter().flat_map(|s| s.names.clone()).collect();
        named.sort_unstable();
        named.dedup();
        named.retain(|name| !always.contains(name));
        let mut parts = Vec::new();
        for name in &named {
            let mut options = Vec::new();
            let mut sometimes = Vec::new();
            for pattern in always_patterns.iter().chain(&patterns) {
                match self.name_matches(*pattern, name) {
                    Some(true) => sometimes.push(*pattern),
                    Some(false) => {}
                    None => {
                        return Ok(self.arena.opaque("unevaluatedProperties beside a pattern that is not understood"));
                    }
                }
            }
            if sometimes.iter().any(|p| always_patterns.contains(p)) {
                continue;
            }
            for source in &conditional {
                if source.all || source.names.contains(name) || source.patterns.iter().any(|p| sometimes.contains(p)) {
                    options.push(source.when);
                }
            }
            options.push(self.arena.property(name.clone(), rest));
            parts.push(self.arena.or(options));
        }
        let explicit: Vec<Rc<str>> = always.iter().chain(&named).cloned().collect();
        let mut outside: Vec<Lit> = always_patterns.iter().map(|p| !*p).collect();
        if !explicit.is_empty() {
            outside.push(!self.arena.one_of_names(explicit));
        }
        for region in 0..1usize << patterns.len() {
            let mut names = outside.clone();
            let inside = |i: usize| region >> i & 1 == 1;
            names.extend(patterns.iter().enumerate().map(|(i, p)| if inside(i) { *p } else { !*p }));
            let mut options = Vec::new();
            for source in &conditional {
                let covers = patterns.iter().enumerate().any(|(i, p)| inside(i) && source.patterns.contains(p));
                if source.all || covers {
                    options.push(source.when);
                }
            }
            let names = self.arena.and(names);
            options.push(self.arena.properties(names, rest));
            parts.push(self.arena.or(options));
        }
        let fine = self.arena.and(parts);
        Ok(self.arena.unless(Types::OBJECT, fine))
    }

    fn name_matches(&mut self, pattern: Lit, name: &str) -> Option<bool> {
        let crate::ir::Node::Pattern(source) = self.arena.node(pattern).clone() else { return None };
        self.arena.pattern(&source).as_ref().as_ref().ok().map(|p| p.matches(name))
    }

    fn property_sources(
        &mut self,
        map: &'a Map<String, Value>,
        when: Lit,
        with_unevaluated: bool,
        declared: bool,
        sources: &mut Vec<Source>,
    ) -> Result<(), String> {
        if sources.len() > 200 {
            return Err("too many branches beside unevaluatedProperties".into());
        }
        let keywords = Keywords::read(map);
        let plain = self.how.draft > Draft::Draft7 || keywords.reference.is_none();
        let mut own = Source { names: Vec::new(), patterns: Vec::new(), all: false, when };
        if plain {
            if let Some(properties) = keywords.properties {
                own.names.extend(object("properties", properties)?.keys().map(|name| Rc::from(name.as_str())));
            }
            if let Some(patterns) = keywords.pattern_properties {
                own.patterns.extend(
                    object("patternProperties", patterns)?.keys().map(|source| self.arena.pattern_atom(source)),
                );
            }
            own.all = keywords.additional_properties.is_some()
                || (with_unevaluated
                    && self.how.draft >= Draft::Draft201909
                    && keywords.unevaluated_properties.is_some());
        }
        let declares = !own.names.is_empty();
        if declares || !own.patterns.is_empty() || own.all {
            sources.push(own);
        }
        for branch in self.branches(&keywords, when)? {
            let Value::Object(inner) = branch.schema else { continue };
            let before = sources.len();
            let saved = self.enter(branch.schema);
            self.deeper()?;
            self.property_sources(inner, branch.when, true, declared, sources)?;
            self.depth -= 1;
            if let Some(base) = saved {
                self.base = base;
            }
            // An option that declares nothing at all leaves its objects open.
            if declared && branch.option && !declares && sources[before..].iter().all(|s| s.names.is_empty()) {
                sources.push(Source { names: Vec::new(), patterns: Vec::new(), all: true, when: branch.when });
            }
        }
        Ok(())
    }

    pub(super) fn item_sources(
        &mut self,
        map: &'a Map<String, Value>,
        when: Lit,
        outermost: bool,
        sources: &mut Vec<ItemSource>,
    ) -> Result<(), String> {
        if sources.len() > 200 {
            return Err("too many branches beside unevaluatedItems".into());
        }
        let keywords = Keywords::read(map);
        let (prefix, rest) = self.item_schemas(&keywords)?;
        let all = rest.is_some() || (!outermost && keywords.unevaluated_items.is_some());
        if all {
            sources.push(ItemSource { prefix: None, contains: None, when });
        } else if !prefix.is_empty() {
            sources.push(ItemSource { prefix: Some(prefix.len() as u64), contains: None, when });
        }
        if let Some(schema) = keywords.contains.filter(|_| self.how.draft == Draft::Draft202012) {
            let lit = self.below(schema)?;
            sources.push(ItemSource { prefix: None, contains: Some(lit), when });
        }
        if let Some(schema) = keywords.contains.filter(|_| self.how.draft == Draft::Draft201909) {
            // The draft says no, validators say yes.
            let why = format!("whether contains evaluates items in 2019-09: {schema}");
            let when = self.arena.opaque(&why);
            sources.push(ItemSource { prefix: None, contains: None, when });
        }
        for branch in self.branches(&keywords, when)? {
            let Value::Object(inner) = branch.schema else { continue };
            let saved = self.enter(branch.schema);
            self.deeper()?;
            self.item_sources(inner, branch.when, false, sources)?;
            self.depth -= 1;
            if let Some(base) = saved {
                self.base = base;
            }
        }
        Ok(())
    }

    /// The subschemas applied in place; what a failed one evaluates does not count.
    fn branches(&mut self, keywords: &Keywords<'a>, when: Lit) -> Result<Vec<Branch<'a>>, String> {
        let mut found = Vec::new();
        let plain = self.how.draft > Draft::Draft7 || keywords.reference.is_none();
        for (keyword, reference) in [
            ("$ref", keywords.reference),
            ("$dynamicRef", keywords.dynamic_ref),
            ("$recursiveRef", keywords.recursive_ref),
        ] {
            let Some(reference) = reference else { continue };
            if keyword != "$ref" && self.is_ambiguous(keyword, reference.as_str().unwrap_or_default()) {
                return Err(format!("unevaluated parts beside a {keyword} that several schemas could answer"));
            }
            let reference = if keyword == "$recursiveRef" { "#" } else { text(keyword, reference)? };
            if let Some((schema, _)) = self.target(reference)? {
                found.push(Branch { schema, when, option: false });
            }
        }
        if !plain {
            return Ok(found);
        }
        for schema in keywords.all_of.and_then(Value::as_array).into_iter().flatten() {
            found.push(Branch { schema, when, option: false });
        }
        for list in [keywords.any_of, keywords.one_of].into_iter().flatten() {
            for schema in list.as_array().into_iter().flatten() {
                let holds = self.in_place(schema)?;
                found.push(Branch { schema, when: self.arena.and([when, holds]), option: true });
            }
        }
        if let Some(condition) = keywords.condition.filter(|_| self.how.draft >= Draft::Draft7) {
            let holds = self.condition(condition)?;
            let both = self.arena.and([when, holds]);
            found.push(Branch { schema: condition, when: both, option: false });
            if let Some(schema) = keywords.then {
                found.push(Branch { schema, when: both, option: false });
            }
            if let Some(schema) = keywords.otherwise {
                found.push(Branch { schema, when: self.arena.and([when, !holds]), option: false });
            }
        }
        for all in [keywords.dependent_schemas, keywords.dependencies.filter(|_| self.how.draft <= Draft::Draft7)] {
            for (name, schema) in all.and_then(Value::as_object).into_iter().flatten() {
                let present = !self.arena.property(Rc::from(name.as_str()), Lit::FALSE);
                found.push(Branch { schema, when: self.arena.and([when, present]), option: false });
            }
        }
        Ok(found)
    }
}
