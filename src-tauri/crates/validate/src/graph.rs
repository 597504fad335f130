//! A workflow as a graph: who comes before whom.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::OnceLock;

use heddle_model::{StepId, Workflow};
use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// The steps of a workflow and the edges between them. A step is named by its position in the document, from 0.
///
/// Edges to or from steps that do not exist, edges from a step to itself and repeated edges are left out; of several
/// steps with the same id only the first has edges.
#[derive(Debug)]
pub struct Graph<'a> {
    ids: Vec<&'a StepId>,
    positions: HashMap<&'a str, usize>,
    edges: DiGraph<(), (), u32>,
}

impl<'a> Graph<'a> {
    /// The graph of a document.
    pub fn new(workflow: &'a Workflow) -> Self {
        let ids: Vec<&StepId> = workflow.steps.iter().map(|step| &step.id).collect();
        let mut positions = HashMap::with_capacity(ids.len());
        for (position, id) in ids.iter().enumerate() {
            positions.entry(id.as_str()).or_insert(position);
        }
        let mut edges = DiGraph::with_capacity(ids.len(), workflow.edges.len());
        for _ in &ids {
            edges.add_node(());
        }
        let mut seen = HashSet::with_capacity(workflow.edges.len());
        for edge in &workflow.edges {
            let (Some(&from), Some(&to)) = (positions.get(edge.from.as_str()), positions.get(edge.to.as_str())) else {
                continue;
            };
            if from != to && seen.insert((from, to)) {
                edges.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
        }
        Self { ids, positions, edges }
    }

    /// Number of steps.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no steps.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id of the step at a position.
    pub fn id(&self, position: usize) -> &'a StepId {
        self.ids[position]
    }

    /// The position of a step.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// Steps with an edge to this one, in no particular order, each once.
    pub fn predecessors(&self, position: usize) -> impl Iterator<Item = usize> + '_ {
        self.edges.neighbors_directed(NodeIndex::new(position), Direction::Incoming).map(NodeIndex::index)
    }

    /// Steps with an edge from this one, in no particular order, each once.
    pub fn successors(&self, position: usize) -> impl Iterator<Item = usize> + '_ {
        self.edges.neighbors(NodeIndex::new(position)).map(NodeIndex::index)
    }

    /// The steps so that every edge leads forward, ties by step id (A. B. Kahn, "Topological sorting of large
    /// networks", 1962). None when steps wait for one another in a circle.
    pub fn order(&self) -> Option<Vec<usize>> {
        let mut waiting: Vec<usize> = (0..self.len()).map(|step| self.predecessors(step).count()).collect();
        let mut ready: BinaryHeap<Reverse<(&str, usize)>> = BinaryHeap::new();
        let entry = |step: usize| Reverse((self.ids[step].as_str(), step));
        ready.extend((0..self.len()).filter(|step| waiting[*step] == 0).map(entry));
        let mut order = Vec::with_capacity(self.len());
        while let Some(Reverse((_, step))) = ready.pop() {
            order.push(step);
            for next in self.successors(step) {
                waiting[next] -= 1;
                if waiting[next] == 0 {
                    ready.push(entry(next));
                }
            }
        }
        (order.len() == self.len()).then_some(order)
    }

    /// Steps grouped so that those of a group can all reach one another, every group before the groups it leads to.
    pub(crate) fn components(&self) -> Vec<Vec<usize>> {
        let mut components: Vec<Vec<usize>> = kosaraju_scc(&self.edges)
            .into_iter()
            .map(|component| component.into_iter().map(NodeIndex::index).collect())
            .collect();
        components.reverse();
        components
    }
}

/// An acyclic workflow in the order its steps can run.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The graph it was made from.
    pub graph: Graph<'a>,
    /// Positions of the steps in topological order, ties by step id.
    pub order: Vec<usize>,
    rank: Vec<usize>,
    before: OnceLock<Before>,
}

/// Who comes before whom: a bit for every pair of steps, 12.5 MB for 10,000 of them.
#[derive(Debug)]
struct Before {
    /// Words of one step.
    words: usize,
    bits: Vec<u64>,
}

