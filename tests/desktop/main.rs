//! The studio in its own window, used as a person uses it: `cargo xtask test desktop`.
//!
//! Each test gets a display, a driver and a data folder of its own ([`stage`]), and acts through a [`person`] who finds
//! things by their `data-testid` and waits until they are there. No test waits for a span of time.

mod canvas;
mod dialogs;
mod notices;
mod person;
mod stage;
mod start;
mod triage;
mod wires;
