//! Run-after graphs: order, cycles, and what is certain about earlier actions whenever a later one runs.
//!
//! One container (a definition, a scope, a branch, a loop body) is one graph. An edge `a → b` carries the statuses of
//! `a` after which `b` may run. An action runs when every predecessor has finished with a status from its own list;
//! otherwise it is skipped (Microsoft: logic-apps-exception-handling). Planning, checking and simulation all use this.

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
        let mut nodes = self.before.iter().enumerate();
        if nodes.all(|(node, before)| before.iter().all(|(predecessor, _)| *predecessor < node)) {
            return Ok((0..self.before.len()).collect());
        }
        let mut waiting: Vec<usize> = self.before.iter().map(Vec::len).collect();
        // The edges by where they begin, in one list: a list for each node is much to make for a node.
        let edges = self.before.iter().enumerate();
        let mut after: Vec<(usize, usize)> =
            edges.flat_map(|(node, before)| before.iter().map(move |(from, _)| (*from, node))).collect();
        after.sort_unstable();
        let mut ready: std::collections::BTreeSet<usize> =
            (0..waiting.len()).filter(|node| waiting[*node] == 0).collect();
        let mut order = Vec::with_capacity(waiting.len());
        while let Some(node) = ready.pop_first() {
            order.push(node);
            let first = after.partition_point(|(from, _)| *from < node);
            for (_, next) in after[first..].iter().take_while(|(from, _)| *from == node) {
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
    /// about what lies before it. Nothing for nodes of a cycle.
    pub fn guarantees(&self) -> Guarantees {
        let mut certain = Guarantees::new(self.before.len());
        for node in self.order().unwrap_or_default() {
            for (predecessor, statuses) in &self.before[node] {
                certain.narrow(node, *predecessor, *statuses);
                if !statuses.contains(Status::Skipped) {
                    certain.inherit(node, *predecessor);
                }
            }
        }
        certain
    }

    /// For each node, every node that has finished (or been skipped) before it starts.
    pub fn upstream(&self) -> Upstream {
        self.upstream_along(&self.order().unwrap_or_default())
    }

    /// The same, where the [order](Self::order) is known.
    pub fn upstream_along(&self, order: &[usize]) -> Upstream {
        let mut upstream = Upstream::new(self.before.len());
        for node in order {
            for (predecessor, _) in &self.before[*node] {
                upstream.inherit(*node, *predecessor);
            }
        }
        upstream
    }
}

/// What [`Graph::upstream`] gives: a row of bits for each node, since with many edges between many nodes joining rows is
/// all the work.
#[derive(Debug)]
pub struct Upstream {
    rows: Rows,
}

impl Upstream {
    fn new(len: usize) -> Self {
        Self { rows: Rows::new(len, len.div_ceil(64)) }
    }

    /// Whether `earlier` has finished, or was skipped, before `later` starts.
    pub fn precedes(&self, earlier: usize, later: usize) -> bool {
        self.rows.of(later)[earlier / 64] >> (earlier % 64) & 1 == 1
    }

    fn inherit(&mut self, node: usize, predecessor: usize) {
        let (mine, theirs) = self.rows.two(node, predecessor);
        mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine |= theirs);
        mine[predecessor / 64] |= 1 << (predecessor % 64);
    }
}

/// What [`Graph::guarantees`] gives: for each node five bits about each other node, a plane for every bit. The first says
/// whether anything is certain, the others which status is then ruled out. A map for each node would hold every node
/// before it, and a long chain so many entries as the square of its length.
#[derive(Debug)]
pub struct Guarantees {
    width: usize,
    rows: Rows,
}

impl Guarantees {
    fn new(len: usize) -> Self {
        let width = len.div_ceil(64);
        Self { width, rows: Rows::new(len, width * (1 + Status::ALL.len())) }
    }

    /// In which statuses `earlier` can have ended when `node` runs; `None` where nothing is certain of it.
    pub fn get(&self, node: usize, earlier: usize) -> Option<Statuses> {
        let row = self.rows.of(node);
        let bit = |plane: usize| row[plane * self.width + earlier / 64] >> (earlier % 64) & 1 == 1;
        bit(0).then(|| Statuses::of(Status::ALL.into_iter().filter(|status| !bit(1 + *status as usize))))
    }

