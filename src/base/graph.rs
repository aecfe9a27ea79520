//! Run-after graphs: order, cycles, and what is certain about earlier actions whenever a later one runs.
//!
//! One container (a definition, a scope, a branch, a loop body) is one graph. An edge `a → b` carries the statuses of
//! `a` after which `b` may run. An action runs when every predecessor has finished with a status from its own list;
//! otherwise it is skipped (Microsoft: logic-apps-exception-handling). Planning, checking and simulation all use this.

use std::collections::BTreeMap;
use std::fmt;

/// How an action ended, as far as run-after can name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It did its work.
    Succeeded,
    /// It failed.
    Failed,
    /// It was not run.
    Skipped,
    /// Its limit passed.
    TimedOut,
}

impl Status {
    /// All four, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Succeeded, Self::Failed, Self::Skipped, Self::TimedOut];

    /// The spelling of the workflow definition language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Skipped => "Skipped",
            Self::TimedOut => "TimedOut",
        }
    }

    /// Reads a status in any case: the service accepts `SUCCEEDED` too.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name().eq_ignore_ascii_case(text))
    }
}

/// A set of [`Status`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statuses(u8);

impl Statuses {
    /// No status.
    pub const NONE: Self = Self(0);
    /// `Succeeded` alone: the default of the language.
    pub const SUCCEEDED: Self = Self(1);
    /// Any status at all.
    pub const ANY: Self = Self(0b1111);
    /// Every way of having been started and not succeeded.
    pub const FAILED: Self = Self(0b1010);

    /// Every way of ending of what was started: all but skipped.
    pub const STARTED: Self = Self(0b1011);

    /// The set of the given statuses.
    pub fn of(statuses: impl IntoIterator<Item = Status>) -> Self {
        Self(statuses.into_iter().fold(0, |bits, status| bits | 1 << status as u8))
    }

    /// Whether `status` is in the set.
    pub fn contains(self, status: Status) -> bool {
        self.0 & 1 << status as u8 != 0
    }

    /// What both sets hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether no status is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The statuses, in written order.
    pub fn iter(self) -> impl Iterator<Item = Status> {
        Status::ALL.into_iter().filter(move |status| self.contains(*status))
    }
}

impl fmt::Debug for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A run-after graph over nodes `0..len`.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// For each node its predecessors.
    before: Vec<Vec<(usize, Statuses)>>,
}

impl Graph {
    /// A graph of `len` nodes without edges.
    pub fn new(len: usize) -> Self {
        Self { before: vec![Vec::new(); len] }
    }

    /// Says that `node` runs after `predecessor` ended with one of `statuses`. Both must be below the length given.
    pub fn run_after(&mut self, node: usize, predecessor: usize, statuses: Statuses) {
        self.before[node].push((predecessor, statuses));
    }

    /// The predecessors of a node.
    pub fn predecessors(&self, node: usize) -> &[(usize, Statuses)] {
        &self.before[node]
    }

    /// Nodes in an order in which every predecessor comes first, smallest index first where the order is free; or one
    /// cycle, beginning at its smallest node and following run-after edges forwards.
    pub fn order(&self) -> Result<Vec<usize>, Vec<usize>> {
        let mut waiting: Vec<usize> = self.before.iter().map(Vec::len).collect();
        let mut after = vec![Vec::new(); self.before.len()];
        for (node, before) in self.before.iter().enumerate() {
            before.iter().for_each(|(predecessor, _)| after[*predecessor].push(node));
        }
        let mut ready: std::collections::BTreeSet<usize> =
            (0..waiting.len()).filter(|node| waiting[*node] == 0).collect();
        let mut order = Vec::with_capacity(waiting.len());
        while let Some(node) = ready.pop_first() {
            order.push(node);
            for next in &after[node] {
                waiting[*next] -= 1;
                if waiting[*next] == 0 {
                    ready.insert(*next);
                }
            }
        }
        if order.len() == self.before.len() { Ok(order) } else { Err(self.cycle(&waiting)) }
    }

