//! The places that name a flow of a solution by its id do not agree.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;
use crate::workflow::solution::{Component, Entry};

use super::solution::describes;

crate::rule! {
    /// ## What it does
    /// Reports a flow that is described in a solution and whose id is not among the root components of `solution.xml`, and a root
    /// component of the type of flows that is not described.
    ///
    /// ## Why is this bad
    /// The import is refused, or leaves the flow out.
    ///
    /// ## Example
    /// ```xml
    /// <RootComponent type="29" id="{98cd0ea7-3a6c-5999-a7ac-265308d978df}" behavior="0" />
    /// ```
    /// and a `Workflow` with another `WorkflowId`
    ///
    /// ## Use instead
    /// The same id in both places.
    ///
    /// ## References
    /// - Form of the solutions that are published: in each of them the ids agree
    /// - Microsoft Learn: "Solution file reference", RootComponents
    RULE = "CF6042" "flow-id-mismatch" Error;
}

/// The lint.
#[derive(Debug)]
pub struct FlowIdMismatch;

impl Lint for FlowIdMismatch {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(solution) = bundle.solution().filter(|solution| bundle.is_whole && describes(solution))
        else {
            return;
        };
        if solution.manifest.is_none() {
            return;
        }
        let flows =
            || solution.components.iter().filter(|one| is_flow(one)).filter_map(|one| one.id.as_ref());
        let described = || solution.workflows.iter().filter_map(|one| one.id.as_ref());
        let mut unlisted = described().filter(|id| !flows().any(|other| same_id(id, other)));
        for id in flows().filter(|id| !described().any(|other| same_id(id, other))) {
            let message = "the solution describes no flow with this id";
            // A flow that no component names is most likely this one: one mistake makes one message.
            let help = match unlisted.next() {
                Some(flow) => format!(
                    "a flow is described with the id `{}`: write the same id in both places",
                    flow.text
                ),
                None => choices(id.text, "flows of the solution", described().map(|one| one.text)),
            };
            out.push(id.file, Diagnostic::at_bytes(&RULE, id.span.clone(), message).help(help));
        }
        for id in unlisted {
            let message = "the flow is no root component of the solution";
            let help = "add a `RootComponent` of type 29 with this id to `solution.xml`";
            out.push(id.file, Diagnostic::at_bytes(&RULE, id.span.clone(), message).help(help));
        }
    }
}

/// The component type of workflows, which flows are. Source: Microsoft Learn, "solutioncomponent table", component type.
fn is_flow(component: &Component<'_>) -> bool {
    component.kind.as_ref().is_some_and(|kind| kind.text == "29")
}

/// Ids are written with braces or without, in any case.
fn same_id(one: &Entry<'_>, other: &Entry<'_>) -> bool {
    let bare = |id: &Entry<'_>| id.text.trim_matches(['{', '}']).to_ascii_lowercase();
    bare(one) == bare(other)
}
