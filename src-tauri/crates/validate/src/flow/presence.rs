//! Whose output is there for sure when a step runs.
//!
//! A step runs when at least one edge to it is live and none is dead because of a failure (the engine's
//! `scheduler/settle.rs`). So every way to it leads over a step that dominates it in the graph; dominators are found along
//! the topological order as nearest common ancestors (K. D. Cooper, T. J. Harvey, K. Kennedy, "A Simple, Fast Dominance
//! Algorithm", 2001; an acyclic graph needs one pass). A step has nodes for what may have become of it: that it ran, that it
//! completed, that it failed, that a person agreed; an edge leaves from the one it is followed in.

use heddle_model::{ERROR, Edge, Join, OnError, REJECTED, Step, Workflow};

use crate::graph::Plan;

/// Edges into one step that are looked at one by one.
const MOST: usize = 64;

/// Who is there when.
pub(super) struct Presence {
    /// When the search enters and leaves a node: one is above another if its span holds the other's.
    span: Vec<(usize, usize)>,
    /// Where the edges into each step come from.
    incoming: Vec<Vec<usize>>,
    /// For each step the nearest above it, or itself, to which not just one edge leads.
    meets: Vec<usize>,
    /// Steps that nothing can keep from completing but a failure that stops everything after them.
    sure: Vec<bool>,
    /// Steps that do not wait for every step before them, or come after one that does not.
    early: Vec<bool>,
}

/// Nodes of a step.
const NODES: usize = 4;

const fn ran(step: usize) -> usize {
    NODES * step
}

const fn done(step: usize) -> usize {
    NODES * step + 1
}

/// It failed, and the branch for that is followed.
const fn failed(step: usize) -> usize {
    NODES * step + 2
}

/// It asked a person, who agreed.
const fn agreed(step: usize) -> usize {
    NODES * step + 3
}

impl Presence {
    /// `asks`: whether a step asks a person, who may reject it.
    pub(super) fn new(workflow: &Workflow, plan: &Plan<'_>, asks: &dyn Fn(usize) -> bool) -> Self {
        let steps = plan.graph.len();
        let root = NODES * steps;
        let may_branch: Vec<bool> =
            workflow.steps.iter().map(|step| step.policy.on_error == Some(OnError::ErrorBranch)).collect();
        let mut incoming: Vec<Vec<usize>> = vec![Vec::new(); steps];
        let mut followed: Vec<Vec<usize>> = vec![Vec::new(); steps];
        for edge in &workflow.edges {
            let (Some(from), Some(to)) =
                (plan.graph.position(edge.from.as_str()), plan.graph.position(edge.to.as_str()))
            else {
                continue;
            };
            if from == to {
                continue;
            }
            let branch = edge.branch.as_deref();
            let asked = asks(from);
            incoming[to].push(match branch {
                Some(ERROR) if may_branch[from] => failed(from),
                Some(REJECTED) => done(from),
                _ if asked => agreed(from),
                _ => done(from),
            });
            if is_plain(edge) && !may_branch[from] && !asked && !followed[to].contains(&from) {
                followed[to].push(from);
            }
        }
        let mut parent = vec![root; root + 1];
        let mut depth = vec![0; root + 1];
        let mut sure = vec![false; steps];
        let mut early = vec![false; steps];
        let mut meets: Vec<usize> = (0..steps).collect();
        for &step in &plan.order {
            let above = incoming[step].iter().copied().reduce(|one, two| nearest(&parent, &depth, one, two));
            let above = above.unwrap_or(root);
            if let [only] = incoming[step].as_slice() {
                meets[step] = meets[only / NODES];
            }
            parent[ran(step)] = above;
            depth[ran(step)] = depth[above] + 1;
            parent[done(step)] = ran(step);
            depth[done(step)] = depth[above] + 2;
            parent[failed(step)] = ran(step);
            depth[failed(step)] = depth[above] + 2;
            parent[agreed(step)] = done(step);
            depth[agreed(step)] = depth[above] + 3;
            early[step] =
                !waits_for_all(&workflow.steps[step]) || incoming[step].iter().any(|before| early[before / NODES]);
            let live = followed[step].iter().filter(|before| sure[**before]).count();
            sure[step] = workflow.steps[step].when.is_none()
                && (incoming[step].is_empty() || live >= workflow.steps[step].join.needed());
        }
        for (step, may_branch) in may_branch.into_iter().enumerate() {
            // It runs for sure, but may have no output.
            sure[step] &= !may_branch;
        }
        let span = spans(&parent, root);
        Self { span, incoming, meets, sure, early }
    }

