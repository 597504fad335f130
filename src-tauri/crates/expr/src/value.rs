//! JSON text as CEL sees it: opened level by level, only where an expression looks.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use cel::common::traits::{Adder, Container, Indexer, Iterable, Iterator as CelIterator, Sizer, Zeroer};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt, LIST_TYPE, MAP_TYPE, Type,
};
use cel::common::value::{Builtin, BuiltinRef, CowVal, StaticVal, Val};
use cel::{ExecutionError, Value};
use heddle_model::Payload;

use crate::number::{Number, number};
use crate::opaque::Opaque;
use crate::scan::{Kind, elements, members, unescape};

/// Deepest nesting that two values are compared through; deeper ones are equal when their texts are.
const MAX_COMPARED_DEPTH: usize = 128;

/// A JSON text as a CEL value. Arrays and objects are opened when first looked into, everything else at once.
pub(crate) fn value(payload: &Payload) -> Box<dyn Val> {
    part(payload, payload.text())
}

/// The same for a part of a payload's text.
fn part(payload: &Payload, text: &str) -> Box<dyn Val> {
    match Kind::of(text) {
        Kind::Null => Box::new(CelNull),
        Kind::Boolean => Box::new(CelBool::from(text == "true")),
        Kind::String => match unescape(text) {
            Some(said) => Box::new(CelString::from(said.into_owned())),
            None => opaque(Opaque::unsayable(text)),
        },
        Kind::Number => match number(text) {
            Number::Int(int) => Box::new(CelInt::from(int)),
            Number::UInt(uint) => Box::new(CelUInt::from(uint)),
            Number::Double(double) => Box::new(CelDouble::from(double)),
            Number::Beyond(name) => opaque(Opaque::number(text, name)),
        },
        Kind::Array | Kind::Object => {
            let start = text.as_ptr().addr() - payload.text().as_ptr().addr();
            Box::new(Json(Arc::new(Inner {
                payload: payload.clone(),
                range: start..start + text.len(),
                opened: OnceLock::new(),
            })))
        }
    }
}

fn opaque(opaque: Opaque) -> Box<dyn Val> {
    Box::<dyn Val>::try_from(Value::Opaque(Arc::new(opaque))).unwrap_or_else(|_| Box::new(CelNull))
}

/// An array or object. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Json(Arc<Inner>);

struct Inner {
    payload: Payload,
    range: Range<usize>,
    opened: OnceLock<Opened>,
}

enum Opened {
    List(CelList<'static>),
    Map { keys: CelList<'static>, map: CelMap<'static> },
}

impl Json {
    /// Its exact text.
    pub(crate) fn text(&self) -> &str {
        &self.0.payload.text()[self.0.range.clone()]
    }

    fn opened(&self) -> &Opened {
        self.0.opened.get_or_init(|| {
            let text = self.text();
            if Kind::of(text) == Kind::Array {
                let list: Vec<_> = elements(text).map(|element| part(&self.0.payload, element)).collect();
                return Opened::List(list.into());
            }
            let mut keys: Vec<Box<dyn Val>> = Vec::new();
            let mut map: HashMap<CelMapKey<'static>, Box<dyn Val>> = HashMap::new();
            for (key, member) in members(text) {
                let name = unescape(key).map_or_else(|| key.to_owned(), std::borrow::Cow::into_owned);
                let value = part(&self.0.payload, member);
                if map.insert(CelMapKey::String(CelString::from(name.clone())), value).is_none() {
                    keys.push(Box::new(CelString::from(name)));
                }
            }
            Opened::Map { keys: keys.into(), map: map.into() }
        })
    }

    fn indexer(&self) -> &(dyn Indexer + 'static) {
        match self.opened() {
            Opened::List(list) => list,
            Opened::Map { map, .. } => map,
        }
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Kind::of(self.text()).described())
    }
}

impl Val for Json {
    fn get_type(&self) -> &Type {
        static LIST: Type = LIST_TYPE;
        static MAP: Type = MAP_TYPE;
        if Kind::of(self.text()) == Kind::Array { &LIST } else { &MAP }
    }

