//! References: pointers, anchors and identifiers inside the document.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{Base, Read, Reader, uri};
use crate::draft::Draft;

/// The identified schemas of a document.
#[derive(Default)]
pub(super) struct Index<'a> {
    resources: FxHashMap<String, &'a Value>,
    anchors: FxHashMap<(String, String), (&'a Value, bool)>,
    dynamic_anchors: FxHashMap<String, usize>,
    recursive_anchors: usize,
}

impl<'a> Reader<'a, '_> {
    pub(super) fn reference(&mut self, reference: &str) -> Read {
        let Some((schema, base)) = self.target(reference)? else {
            let full = uri::resolve(&self.base.uri, reference);
            return Ok(self.arena.opaque(&format!("the reference '{full}', which is not in the document")));
        };
        let saved = std::mem::replace(&mut self.base, base);
        let lit = self.in_place(schema);
        self.base = saved;
        lit
    }

    /// `$dynamicRef`, which is a plain reference unless several resources could answer it.
    pub(super) fn dynamic_reference(&mut self, reference: &str) -> Read {
        if self.is_ambiguous("$dynamicRef", reference) {
            return Ok(self.arena.opaque("a $dynamicRef that several schemas could answer"));
        }
        self.reference(reference)
    }

    pub(super) fn recursive_reference(&mut self, reference: &str) -> Read {
        if self.is_ambiguous("$recursiveRef", reference) {
            return Ok(self.arena.opaque("a $recursiveRef that several schemas could answer"));
        }
        self.reference(reference)
    }

    /// Whether the way through which a schema is reached decides what the reference points to.
    pub(super) fn is_ambiguous(&mut self, keyword: &str, reference: &str) -> bool {
        let anchor = reference.rsplit_once('#').map_or("", |(_, fragment)| fragment).to_string();
        let index = self.index();
        match keyword {
            "$recursiveRef" => index.recursive_anchors > 1,
            _ => index.dynamic_anchors.get(&anchor).copied().unwrap_or(0) > 1,
        }
    }

    /// The schema a reference points to and the resource it belongs to; `None` if it is not in the document.
    pub(super) fn target(&mut self, reference: &str) -> Result<Option<(&'a Value, Base<'a>)>, String> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let base = if path.is_empty() {
            self.base.clone()
        } else {
            let uri = uri::resolve(&self.base.uri, path);
            match self.index().resources.get(&uri) {
                Some(root) => Base { root, uri },
                None => return Ok(None),
            }
        };
        let fragment = uri::decode(fragment).ok_or("a reference is not spelled well")?;
        if fragment.is_empty() {
            return Ok(Some((base.root, base)));
        }
        if !fragment.starts_with('/') {
            let key = (base.uri.clone(), fragment);
            return Ok(self.index().anchors.get(&key).map(|(schema, _)| (*schema, base)));
        }
        let saved = std::mem::replace(&mut self.base, base);
        let mut at = self.base.root;
        let mut found = true;
        for token in fragment[1..].split('/') {
            let token = token.replace("~1", "/").replace("~0", "~");
            let next = match at {
                Value::Object(map) => map.get(&token),
                Value::Array(list) => token.parse::<usize>().ok().and_then(|i| list.get(i)),
                _ => None,
            };
            let Some(next) = next else {
                found = false;
                break;
            };
            if !std::ptr::eq(at, self.base.root) {
                self.enter(at);
            }
            at = next;
        }
        let base = std::mem::replace(&mut self.base, saved);
        Ok(found.then_some((at, base)))
    }

    pub(super) fn index(&mut self) -> &Index<'a> {
        if self.index.is_none() {
            let mut index = Index::default();
            let uri = self.id_of(self.document).unwrap_or_default().trim_end_matches('#').to_string();
            index.resources.insert(uri.clone(), self.document);
            self.scan(self.document, &uri, &mut index, 0);
            self.index = Some(index);
        }
        self.index.get_or_insert_default()
    }

    fn scan(&self, value: &'a Value, base: &str, index: &mut Index<'a>, depth: usize) {
        if depth > 200 {
            return;
        }
        match value {
            Value::Array(list) => {
                for item in list {
                    self.scan(item, base, index, depth + 1);
                }
            }
            Value::Object(map) => {
                let mut base = base.to_string();
                if let Some(id) = self.id_of(value) {
                    match id.strip_prefix('#') {
                        Some(anchor) if self.how.draft <= Draft::Draft7 && !anchor.is_empty() => {
                            index.anchors.insert((base.clone(), anchor.to_string()), (value, false));
                        }
                        _ if depth > 0 => {
                            base = uri::resolve(&base, id.trim_end_matches('#'));
                            index.resources.insert(base.clone(), value);
                        }
                        _ => {}
                    }
                }
                if self.how.draft >= Draft::Draft201909 {
                    for (keyword, dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
                        if let Some(anchor) = map.get(keyword).and_then(Value::as_str) {
                            index.anchors.insert((base.clone(), anchor.to_string()), (value, dynamic));
                            if dynamic {
                                *index.dynamic_anchors.entry(anchor.to_string()).or_default() += 1;
                            }
                        }
                    }
                    if map.get("$recursiveAnchor") == Some(&Value::Bool(true)) {
                        index.recursive_anchors += 1;
                    }
                }
                // Identifiers count only where schemas stand.
                for (key, child) in map {
                    match key.as_str() {
                        "$defs" | "definitions" | "properties" | "patternProperties" | "dependentSchemas"
                        | "dependencies" => {
                            for schema in child.as_object().into_iter().flat_map(|map| map.values()) {
                                self.scan(schema, &base, index, depth + 1);
                            }
                        }
                        "allOf"
                        | "anyOf"
                        | "oneOf"
                        | "not"
                        | "if"
                        | "then"
                        | "else"
                        | "items"
                        | "prefixItems"
                        | "contains"
                        | "additionalItems"
                        | "unevaluatedItems"
                        | "additionalProperties"
                        | "unevaluatedProperties"
                        | "propertyNames"
                        | "contentSchema" => self.scan(child, &base, index, depth + 1),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}
