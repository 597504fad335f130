//! Whether a value satisfies a literal: the canonical form read as a validator.

use crate::{
    ir::{Arena, Lit, Names, Node, Types},
    judge,
    value::Val,
};

/// How deep a value and its schema are followed.
const DEEPEST: usize = 160;

/// `None` if the literal depends on something that is not understood.
pub(crate) fn evaluate(arena: &mut Arena, lit: Lit, value: &Val) -> Option<bool> {
    holds(arena, lit, value, 0)
}

fn holds(arena: &mut Arena, lit: Lit, value: &Val, depth: usize) -> Option<bool> {
    if depth > DEEPEST {
        return None;
    }
    let lit = arena.follow(lit);
    let own = Types::of(value);
    if !arena.types(lit).meets(own) {
        return Some(false);
    }
    if !arena.types(!lit).meets(own) {
        return Some(true);
    }
    let node = arena.node(lit).clone();
    let result = match (&node, value) {
        (Node::True, _) => Some(true),
        (Node::And(parts), _) => all(parts.iter().map(|part| holds(arena, *part, value, depth + 1))),
        (Node::Ref(_) | Node::Opaque(_), _) => None,
        (Node::Types(types), _) => Some(types.contains(own)),
        (Node::Enum(values), _) => Some(values.binary_search(value).is_ok()),
        (Node::AtLeast(bound), Val::Num(n)) => Some(n >= bound),
        (Node::MoreThan(bound), Val::Num(n)) => Some(n > bound),
        (Node::MultipleOf(unit), Val::Num(n)) => Some(n.is_multiple_of(unit)),
        (Node::MinLength(least), Val::Str(s)) => Some(s.chars().count() as u64 >= *least),
        (Node::Pattern(source), Val::Str(s)) => arena.pattern(source).as_ref().as_ref().ok().map(|p| p.matches(s)),
        (Node::Format(name), Val::Str(s)) => judge::has_format(name, s),
        (Node::MinProperties(least), Val::Obj(members)) => Some(members.len() as u64 >= *least),
        (Node::Properties(Names::One(name), inner), Val::Obj(members)) => match members.get(name) {
            Some(member) => holds(arena, *inner, member, depth + 1),
            None => Some(true),
        },
        (Node::Properties(Names::Set(names), inner), Val::Obj(members)) => {
            all(members.iter().map(|(name, member)| match holds(arena, *names, &Val::Str(name.clone()), depth + 1) {
                Some(false) => Some(true),
                Some(true) => holds(arena, *inner, member, depth + 1),
                None => holds(arena, *inner, member, depth + 1).filter(|fine| *fine),
            }))
        }
        (Node::Item(index, inner), Val::Arr(items)) => match usize::try_from(*index).ok().and_then(|i| items.get(i)) {
            Some(item) => holds(arena, *inner, item, depth + 1),
            None => Some(true),
        },
        (Node::Items { from, count, lit: inner }, Val::Arr(items)) => {
            let (mut sure, mut open) = (0u64, 0u64);
            for item in items.iter().skip(usize::try_from(*from).unwrap_or(usize::MAX)) {
                match holds(arena, *inner, item, depth + 1) {
                    Some(true) => sure += 1,
                    Some(false) => {}
                    None => open += 1,
                }
                if sure >= *count {
                    break;
                }
            }
            match (sure >= *count, sure + open >= *count) {
                (true, _) => Some(true),
                (_, false) => Some(false),
                _ => None,
            }
        }
        (Node::Unique, Val::Arr(items)) => {
            let mut sorted: Vec<&Val> = items.iter().collect();
            sorted.sort_unstable();
            Some(sorted.windows(2).all(|pair| pair[0] != pair[1]))
        }
        // An atom about another type says nothing.
        _ => Some(true),
    };
    result.map(|fine| fine != lit.is_negated())
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}
