//! A scope made of texts.

use std::collections::HashMap;

use heddle_expr::{EvalError, Expression, Scope, merge_context};
use heddle_model::Payload;

pub(crate) struct World {
    pub(crate) input: Payload,
    pub(crate) vars: Payload,
    pub(crate) steps: HashMap<String, Payload>,
    pub(crate) item: Option<Payload>,
    pub(crate) index: Option<u64>,
}

pub(crate) fn json(text: &str) -> Payload {
    Payload::parse(text).unwrap()
}

impl World {
    pub(crate) fn with_input(input: &str) -> Self {
        Self { input: json(input), vars: json("{}"), steps: HashMap::new(), item: None, index: None }
    }

    pub(crate) fn and_step(mut self, id: &str, output: &str) -> Self {
        self.steps.insert(id.to_owned(), json(output));
        self
    }
}

impl Scope for World {
    fn input(&self) -> &Payload {
        &self.input
    }

    fn vars(&self) -> &Payload {
        &self.vars
    }

    fn step(&self, id: &str) -> Option<&Payload> {
        self.steps.get(id)
    }

    fn context(&self) -> Payload {
        merge_context(&[("input", &self.input)])
    }

    fn item(&self) -> Option<&Payload> {
        self.item.as_ref()
    }

    fn index(&self) -> Option<u64> {
        self.index
    }
}

/// The text an expression evaluates to.
pub(crate) fn value(source: &str, world: &World) -> String {
    match evaluate(source, world) {
        Ok(value) => value,
        Err(error) => panic!("{source}: {error}"),
    }
}

/// The message an expression fails with.
pub(crate) fn error(source: &str, world: &World) -> String {
    evaluate(source, world).expect_err(source).to_string()
}

pub(crate) fn evaluate(source: &str, world: &World) -> Result<String, EvalError> {
    let expression = Expression::parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    expression.evaluate(world).map(|value| value.text().to_owned())
}
