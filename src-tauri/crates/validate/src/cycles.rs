//! Finding the circles in a graph, the shortest first.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};

use crate::graph::Graph;

/// Most cycles that are named; a graph can have more of them than can be counted.
pub(crate) const MAX_CYCLES: usize = 50;

/// Components up to this size are searched for every elementary cycle, larger ones for a shortest one through each step.
const SMALL: usize = 256;

/// Partial paths one component may take.
const MAX_PATHS: usize = 20_000;

/// Edges that may be looked at in large components.
const MAX_VISITS: usize = 1_000_000;

/// Elementary cycles, each as its steps in order from the one with the smallest id, shortest first. Of every component
/// that has one, at least one is found, up to [`MAX_CYCLES`] in all.
pub(crate) fn cycles(graph: &Graph<'_>, components: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut visits = MAX_VISITS;
    let mut found = Vec::new();
    for component in components.iter().filter(|component| component.len() > 1) {
        let part = Part::new(graph, component);
        let cycles = if component.len() <= SMALL { part.all() } else { part.through_each(&mut visits) };
        found
            .extend(cycles.into_iter().map(|cycle| cycle.into_iter().map(|step| part.steps[step]).collect::<Vec<_>>()));
    }
    found.sort_by(|a, b| {
        let ids = |cycle: &Vec<usize>| cycle.iter().map(|step| graph.id(*step)).collect::<Vec<_>>();
        a.len().cmp(&b.len()).then_with(|| ids(a).cmp(&ids(b)))
    });
    found.truncate(MAX_CYCLES);
    found
}

/// One component; its steps are numbered by the order of their ids.
struct Part {
    steps: Vec<usize>,
    forward: Vec<Vec<usize>>,
    backward: Vec<Vec<usize>>,
}

impl Part {
    fn new(graph: &Graph<'_>, component: &[usize]) -> Self {
        let mut steps = component.to_vec();
        steps.sort_unstable_by_key(|step| (graph.id(*step), *step));
        let number: HashMap<usize, usize> = steps.iter().enumerate().map(|(number, step)| (*step, number)).collect();
        let mut forward = vec![Vec::new(); steps.len()];
        let mut backward = vec![Vec::new(); steps.len()];
        for (from, step) in steps.iter().enumerate() {
            forward[from] = graph.successors(*step).filter_map(|next| number.get(&next).copied()).collect();
            forward[from].sort_unstable();
            forward[from].iter().for_each(|to| backward[*to].push(from));
        }
        Self { steps, forward, backward }
    }

    /// Every elementary cycle by growing length: a best-first search over paths from their smallest step, ordered by
    /// length so far plus the distance back (P. Hart, N. Nilsson, B. Raphael, 1968). That distance never overestimates,
    /// so cycles come out shortest first.
    fn all(&self) -> Vec<Vec<usize>> {
        let back: Vec<Vec<Option<usize>>> = (0..self.steps.len()).map(|start| self.distances_to(start)).collect();
        let mut open: BinaryHeap<Reverse<(usize, Vec<usize>)>> = BinaryHeap::new();
        for (start, back) in back.iter().enumerate() {
            let nearest = self.forward[start].iter().filter_map(|next| back[*next]).min();
            open.extend(nearest.map(|distance| Reverse((distance + 1, vec![start]))));
        }
        let mut found = Vec::new();
        let mut paths = 0;
        while let Some(Reverse((_, path))) = open.pop() {
            let (start, last) = (path[0], path[path.len() - 1]);
            for &next in &self.forward[last] {
                if next == start {
                    found.push(path.clone());
                    continue;
                }
                let Some(distance) = back[start][next].filter(|_| !path.contains(&next)) else { continue };
                paths += 1;
                let mut longer = path.clone();
                longer.push(next);
                open.push(Reverse((path.len() + distance, longer)));
            }
            if found.len() >= MAX_CYCLES || (paths > MAX_PATHS && !found.is_empty()) {
                break;
            }
        }
        found
    }

    /// How many edges lead from every step back to `start`, over steps that are not smaller.
    fn distances_to(&self, start: usize) -> Vec<Option<usize>> {
        let mut distance = vec![None; self.steps.len()];
        distance[start] = Some(0);
        let mut open = VecDeque::from([(start, 0)]);
        while let Some((step, far)) = open.pop_front() {
            for &before in self.backward[step].iter().filter(|before| **before > start) {
                if distance[before].is_none() {
                    distance[before] = Some(far + 1);
                    open.push_back((before, far + 1));
                }
            }
        }
        distance
    }

    /// A shortest cycle through each step, until `visits` edges have been looked at; at least one.
    fn through_each(&self, visits: &mut usize) -> Vec<Vec<usize>> {
        let mut found = HashSet::new();
        for start in 0..self.steps.len() {
            if *visits == 0 && !found.is_empty() {
                break;
            }
            found.extend(self.shortest_through(start, visits));
        }
        found.into_iter().collect()
    }

    fn shortest_through(&self, start: usize, visits: &mut usize) -> Option<Vec<usize>> {
        let mut came_from = vec![usize::MAX; self.steps.len()];
        let mut open = VecDeque::from([start]);
        while let Some(step) = open.pop_front() {
            for &next in &self.forward[step] {
                *visits = visits.saturating_sub(1);
                if next == start {
                    let mut cycle = vec![step];
                    while let Some(&last) = cycle.last().filter(|last| **last != start) {
                        cycle.push(came_from[last]);
                    }
                    cycle.reverse();
                    let smallest = (0..cycle.len()).min_by_key(|place| cycle[*place]).unwrap_or(0);
                    cycle.rotate_left(smallest);
                    return Some(cycle);
                }
                if came_from[next] == usize::MAX {
                    came_from[next] = step;
                    open.push_back(next);
                }
            }
        }
        None
    }
}