    fn cel_type() -> &'static Type {
        static MAP: Type = MAP_TYPE;
        &MAP
    }

    fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
    where
        Self: 'v,
    {
        match self.opened() {
            Opened::List(list) => Some(list),
            Opened::Map { .. } => None,
        }
    }

    fn as_container(&self) -> Option<&dyn Container> {
        match self.opened() {
            Opened::List(list) => Some(list),
            Opened::Map { map, .. } => Some(map),
        }
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self.indexer())
    }

    fn into_indexer<'v>(self: Box<Self>) -> Option<Box<dyn Indexer + 'v>>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        match self.opened() {
            Opened::List(list) => Some(list),
            Opened::Map { keys, .. } => Some(keys),
        }
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        match self.opened() {
            Opened::List(list) => Some(list),
            Opened::Map { map, .. } => Some(map),
        }
    }

    fn as_zeroer(&self) -> Option<&dyn Zeroer> {
        match self.opened() {
            Opened::List(list) => Some(list),
            Opened::Map { map, .. } => Some(map),
        }
    }

    fn equals(&self, other: &dyn Val) -> bool {
        if let Some(other) = other.downcast_ref::<Json>() {
            if self.text() == other.text() {
                return true;
            }
            if deeper_than(self.text(), MAX_COMPARED_DEPTH) && deeper_than(other.text(), MAX_COMPARED_DEPTH) {
                return false;
            }
        }
        match self.opened() {
            Opened::List(list) => list.equals(other),
            Opened::Map { map, .. } => map.equals(other),
        }
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn as_builtin<'b, 'v>(&'b self) -> BuiltinRef<'b, 'v>
    where
        Self: 'v,
    {
        match self.opened() {
            Opened::List(list) => BuiltinRef::List(list),
            Opened::Map { map, .. } => BuiltinRef::Map(map),
        }
    }

    fn into_builtin<'v>(self: Box<Self>) -> Option<Builtin<'v>>
    where
        Self: 'v,
    {
        Some(match self.opened() {
            Opened::List(list) => Builtin::List(list.clone()),
            Opened::Map { map, .. } => Builtin::Map(map.clone()),
        })
    }
}

impl StaticVal for Json {}

impl Indexer for Json {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.indexer().get(index)
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let element: CowVal<'_, 'static> = self.indexer().get(index)?;
        Ok(element.into_owned())
    }
}

fn deeper_than(text: &str, limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => loop {
                match bytes.next() {
                    Some(b'\\') => {
                        bytes.next();
                    }
                    Some(b'"') | None => break,
                    Some(_) => {}
                }
            },
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// An object an expression wrote: like CEL's own map, but its keys keep their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record<'v> {
    keys: CelList<'v>,
    map: CelMap<'v>,
}

impl<'v> Record<'v> {
    /// Of members in order.
    ///
    /// # Errors
    /// When a key appears twice.
    pub(crate) fn new(
        members: impl IntoIterator<Item = (CelMapKey<'v>, Box<dyn Val + 'v>)>,
    ) -> Result<Self, ExecutionError> {
        let mut keys: Vec<Box<dyn Val + 'v>> = Vec::new();
        let mut map = HashMap::new();
        for (key, value) in members {
            let shown = key.inner().clone_as_boxed();
            if map.contains_key(&key) {
                return Err(ExecutionError::DuplicateKey(Value::try_from(shown.as_ref())?));
            }
            map.insert(key, value);
            keys.push(shown);
        }
        Ok(Self { keys: keys.into(), map: map.into() })
    }
}

impl<'r> Val for Record<'r> {
    fn get_type(&self) -> &Type {
        Self::cel_type()
    }

    fn cel_type() -> &'static Type {
        static MAP: Type = MAP_TYPE;
        &MAP
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(&self.map)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(&self.map)
    }

    fn into_indexer<'v>(self: Box<Self>) -> Option<Box<dyn Indexer + 'v>>
    where
        Self: 'v,
    {
        Some(Box::new(self.map))
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(&self.map)
    }

    fn as_zeroer(&self) -> Option<&dyn Zeroer> {
        Some(&self.map)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        self.map.equals(other)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_builtin<'b, 'v>(&'b self) -> BuiltinRef<'b, 'v>
    where
        Self: 'v,
    {
        BuiltinRef::Map(&self.map)
    }

    fn into_builtin<'v>(self: Box<Self>) -> Option<Builtin<'v>>
    where
        Self: 'v,
    {
        Some(Builtin::Map(self.map))
    }
}

impl<'r> Iterable for Record<'r> {
    fn iter<'b, 'v>(&'b self) -> Box<dyn CelIterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Iterable::iter(&self.keys)
    }
}
