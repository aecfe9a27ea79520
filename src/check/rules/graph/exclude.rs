//! Whether two actions can both run in one run.

use crate::check::Context;
use crate::workflow::{ActionId, ContainerKind};

/// Whether the two stand in different branches of one If or Switch, or one runs only after something ended in a way after
/// which the other does not.
pub(super) fn excludes(cx: &Context<'_, '_>, one: ActionId, other: ActionId) -> bool {
    let definition = cx.definition;
    let around = |id: ActionId| {
        let containers = definition.lineage(id).map(|action| action.container);
        containers.filter_map(|container| Some((definition[container].owner?, container)))
    };
    let is_choice = |kind: ContainerKind<'_>| {
        matches!(
            kind,
            ContainerKind::Then | ContainerKind::Else | ContainerKind::Case(_) | ContainerKind::Default
        )
    };
    let branches = around(one).any(|(owner, container)| {
        let differs = |(same, another): (ActionId, _)| same == owner && another != container;
        is_choice(definition[container].kind) && around(other).any(differs)
    });
    branches
        || ends_run(cx, one, other)
        || ends_run(cx, other, one)
        || cx.order.excludes(definition, one, other)
}

/// Whether the branch in which `one` stands, and not `other`, ends with the run.
fn ends_run(cx: &Context<'_, '_>, one: ActionId, other: ActionId) -> bool {
    let definition = cx.definition;
    let shared = |container| definition.lineage(other).any(|action| action.container == container);
    let apart =
        definition.lineage(one).map(|action| action.container).take_while(|container| !shared(*container));
    let ends = |id: &ActionId| definition[*id].is("Terminate");
    apart.into_iter().any(|container| definition[container].actions.iter().any(ends))
}
