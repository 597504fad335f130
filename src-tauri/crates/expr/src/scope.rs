//! What an expression can see.

use heddle_model::Payload;

/// What an expression can see. Roots an expression does not refer to are never asked for.
pub trait Scope {
    /// The execution's input: `input`.
    fn input(&self) -> &Payload;

    /// The workflow's variables, a JSON object: `vars`.
    fn vars(&self) -> &Payload;

    /// The output of a step, if it has one here: `steps.<id>.output`.
    fn step(&self, id: &str) -> Option<&Payload>;

    /// The merged context: `context`.
    fn context(&self) -> Payload;

    /// The element a loop is at: `item`.
    fn item(&self) -> Option<&Payload> {
        None
    }

    /// The number of that element, from 0: `index`.
    fn index(&self) -> Option<u64> {
        None
    }
}

/// What the expressions in an agent's own settings see: the step's input and the variables, no other step.
#[derive(Debug, Clone, Copy)]
pub struct OwnInput<'a> {
    /// What the step is given; its context as well.
    pub input: &'a Payload,
    /// The workflow's variables, a JSON object.
    pub vars: &'a Payload,
}

impl Scope for OwnInput<'_> {
    fn input(&self) -> &Payload {
        self.input
    }

    fn vars(&self) -> &Payload {
        self.vars
    }

    fn step(&self, _id: &str) -> Option<&Payload> {
        None
    }

    fn context(&self) -> Payload {
        self.input.clone()
    }
}
