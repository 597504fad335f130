//! Whether the steps that expressions look at come before them.

use std::collections::BTreeSet;

use heddle_expr::Expression;

use super::Check;
use super::place::At;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::graph::come_before;

/// A reference to a step, whose place in the graph is still to be checked. The expression is read again should there be
/// something to say: that is rare, and keeping every expression of a large workflow is not free.
pub(super) struct Asked<'a> {
    pub(super) target: usize,
    pub(super) position: usize,
    pub(super) source: &'a str,
    pub(super) at: At<'a>,
    /// Which of the expression's references.
    pub(super) reference: usize,
}

impl Check<'_, '_> {
    /// Which of the steps that are looked at do not come before.
    pub(super) fn ancestors(&mut self, components: &[Vec<usize>]) {
        let pairs: Vec<_> = self.asked.iter().map(|asked| (asked.target, asked.position)).collect();
        let before = come_before(self.graph, components, &pairs);
        let wrong: Vec<&Asked<'_>> =
            self.asked.iter().zip(before).filter(|(_, before)| !before).map(|(asked, _)| asked).collect();
        // An edge from there to here is offered, unless it would close a circle.
        let reverse: Vec<_> = wrong.iter().map(|asked| (asked.position, asked.target)).collect();
        let circular = come_before(self.graph, components, &reverse);
        let mut told = BTreeSet::new();
        for (asked, circular) in wrong.into_iter().zip(circular) {
            if !told.insert((asked.position, asked.target, asked.at)) {
                continue;
            }
            let Ok(expression) = Expression::parse(asked.source) else { continue };
            let reference = &expression.references()[asked.reference];
            let (step, other) = (&self.workflow.steps[asked.position].id, self.graph.id(asked.target));
            let message = if asked.position == asked.target {
                format!("`{reference}`: the step looks at its own output, which is not there before it has run.")
            } else if circular {
                format!("`{reference}`: `{other}` comes after `{step}`, so its output is not there yet.")
            } else {
                format!("`{reference}`: nothing makes `{other}` run before `{step}`. Draw a wire between them.")
            };
            let mut finding = Diagnostic::new(Code::NotAnAncestor, message).step(step).at(&asked.at.path());
            if let At::Edge(edge) = asked.at {
                finding = finding.edge(edge);
            }
            finding = finding.steps(vec![other.clone()]);
            if asked.position != asked.target && !circular {
                let edit = Edit::AddEdge { from: other.clone(), to: step.clone() };
                finding = finding.fix(format!("Draw the wire {other} → {step}"), edit);
            }
            self.found.push(finding);
        }
    }
}
