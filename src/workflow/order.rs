//! What has finished before an action starts.

use std::collections::BTreeMap;

use crate::base::graph::{Graph, Guarantees, Status, Statuses, Upstream};

use super::definition::{Action, ActionId, ContainerId, Definition};

/// Definitions with more actions than this are not ordered: what is known grows with the square, and the service allows
/// 500.
const MAX_ACTIONS: usize = 2000;

/// The run-after order of every container of a definition.
#[derive(Debug)]
pub struct Order {
    containers: Vec<Known>,
    /// For each action its index in its container.
    index: Vec<usize>,
    /// For each container in which an action waits for something else than success: for each of its actions what is
    /// certain of earlier ones whenever it runs.
    certain: BTreeMap<ContainerId, Guarantees>,
}

#[derive(Debug)]
enum Known {
    /// For each action the ones that have finished or been skipped before it starts.
    Upstream(Upstream),
    /// A cycle: indices, from the smallest.
    Cycle(Vec<usize>),
    /// A run-after list leads out of the container or cannot be read, agents hand over to one another, or there are
    /// too many actions.
    Unknown,
}

impl Order {
    /// Orders every container.
    pub fn new(definition: &Definition<'_>) -> Self {
        let mut index = vec![0; definition.actions.len()];
        for container in &definition.containers {
            container.actions.iter().enumerate().for_each(|(at, id)| index[id.0] = at);
        }
        let hands_off = definition.actions().any(Action::is_hand_off);
        let mut certain = BTreeMap::new();
        let known = |(id, _)| match read(definition, id, &index) {
            Some((graph, is_whole)) => known(&graph, is_whole && !hands_off, id, &mut certain),
            None => Known::Unknown,
        };
        let containers = definition.containers().map(known).collect();
        Self { containers, index, certain }
    }

    /// Of which earlier actions of its container something is certain whenever an action runs, with the statuses in
    /// which they can have ended. Empty where actions wait for success only, or the order cannot be told.
    pub fn certain(&self, definition: &Definition<'_>, id: ActionId) -> Vec<(ActionId, Statuses)> {
        let container = definition[id].container;
        let known = self.certain.get(&container).into_iter();
        let actions = &definition[container].actions;
        let certain = known.flat_map(|known| known.of(self.index[id.0]));
        certain.map(|(at, statuses)| (actions[at], statuses)).collect()
    }

    /// Whether run-after lists exclude that both actions run in one run: one of them waits for something to end in a way
    /// in which the other does not run, or runs only when the other did not succeed.
    pub fn excludes(&self, definition: &Definition<'_>, one: ActionId, other: ActionId) -> bool {
        let ends: Vec<_> = definition.lineage(one).map(|action| (action.container, action.id)).collect();
        let meeting = definition.lineage(other).find_map(|action| {
            let (container, end) = ends.iter().find(|(container, _)| *container == action.container)?;
            Some((*container, *end, action.id))
        });
        let Some((container, one, other)) = meeting else { return false };
        let Some(known) = self.certain.get(&container) else { return false };
        let (one, other) = (self.index[one.0], self.index[other.0]);
        let fails = |of: usize, before: usize| {
            known.get(of, before).is_some_and(|statuses| !statuses.contains(Status::Succeeded))
        };
        let contradicts = |(of, statuses): (usize, Statuses)| {
            known.get(other, of).is_some_and(|others| statuses.and(others).is_empty())
        };
        one != other && (fails(one, other) || fails(other, one) || known.of(one).any(contradicts))
    }

    /// The actions of a cycle in a container, from the first in the document, following run-after edges forwards.
    pub fn cycle(&self, definition: &Definition<'_>, container: ContainerId) -> Option<Vec<ActionId>> {
        match &self.containers[container.0] {
            Known::Cycle(cycle) => Some(cycle.iter().map(|at| definition[container].actions[*at]).collect()),
            _ => None,
        }
    }

    /// Whether `earlier` has finished, or was skipped, before `later` starts: it is on the run-after path of `later`
    /// or of something around `later`, or inside an action that is. `None` where the order cannot be told, and for an
    /// action around `later`, which has started but not finished.
    pub fn precedes(&self, definition: &Definition<'_>, earlier: ActionId, later: ActionId) -> Option<bool> {
        if earlier != later && definition.lineage(later).any(|around| around.id == earlier) {
            return None;
        }
        // The innermost container that both stand in has one action with `earlier` in it and one with `later`.
        let (container, later, earlier) = definition.lineage(later).find_map(|action| {
            let beside = definition.lineage(earlier).find(|other| other.container == action.container)?;
            Some((action.container, action.id, beside.id))
        })?;
        match &self.containers[container.0] {
            Known::Upstream(upstream) => Some(upstream.precedes(self.index[earlier.0], self.index[later.0])),
            Known::Cycle(_) | Known::Unknown => None,
        }
    }
}

