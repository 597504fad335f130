//! Edits that would make a wire fit. Each has been tried: what does not help is not offered.

use super::cache::Comparisons;
use super::report::Mode;
use super::survey::{Arrival, Survey};
use super::verdict::Judged;
use crate::diagnostic::Fix;

/// A repair of a step's input.
pub(super) struct Repair {
    pub(super) fix: Fix,
    /// The field it mends; None: several.
    pub(super) field: Option<String>,
    /// The edge it changes; None: it is as good for every edge.
    pub(super) edge: Option<usize>,
}

/// What would make the input of a step fit better, the likeliest first.
pub(super) fn of_step(
    survey: &Survey<'_>,
    position: usize,
    arrival: &Arrival,
    judged: &Judged,
    mode: Mode,
    made: &Comparisons,
) -> Vec<Repair> {
    let _ = (survey, position, arrival, judged, mode, made);
    Vec::new()
}