    /// A cycle among the nodes that still wait. Each of them has a predecessor that waits too, so walking back from
    /// one must come round.
    fn cycle(&self, waiting: &[usize]) -> Vec<usize> {
        let stuck_before =
            |node: usize| self.before[node].iter().map(|(p, _)| *p).filter(|p| waiting[*p] > 0).min();
        let mut path = Vec::new();
        let mut at = (0..waiting.len()).find(|node| waiting[*node] > 0);
        while let Some(node) = at {
            if let Some(start) = path.iter().position(|seen| *seen == node) {
                let mut cycle = path.split_off(start);
                cycle.reverse();
                let smallest =
                    cycle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(at, _)| at);
                cycle.rotate_left(smallest);
                return cycle;
            }
            path.push(node);
            at = stuck_before(node);
        }
        path
    }

    /// For each node: the earlier nodes of which something is certain whenever it runs, with the statuses they can
    /// have ended in. These are its dominators, refined by status: an edge that accepts `Skipped` promises nothing
    /// about what lies before it. Empty for nodes of a cycle.
    pub fn guarantees(&self) -> Vec<BTreeMap<usize, Statuses>> {
        let mut certain: Vec<BTreeMap<usize, Statuses>> = vec![BTreeMap::new(); self.before.len()];
        for node in self.order().unwrap_or_default() {
            let mut mine: BTreeMap<usize, Statuses> = BTreeMap::new();
            for (predecessor, statuses) in &self.before[node] {
                let mut promise = |of: usize, statuses: Statuses| {
                    mine.entry(of).and_modify(|known| *known = known.and(statuses)).or_insert(statuses);
                };
                promise(*predecessor, *statuses);
                if !statuses.contains(Status::Skipped) {
                    certain[*predecessor].iter().for_each(|(of, statuses)| promise(*of, *statuses));
                }
            }
            certain[node] = mine;
        }
        certain
    }

    /// For each node, every node that has finished (or been skipped) before it starts.
    pub fn upstream(&self) -> Vec<Vec<bool>> {
        // Rows of bits: with many edges between many nodes, joining rows is all the work.
        let width = self.before.len().div_ceil(64);
        let mut rows = vec![vec![0_u64; width]; self.before.len()];
        for node in self.order().unwrap_or_default() {
            let mut mine = std::mem::take(&mut rows[node]);
            for (predecessor, _) in &self.before[node] {
                mine.iter_mut().zip(&rows[*predecessor]).for_each(|(mine, theirs)| *mine |= theirs);
                mine[predecessor / 64] |= 1 << (predecessor % 64);
            }
            rows[node] = mine;
        }
        let bits =
            |row: &Vec<u64>| (0..self.before.len()).map(|at| row[at / 64] >> (at % 64) & 1 == 1).collect();
        rows.iter().map(bits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// approval(0) → gate(1, any status) → act(2, Succeeded) → report(3, any status)
    fn gated() -> Graph {
        let mut graph = Graph::new(4);
        graph.run_after(1, 0, Statuses::ANY);
        graph.run_after(2, 1, Statuses::SUCCEEDED);
        graph.run_after(3, 2, Statuses::ANY);
        graph
    }

    #[test]
    fn an_edge_that_accepts_skipped_promises_nothing_behind_it() {
        let certain = gated().guarantees();
        assert_eq!(certain[2], BTreeMap::from([(0, Statuses::ANY), (1, Statuses::SUCCEEDED)]));
        assert_eq!(certain[3], BTreeMap::from([(2, Statuses::ANY)]));
    }

    #[test]
    fn two_paths_narrow_the_statuses() {
        let mut graph = Graph::new(3);
        graph.run_after(1, 0, Statuses::ANY);
        graph.run_after(2, 0, Statuses::FAILED);
        graph.run_after(2, 1, Statuses::SUCCEEDED);
        assert_eq!(graph.guarantees()[2][&0], Statuses::FAILED);
    }

    #[test]
    fn cycles_begin_at_the_smallest_node() {
        let mut graph = Graph::new(5);
        for (node, predecessor) in [(1, 0), (2, 4), (3, 2), (4, 3), (4, 1)] {
            graph.run_after(node, predecessor, Statuses::SUCCEEDED);
        }
        assert_eq!(graph.order(), Err(vec![2, 3, 4]));
        assert_eq!(gated().order(), Ok(vec![0, 1, 2, 3]));
        assert!(gated().upstream()[3][0]);
        assert!(graph.guarantees()[4].is_empty());
    }

    #[test]
    fn statuses_read_in_any_case() {
        assert_eq!(Status::parse("TIMEDOUT"), Some(Status::TimedOut));
        assert_eq!(Status::parse("Success"), None);
    }
}