/// The run-after graph of a container, its nodes in the order of the container's actions; `None` where it is not all
/// there to be read.
pub fn graph(definition: &Definition<'_>, id: ContainerId) -> Option<Graph> {
    let mut index = vec![0; definition.actions.len()];
    definition[id].actions.iter().enumerate().for_each(|(at, id)| index[id.0] = at);
    let (graph, is_whole) = read(definition, id, &index)?;
    (is_whole && !definition.actions().any(Action::is_hand_off)).then_some(graph)
}

fn known(
    graph: &Graph,
    is_whole: bool,
    id: ContainerId,
    certain: &mut BTreeMap<ContainerId, Guarantees>,
) -> Known {
    match graph.order() {
        Err(cycle) => Known::Cycle(cycle),
        Ok(order) if is_whole => {
            let waits = |node: &usize| {
                graph.predecessors(*node).iter().any(|(_, statuses)| *statuses != Statuses::SUCCEEDED)
            };
            if order.iter().any(waits) {
                certain.insert(id, refined(graph, order.len()).guarantees());
            }
            Known::Upstream(graph.upstream_along(&order))
        }
        Ok(_) => Known::Unknown,
    }
}

/// The graph with statuses that cannot be left out: what waits for nothing always runs, so that it is never skipped. A
/// list that names no status is reported by itself and taken for all of them.
fn refined(graph: &Graph, nodes: usize) -> Graph {
    let mut refined = Graph::new(nodes);
    for node in 0..nodes {
        for (predecessor, statuses) in graph.predecessors(node) {
            let named = if statuses.is_empty() { Statuses::ANY } else { *statuses };
            let always_runs = graph.predecessors(*predecessor).is_empty();
            let possible = if always_runs { named.and(Statuses::STARTED) } else { named };
            refined.run_after(node, *predecessor, possible);
        }
    }
    refined
}

/// The graph of a container, and whether all of it could be read; `None` where there are too many actions.
fn read(definition: &Definition<'_>, id: ContainerId, index: &[usize]) -> Option<(Graph, bool)> {
    let actions = &definition[id].actions;
    if definition.actions.len() > MAX_ACTIONS {
        return None;
    }
    let mut graph = Graph::new(actions.len());
    let mut is_whole = true;
    for (at, action) in actions.iter().enumerate() {
        let Some(run_after) = &definition[*action].run_after else {
            is_whole = false;
            continue;
        };
        for entry in run_after {
            let beside =
                definition.named(entry.name).iter().find(|other| definition[**other].container == id);
            match beside {
                Some(other) => graph.run_after(at, index[other.0], entry.statuses),
                None => is_whole &= definition.trigger(entry.name).is_some(),
            }
        }
    }
    Some((graph, is_whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;
    use crate::workflow::read;

    fn precedes(text: &str, earlier: &str, later: &str) -> Option<bool> {
        let document = Document::parse(text).unwrap();
        let workflows = read(&document).unwrap();
        let definition = &workflows.definitions[0];
        let id = |name: &str| definition.named(name)[0];
        Order::new(definition).precedes(definition, id(earlier), id(later))
    }

    #[test]
    fn the_path_goes_through_scopes_in_both_directions() {
        let text = r#"{"actions": {
            "A": {"type": "Scope", "actions": {"InA": {"type": "Compose"}}},
            "B": {"type": "Scope", "runAfter": {"a": ["Succeeded"]}, "actions": {
                "InB": {"type": "Compose"}, "Beside": {"type": "Compose"}}},
            "C": {"type": "Compose"}
        }}"#;
        assert_eq!(precedes(text, "A", "InB"), Some(true));
        assert_eq!(precedes(text, "InA", "InB"), Some(true));
        assert_eq!(precedes(text, "InB", "InA"), Some(false));
        assert_eq!(precedes(text, "Beside", "InB"), Some(false));
        assert_eq!(precedes(text, "C", "InB"), Some(false));
        assert_eq!(precedes(text, "InB", "B"), Some(false));
        assert_eq!(precedes(text, "C", "C"), Some(false));
        assert_eq!(precedes(text, "B", "InB"), None);
    }

    #[test]
    fn a_broken_order_judges_nothing() {
        let text = r#"{"actions": {"A": {"runAfter": {"Gone": []}}, "B": {"runAfter": {"A": []}}}}"#;
        assert_eq!(precedes(text, "A", "B"), None);
        let text = r#"{"actions": {"A": {"runAfter": {"B": []}}, "B": {"runAfter": {"A": []}}}}"#;
        assert_eq!(precedes(text, "A", "B"), None);
    }
}