    /// The earlier nodes of which something is certain when `node` runs, in order.
    pub fn of(&self, node: usize) -> impl Iterator<Item = (usize, Statuses)> {
        let words = self.rows.of(node)[..self.width].iter().enumerate();
        let nodes = words.flat_map(|(at, word)| {
            let ones = std::iter::successors(Some(*word), |word| Some(word & word.wrapping_sub(1)));
            ones.take_while(|word| *word != 0).map(move |word| at * 64 + word.trailing_zeros() as usize)
        });
        nodes.filter_map(move |earlier| Some((earlier, self.get(node, earlier)?)))
    }

    /// Says that `earlier` has ended in one of `statuses` when `node` runs.
    fn narrow(&mut self, node: usize, earlier: usize, statuses: Statuses) {
        let (width, at, bit) = (self.width, earlier / 64, 1 << (earlier % 64));
        let row = self.rows.of_mut(node);
        row[at] |= bit;
        for status in Status::ALL.into_iter().filter(|status| !statuses.contains(*status)) {
            row[(1 + status as usize) * width + at] |= bit;
        }
    }

    /// What is certain whenever `predecessor` runs is certain whenever `node` does.
    fn inherit(&mut self, node: usize, predecessor: usize) {
        let (mine, theirs) = self.rows.two(node, predecessor);
        mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine |= theirs);
    }
}

/// A row of words for each node.
#[derive(Debug)]
struct Rows {
    width: usize,
    words: Vec<u64>,
}

impl Rows {
    fn new(len: usize, width: usize) -> Self {
        Self { width, words: vec![0; len * width] }
    }

    fn of(&self, node: usize) -> &[u64] {
        &self.words[node * self.width..][..self.width]
    }

    fn of_mut(&mut self, node: usize) -> &mut [u64] {
        &mut self.words[node * self.width..][..self.width]
    }

    /// The row of one node, to be changed, and that of another.
    fn two(&mut self, node: usize, other: usize) -> (&mut [u64], &[u64]) {
        let width = self.width;
        if node > other {
            let (before, from) = self.words.split_at_mut(node * width);
            (&mut from[..width], &before[other * width..][..width])
        } else {
            let (before, from) = self.words.split_at_mut(other * width);
            (&mut before[node * width..][..width], &from[..width])
        }
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
        let of = |node| certain.of(node).collect::<Vec<_>>();
        assert_eq!(of(2), [(0, Statuses::ANY), (1, Statuses::SUCCEEDED)]);
        assert_eq!(of(3), [(2, Statuses::ANY)]);
        assert_eq!((certain.get(2, 1), certain.get(3, 1)), (Some(Statuses::SUCCEEDED), None));
    }

    #[test]
    fn two_paths_narrow_the_statuses() {
        let mut graph = Graph::new(3);
        graph.run_after(1, 0, Statuses::ANY);
        graph.run_after(2, 0, Statuses::FAILED);
        graph.run_after(2, 1, Statuses::SUCCEEDED);
        assert_eq!(graph.guarantees().get(2, 0), Some(Statuses::FAILED));
    }

    #[test]
    fn a_long_chain_is_certain_of_all_before_it_whatever_the_order_of_the_numbers() {
        let length = 1999;
        let mut graph = Graph::new(length);
        // 0 runs last.
        (1..length).for_each(|node| graph.run_after(node - 1, node, Statuses::SUCCEEDED));
        let (certain, upstream) = (graph.guarantees(), graph.upstream());
        assert!(certain.of(0).eq((1..length).map(|node| (node, Statuses::SUCCEEDED))));
        assert!((1..length).all(|node| upstream.precedes(node, 0)));
        assert_eq!(certain.of(length - 1).count(), 0);
    }

    #[test]
    fn cycles_begin_at_the_smallest_node() {
        let mut graph = Graph::new(5);
        for (node, predecessor) in [(1, 0), (2, 4), (3, 2), (4, 3), (4, 1)] {
            graph.run_after(node, predecessor, Statuses::SUCCEEDED);
        }
        assert_eq!(graph.order(), Err(vec![2, 3, 4]));
        assert_eq!(gated().order(), Ok(vec![0, 1, 2, 3]));
        let upstream = gated().upstream();
        assert!(upstream.precedes(0, 3) && !upstream.precedes(3, 0));
        assert_eq!(graph.guarantees().of(4).count(), 0);
    }

    #[test]
    fn statuses_read_in_any_case() {
        assert_eq!(Status::parse("TIMEDOUT"), Some(Status::TimedOut));
        assert_eq!(Status::parse("Success"), None);
    }
}
