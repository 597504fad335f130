//! Text with expressions in it: `GET {{ input.id }}`.

use heddle_model::Payload;
use serde_json::Value;

use crate::context::spliced;
use crate::error::{EvalError, ExprError};
use crate::expression::Expression;
use crate::path::Reference;
use crate::scan::{Kind, unescape};
use crate::scope::Scope;

/// A text in which every `{{ expression }}` stands for its value.
///
/// A string value is put in as it reads, every other value as its JSON text. Two opening braces that are meant as such
/// are written `{{ "{{" }}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Expression(Expression),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`ExprError`] with line and column in the whole text: for an expression that cannot be read, or a `{{` without
    /// its `}}`.
    pub fn parse(text: &str) -> Result<Self, ExprError> {
        let mut pieces = Vec::new();
        let mut rest = 0;
        while let Some(open) = text[rest..].find("{{").map(|found| rest + found) {
            if open > rest {
                pieces.push(Piece::Text(text[rest..open].to_owned()));
            }
            let start = open + 2;
            let end = start
                + expression_end(&text[start..])
                    .ok_or_else(|| ExprError::at("`{{` without the `}}` that ends it", text, open))?;
            let inner = &text[start..end];
            let trimmed = start + (inner.len() - inner.trim_start().len());
            let expression = Expression::parse(inner.trim()).map_err(|error| moved(error, text, trimmed))?;
            pieces.push(Piece::Expression(expression));
            rest = end + 2;
        }
        if rest < text.len() {
            pieces.push(Piece::Text(text[rest..].to_owned()));
        }
        Ok(Self { pieces })
    }

    /// What its expressions look at.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.expressions().flat_map(Expression::references)
    }

    /// Its expressions, in order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Expression(expression) => Some(expression),
            Piece::Text(_) => None,
        })
    }

    /// The text, with a value in place of every expression.
    ///
    /// # Errors
    /// The [`EvalError`] of the first expression that has no value, or whose value is a string that cannot be said in
    /// Unicode (a lone surrogate escape).
    pub fn render(&self, scope: &dyn Scope) -> Result<String, EvalError> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Expression(expression) => {
                    let value = expression.evaluate(scope)?;
                    match Kind::of(value.text()) {
                        Kind::String => text.push_str(&unescape(value.text()).ok_or_else(|| EvalError::Type {
                            expected: "text",
                            found: "a string with half a surrogate pair".to_owned(),
                        })?),
                        _ => text.push_str(value.text()),
                    }
                }
            }
        }
        Ok(text)
    }

    /// The expression, when there is nothing else in the template but space.
    fn sole_expression(&self) -> Option<&Expression> {
        let mut expressions = self.expressions();
        let first = expressions.next()?;
        let only_space = |piece: &Piece| match piece {
            Piece::Text(text) => text.trim().is_empty(),
            Piece::Expression(_) => true,
        };
        (expressions.next().is_none() && self.pieces.iter().all(only_space)).then_some(first)
    }
}

/// Where the expression that begins `text` ends: at the first `}}` outside of its strings and braces.
fn expression_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => at = cel_string_end(bytes, at)?,
            b'{' => {
                depth += 1;
                at += 1;
            }
            b'}' if depth == 0 => {
                if bytes.get(at + 1) == Some(&b'}') {
                    return Some(at);
                }
                at += 1;
            }
            b'}' => {
                depth -= 1;
                at += 1;
            }
            _ => at += 1,
        }
    }
    None
}

/// The index after a CEL string literal; it may be triple-quoted or raw.
fn cel_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = bytes[start];
    let raw = start > 0 && matches!(bytes[start - 1], b'r' | b'R');
    let triple = bytes.get(start..start + 3) == Some([quote; 3].as_slice());
    let width = if triple { 3 } else { 1 };
    let mut at = start + width;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' && !raw {
            at += 2;
        } else if bytes.get(at..at + width)?.iter().all(|byte| *byte == quote) {
            return Some(at + width);
        } else {
            at += 1;
        }
    }
    None
}