    /// The ways a step may come to run; at least one of them is taken.
    pub(super) fn ways(&self, step: usize) -> Vec<Way> {
        match self.incoming[self.meets[step]].as_slice() {
            several if !several.is_empty() && several.len() <= MOST => {
                several.iter().map(|over| Way { step: ran(step), over: *over }).collect()
            }
            _ => vec![Way { step: ran(step), over: ran(step) }],
        }
    }

    /// The ways a step that comes right behind another one may come to run.
    pub(super) fn behind(&self, step: usize, branch: Option<&str>) -> Vec<Way> {
        let over = match branch {
            Some(ERROR) => failed(step),
            Some(REJECTED) => done(step),
            // For a step that asks nobody it makes no difference.
            _ => agreed(step),
        };
        self.ways(step).into_iter().map(|way| Way { step: over, over: way.over }).collect()
    }

    /// The one way a step without edges comes to run.
    pub(super) fn first(&self) -> Vec<Way> {
        let root = self.span.len() - 1;
        vec![Way { step: root, over: root }]
    }

    /// Whether `other` has an output whenever `way` is taken.
    pub(super) fn is_there(&self, other: usize, way: Way) -> bool {
        let waits = !self.early.get(way.step / NODES).copied().unwrap_or(false);
        (waits && self.sure[other]) || self.leads_over(done(other), way)
    }

    /// Whether `other` has failed whenever `way` is taken.
    pub(super) fn has_failed(&self, other: usize, way: Way) -> bool {
        self.leads_over(failed(other), way)
    }

    /// Whether whoever `other` asked has agreed whenever `way` is taken.
    pub(super) fn has_agreed(&self, other: usize, way: Way) -> bool {
        self.leads_over(agreed(other), way)
    }

    /// Whether nothing keeps a step from completing but a failure that stops everything.
    pub(super) fn is_sure(&self, step: usize) -> bool {
        self.sure[step]
    }

    fn leads_over(&self, node: usize, way: Way) -> bool {
        self.above(node, way.over) || self.above(node, way.step)
    }

    fn above(&self, upper: usize, lower: usize) -> bool {
        let ((from, to), (inner, _)) = (self.span[upper], self.span[lower]);
        from <= inner && inner <= to
    }
}

/// A way a step may come to run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// The node that is reached in the end.
    step: usize,
    /// The node it leads over, further up.
    over: usize,
}

fn nearest(parent: &[usize], depth: &[usize], mut one: usize, mut two: usize) -> usize {
    while one != two {
        if depth[one] >= depth[two] {
            one = parent[one];
        } else {
            two = parent[two];
        }
    }
    one
}

fn spans(parent: &[usize], root: usize) -> Vec<(usize, usize)> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); parent.len()];
    for (node, above) in parent.iter().enumerate().filter(|(node, _)| *node != root) {
        below[*above].push(node);
    }
    let mut span = vec![(0, 0); parent.len()];
    let mut clock = 0;
    let mut open = vec![(root, 0)];
    while let Some((node, next)) = open.pop() {
        if next == 0 {
            clock += 1;
            span[node].0 = clock;
        }
        match below[node].get(next) {
            Some(&child) => {
                open.push((node, next + 1));
                open.push((child, 0));
            }
            None => span[node].1 = clock,
        }
    }
    span
}

/// Whether an edge is followed whenever the step it comes from completes.
fn is_plain(edge: &Edge) -> bool {
    edge.branch.is_none() && edge.when.is_none()
}

/// Whether a step starts only when every step before it has settled.
fn waits_for_all(step: &Step) -> bool {
    step.join == Join::All
}

#[cfg(test)]
mod tests {
    use heddle_model::{Workflow, parse_workflow};