impl Before {
    /// Passed on along the order.
    fn new(graph: &Graph<'_>, order: &[usize]) -> Self {
        let words = graph.len().div_ceil(64);
        let mut bits = vec![0; words * graph.len()];
        for &step in order {
            for before in graph.predecessors(step) {
                for word in 0..words {
                    bits[step * words + word] |= bits[before * words + word];
                }
                bits[step * words + before / 64] |= 1 << (before % 64);
            }
        }
        Self { words, bits }
    }
}

impl<'a> Plan<'a> {
    /// Orders a workflow. None when steps wait for one another in a circle; [`crate::validate`] names them.
    pub fn new(workflow: &'a Workflow) -> Option<Self> {
        let graph = Graph::new(workflow);
        let order = graph.order()?;
        let mut rank = vec![0; order.len()];
        for (place, step) in order.iter().enumerate() {
            rank[*step] = place;
        }
        Some(Self { graph, order, rank, before: OnceLock::new() })
    }

    /// The place of a step in the order.
    pub(crate) fn rank(&self, position: usize) -> usize {
        self.rank[position]
    }

    /// Whether a step comes before another one, directly or not.
    pub(crate) fn comes_before(&self, earlier: usize, later: usize) -> bool {
        if self.rank[earlier] >= self.rank[later] {
            return false;
        }
        let before = self.before.get_or_init(|| Before::new(&self.graph, &self.order));
        before.bits[later * before.words + earlier / 64] >> (earlier % 64) & 1 == 1
    }

    /// Every step that comes before this one, directly or not, in topological order.
    pub fn ancestors(&self, position: usize) -> Vec<usize> {
        let mut seen = vec![false; self.graph.len()];
        let mut open = vec![position];
        let mut found = Vec::new();
        while let Some(step) = open.pop() {
            for before in self.graph.predecessors(step) {
                if !std::mem::replace(&mut seen[before], true) {
                    found.push(before);
                    open.push(before);
                }
            }
        }
        found.sort_unstable_by_key(|step| self.rank[*step]);
        found
    }
}

/// Steps whose ancestry is worked out at the same time.
const BLOCK: usize = 64 * WORDS;
const WORDS: usize = 64;

/// For every pair `(earlier, later)` whether `earlier` comes before `later`, directly or not.
///
/// Sets of ancestors are bits, passed on along the order of the components, for a block of possible ancestors at a time:
/// memory grows with the number of steps, not with its square.
pub(crate) fn come_before(graph: &Graph<'_>, components: &[Vec<usize>], pairs: &[(usize, usize)]) -> Vec<bool> {
    let mut answers = vec![false; pairs.len()];
    let mut open: Vec<usize> = Vec::new();
    for (index, (earlier, later)) in pairs.iter().enumerate() {
        if graph.predecessors(*later).any(|step| step == *earlier) {
            answers[index] = true;
        } else {
            open.push(index);
        }
    }
    open.sort_unstable_by_key(|index| pairs[*index].0);
    let mut component_of = vec![0; graph.len()];
    for (number, component) in components.iter().enumerate() {
        component.iter().for_each(|step| component_of[*step] = number);
    }
    for block in open.chunk_by(|a, b| pairs[*a].0 / BLOCK == pairs[*b].0 / BLOCK) {
        let first = pairs[block[0]].0 / BLOCK * BLOCK;
        let set = |bits: &mut [u64; WORDS], step: usize| {
            if (first..first + BLOCK).contains(&step) {
                bits[(step - first) / 64] |= 1 << ((step - first) % 64);
            }
        };
        let mut ancestors: Vec<[u64; WORDS]> = Vec::with_capacity(components.len());
        for (number, component) in components.iter().enumerate() {
            let mut bits = [0; WORDS];
            for step in component {
                if component.len() > 1 {
                    set(&mut bits, *step);
                }
                for before in graph.predecessors(*step) {
                    set(&mut bits, before);
                    let before = component_of[before];
                    if before < number {
                        bits.iter_mut().zip(&ancestors[before]).for_each(|(to, from)| *to |= from);
                    }
                }
            }
            ancestors.push(bits);
        }
        for index in block {
            let (earlier, later) = pairs[*index];
            let bits = &ancestors[component_of[later]];
            answers[*index] = bits[(earlier - first) / 64] >> ((earlier - first) % 64) & 1 == 1;
        }
    }
    answers
}
