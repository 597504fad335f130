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