/// The error of an expression that begins at byte `start` of a longer text.
fn moved(error: ExprError, text: &str, start: usize) -> ExprError {
    let origin = ExprError::at("", text, start);
    let column = if error.line == 1 { origin.column + error.column - 1 } else { error.column };
    ExprError::new(error.message, origin.line + error.line - 1, column)
}

/// A JSON value whose strings are templates.
///
/// A string that is exactly one `{{ expression }}` becomes the expression's value, whatever its type; any other string
/// stays a string. Numbers and everything else are kept to the letter. Field names are not templates.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonTemplate {
    node: Node,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// Text that stays.
    Fixed(String),
    /// A value of any type.
    Value(Expression),
    /// A string.
    Text(Template),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl JsonTemplate {
    /// Reads a value; its strings are templates.
    ///
    /// # Errors
    /// The [`ExprError`] of the first string that is not a template, with the path to that string in front.
    pub fn parse(value: &Value) -> Result<Self, ExprError> {
        Ok(Self { node: Node::parse(value, &mut String::new())? })
    }

    /// What its expressions look at.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.expressions().flat_map(Expression::references)
    }

    /// Its expressions, in order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let mut found = Vec::new();
        self.node.collect(&mut found);
        found.into_iter()
    }

    /// The value, with every template rendered.
    ///
    /// # Errors
    /// The [`EvalError`] of the first expression that has no value.
    pub fn render(&self, scope: &dyn Scope) -> Result<Payload, EvalError> {
        let mut text = String::new();
        self.node.render(scope, &mut text)?;
        Ok(spliced(text))
    }
}

impl Node {
    fn parse(value: &Value, path: &mut String) -> Result<Self, ExprError> {
        Ok(match value {
            Value::String(text) if text.contains("{{") => {
                let template = Template::parse(text).map_err(|error| {
                    if path.is_empty() {
                        return error;
                    }
                    ExprError::new(format!("{path}: {}", error.message), error.line, error.column)
                })?;
                match template.sole_expression() {
                    Some(expression) => Self::Value(expression.clone()),
                    None => Self::Text(template),
                }
            }
            Value::Array(elements) => {
                let mut nodes = Vec::with_capacity(elements.len());
                for (index, element) in elements.iter().enumerate() {
                    nodes.push(Self::below(element, path, &format!("[{index}]"))?);
                }
                Self::Array(nodes)
            }
            Value::Object(members) => {
                let mut nodes = Vec::with_capacity(members.len());
                for (key, member) in members {
                    let dot = if path.is_empty() { "" } else { "." };
                    nodes.push((
                        Value::from(key.as_str()).to_string(),
                        Self::below(member, path, &format!("{dot}{key}"))?,
                    ));
                }
                Self::Object(nodes)
            }
            other => Self::Fixed(other.to_string()),
        })
    }

    fn below(value: &Value, path: &mut String, segment: &str) -> Result<Self, ExprError> {
        let length = path.len();
        path.push_str(segment);
        let node = Self::parse(value, path);
        path.truncate(length);
        node
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Expression>) {
        match self {
            Self::Fixed(_) => {}
            Self::Value(expression) => found.push(expression),
            Self::Text(template) => found.extend(template.expressions()),
            Self::Array(nodes) => nodes.iter().for_each(|node| node.collect(found)),
            Self::Object(nodes) => nodes.iter().for_each(|(_, node)| node.collect(found)),
        }
    }

    fn render(&self, scope: &dyn Scope, text: &mut String) -> Result<(), EvalError> {
        match self {
            Self::Fixed(fixed) => text.push_str(fixed),
            Self::Value(expression) => text.push_str(expression.evaluate(scope)?.text()),
            Self::Text(template) => text.push_str(&Value::from(template.render(scope)?).to_string()),
            Self::Array(nodes) => {
                text.push('[');
                for (index, node) in nodes.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    node.render(scope, text)?;
                }
                text.push(']');
            }
            Self::Object(nodes) => {
                text.push('{');
                for (index, (key, node)) in nodes.iter().enumerate() {
                    if index > 0 {
                        text.push(',');
                    }
                    text.push_str(key);
                    text.push(':');
                    node.render(scope, text)?;
                }
                text.push('}');
            }
        }
        Ok(())
    }
}
