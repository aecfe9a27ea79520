//! The order in which chosen patterns run.

use super::Chosen;
use crate::base::graph::{Graph, Statuses};

/// Phase first; within a phase what a pattern's `after` says; where that leaves a choice, least disruptive first, then
/// by id. A cycle in `after` cannot pass the library's own test; should one arise, `after` is ignored.
pub(super) fn sort(chosen: &mut Vec<Chosen>) {
    chosen.sort_by(|a, b| {
        let key = |c: &Chosen| (c.pattern.phase, c.pattern.disruption, c.pattern.id.clone());
        key(a).cmp(&key(b))
    });
    let mut graph = Graph::new(chosen.len());
    for (at, later) in chosen.iter().enumerate() {
        for (before, earlier) in chosen.iter().enumerate() {
            let declared = later.pattern.phase == earlier.pattern.phase
                && later.pattern.after.contains(&earlier.pattern.id);
            if declared {
                graph.run_after(at, before, Statuses::SUCCEEDED);
            }
        }
    }
    if let Ok(order) = graph.order() {
        // `order` is stable for phases because every phase's patterns stand together and edges stay within a phase.
        let mut order: Vec<(usize, usize)> =
            order.into_iter().enumerate().map(|(to, from)| (from, to)).collect();
        order.sort_unstable();
        let mut keyed: Vec<_> = order.into_iter().map(|(_, to)| to).zip(chosen.drain(..)).collect();
        keyed.sort_by_key(|(to, chosen)| (chosen.pattern.phase, *to));
        chosen.extend(keyed.into_iter().map(|(_, chosen)| chosen));
    }
}
