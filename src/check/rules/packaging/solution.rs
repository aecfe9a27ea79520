//! What several rules ask of a solution.

use crate::base::json::Node;
use crate::check::lint::Member;
use crate::workflow::Bundle;
use crate::workflow::bundle::File;
use crate::workflow::layout::Role;
use crate::workflow::solution::{Entry, Solution};

/// The last part of a path or id.
pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Whether two paths end in the same file. Archives and Windows distinguish no case.
fn same_file(one: &str, other: &str) -> bool {
    last(one).eq_ignore_ascii_case(last(other))
}

/// The files that a solution describes and does not have.
pub(super) fn missing_files<'s, 'd>(
    bundle: &'s Bundle<'d>,
    solution: &'s Solution<'d>,
) -> impl Iterator<Item = &'s Entry<'d>> {
    let names = solution.workflows.iter().filter_map(|flow| flow.file_name.as_ref());
    names.filter(|name| {
        let is_it = |file: &File<'_>| file.role == Role::Workflow && same_file(file.name, name.text);
        !bundle.files.iter().any(is_it)
    })
}

/// Whether a solution says anything of flows: `customizations.xml` of an unpacked one says nothing of them, and the
/// files that do may be missing altogether.
pub(super) fn describes(solution: &Solution<'_>) -> bool {
    solution.workflows.iter().any(|flow| flow.file_name.is_some())
}

/// The connection references that the flows of a document use: the entry, and in it the logical name.
pub(super) fn references<'d>(member: &Member<'_, 'd>) -> impl Iterator<Item = (Node<'d>, Node<'d>)> {
    let envelopes = member.contexts.iter().map(|cx| cx.definition.envelope);
    let lists = envelopes.filter_map(|envelope| envelope.path(&["properties", "connectionReferences"]));
    lists
        .flat_map(|list| list.items())
        .filter_map(|entry| Some((entry, entry.path(&["connection", "connectionReferenceLogicalName"])?)))
}