    use super::*;

    fn workflow(steps: &str, edges: &[(&str, &str, &str)]) -> Workflow {
        let edges: Vec<String> = edges
            .iter()
            .enumerate()
            .map(|(n, (from, to, branch))| match *branch {
                "" => format!(r#"{{"id":"{n}","from":"{from}","to":"{to}"}}"#),
                branch => format!(r#"{{"id":"{n}","from":"{from}","to":"{to}","branch":"{branch}"}}"#),
            })
            .collect();
        parse_workflow(&format!(
            r#"{{"format":"heddle/v1","id":"w","name":"W","steps":[{steps}],"edges":[{}]}}"#,
            edges.join(",")
        ))
        .unwrap()
    }

    fn steps(ids: &str) -> String {
        let all: Vec<String> = ids.split(' ').map(|id| format!(r#"{{"id":"{id}","agent":"x"}}"#)).collect();
        all.join(",")
    }

    fn there(workflow: &Workflow, other: &str, step: &str) -> bool {
        let plan = Plan::new(workflow).unwrap();
        let presence = Presence::new(workflow, &plan, &|_| false);
        let place = |id: &str| plan.graph.position(id).unwrap();
        presence.ways(place(step)).into_iter().all(|way| presence.is_there(place(other), way))
    }

    #[test]
    fn after_a_choice_neither_branch_is_there_for_sure() {
        let drawn = workflow(
            &steps("c a b j k"),
            &[("c", "a", "yes"), ("c", "b", "no"), ("a", "j", ""), ("b", "j", ""), ("j", "k", "")],
        );
        assert!(there(&drawn, "c", "k") && there(&drawn, "j", "k"));
        assert!(!there(&drawn, "a", "k") && !there(&drawn, "b", "k"));
        let plan = Plan::new(&drawn).unwrap();
        let presence = Presence::new(&drawn, &plan, &|_| false);
        let place = |id: &str| plan.graph.position(id).unwrap();
        let ways = presence.ways(place("k"));
        assert_eq!(ways.len(), 2, "over a, or over b");
        assert!(ways.iter().all(|way| presence.is_there(place("a"), *way) || presence.is_there(place("b"), *way)));
    }

    #[test]
    fn branches_that_are_always_followed_are_all_there() {
        let drawn = workflow(&steps("s a b j"), &[("s", "a", ""), ("s", "b", ""), ("a", "j", ""), ("b", "j", "")]);
        assert!(["s", "a", "b"].iter().all(|other| there(&drawn, other, "j")));
        let with_when = steps("s b j") + r#",{"id":"a","agent":"x","when":"input.x"}"#;
        let drawn = workflow(&with_when, &[("s", "a", ""), ("s", "b", ""), ("a", "j", ""), ("b", "j", "")]);
        assert!(!there(&drawn, "a", "j"), "its condition may not hold");
        assert!(there(&drawn, "b", "j"));
    }

    #[test]
    fn behind_an_early_join_only_what_every_way_leads_over_is_there() {
        let early = steps("s a b k l") + r#",{"id":"j","agent":"x","join":"any"}"#;
        let edges = [
            ("s", "a", ""),
            ("s", "b", ""),
            ("a", "j", ""),
            ("b", "j", ""),
            ("j", "k", ""),
            ("a", "l", ""),
            ("b", "l", ""),
        ];
        let drawn = workflow(&early, &edges);
        assert!(there(&drawn, "s", "k") && there(&drawn, "j", "k"));
        assert!(!there(&drawn, "a", "j") && !there(&drawn, "a", "k"), "the other one may have come first");
        assert!(there(&drawn, "a", "l") && there(&drawn, "b", "l"), "this one waits for both");
    }

    #[test]
    fn on_the_error_branch_the_failed_step_has_no_output() {
        let failing = steps("r g") + r#",{"id":"f","agent":"x","policy":{"on_error":{"action":"error_branch"}}}"#;
        let drawn = workflow(&failing, &[("f", "r", "error"), ("f", "g", "")]);
        assert!(!there(&drawn, "f", "r"));
        assert!(there(&drawn, "f", "g"));
    }
}
