//! The keywords about arrays.

use serde_json::Value;

use super::{Keywords, Read, Reader, array, natural};
use crate::{
    draft::Draft,
    ir::{Lit, Types},
};

impl<'a> Reader<'a, '_> {
    pub(super) fn arrays(&mut self, keywords: &Keywords<'a>, parts: &mut Vec<Lit>) -> Result<(), String> {
        let (prefix, rest) = self.item_schemas(keywords)?;
        for (index, schema) in prefix.iter().enumerate() {
            let lit = self.below(schema)?;
            parts.push(self.arena.item(index as u64, lit));
        }
        if let Some(schema) = rest {
            let lit = self.below(schema)?;
            parts.push(self.arena.every_item(prefix.len() as u64, lit));
        }
        if let Some(schema) = keywords.contains.filter(|_| self.how.draft >= Draft::Draft6) {
            let limits = self.how.draft >= Draft::Draft201909;
            let least = keywords.min_contains.filter(|_| limits).map_or(Ok(1), |n| natural("minContains", n))?;
            let most = keywords.max_contains.filter(|_| limits).map(|n| natural("maxContains", n)).transpose()?;
            let lit = self.below(schema)?;
            parts.push(self.arena.items(0, least, lit));
            if let Some(most) = most {
                parts.push(self.arena.at_most_items(0, most, lit));
            }
        }
        if let Some(count) = keywords.min_items {
            parts.push(self.arena.items(0, natural("minItems", count)?, Lit::TRUE));
        }
        if let Some(count) = keywords.max_items {
            parts.push(self.arena.at_most_items(0, natural("maxItems", count)?, Lit::TRUE));
        }
        match keywords.unique_items {
            Some(Value::Bool(true)) => parts.push(self.arena.unique()),
            Some(Value::Bool(false)) | None => {}
            Some(_) => return Err("uniqueItems is not a boolean".into()),
        }
        Ok(())
    }

    /// The schemas of the first items and that of the rest, in the spelling of the draft.
    pub(super) fn item_schemas(&self, keywords: &Keywords<'a>) -> Result<(&'a [Value], Option<&'a Value>), String> {
        if self.how.draft == Draft::Draft202012 {
            if keywords.items.is_some_and(Value::is_array) {
                return Err("items is an array, which is draft 2019-09 and earlier; 2020-12 says prefixItems".into());
            }
            let prefix = keywords.prefix_items.map_or(Ok(&[][..]), |list| array("prefixItems", list))?;
            return Ok((prefix, keywords.items));
        }
        Ok(match keywords.items {
            Some(Value::Array(prefix)) => (prefix, keywords.additional_items),
            rest => (&[], rest),
        })
    }

    /// What every item that no keyword has evaluated must satisfy.
    pub(super) fn unevaluated_items(&mut self, map: &'a serde_json::Map<String, Value>, rest: &'a Value) -> Read {
        let rest = self.below(rest)?;
        let mut sources = Vec::new();
        self.item_sources(map, Lit::TRUE, true, &mut sources)?;
        let longest = sources.iter().filter_map(|s| s.prefix).max().unwrap_or(0);
        let contains: Vec<(Lit, Lit)> = sources.iter().filter_map(|s| Some((s.contains?, s.when))).collect();
        if contains.len() > 5 {
            return Ok(self.arena.opaque("unevaluatedItems beside very many contains"));
        }
        let mut parts = Vec::new();
        for index in 0..=longest {
            let covering =
                |s: &&super::evaluated::ItemSource| s.contains.is_none() && s.prefix.is_none_or(|n| index < n);
            let covered: Vec<Lit> = sources.iter().filter(covering).map(|s| s.when).collect();
            // For each set of `contains`: one outside of it holds here, or the item satisfies one of the set, or `rest`.
            for set in 0..1usize << contains.len() {
                let mut options = covered.clone();
                let mut item = vec![rest];
                for (i, (lit, when)) in contains.iter().enumerate() {
                    if set >> i & 1 == 1 {
                        item.push(*lit);
                    } else {
                        options.push(*when);
                    }
                }
                let item = self.arena.or(item);
                let item =
                    if index < longest { self.arena.item(index, item) } else { self.arena.every_item(longest, item) };
                options.push(item);
                parts.push(self.arena.or(options));
            }
        }
        let fine = self.arena.and(parts);
        Ok(self.arena.unless(Types::ARRAY, fine))
    }
}
