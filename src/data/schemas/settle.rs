//! One mistake, one message: drops findings that follow from others.

use std::collections::BTreeSet;

use super::rules::{MISSING_MEMBER, WRONG_TYPE};
use super::validate::Finding;

/// Drops repetitions, what is said below a value of a wrong kind, and a missing member that only has a wrong name.
pub(super) fn settle(found: Vec<Finding>) -> Vec<Finding> {
    let wrong: BTreeSet<String> = found
        .iter()
        .filter(|finding| finding.rule == &WRONG_TYPE)
        .map(|finding| finding.pointer.as_str().to_owned())
        .collect();
    let misspelt: BTreeSet<(String, String)> = found
        .iter()
        .filter_map(|finding| Some((finding.pointer.parent()?.as_str().to_owned(), finding.meant.clone()?)))
        .collect();
    let mut said = BTreeSet::new();
    found
        .into_iter()
        .filter(|finding| {
            let pointer = finding.pointer.as_str();
            let follows = has_ancestor(pointer, &wrong)
                || (finding.rule != &WRONG_TYPE && wrong.contains(pointer))
                || (finding.rule == &MISSING_MEMBER
                    && finding
                        .member
                        .as_ref()
                        .is_some_and(|member| misspelt.contains(&(pointer.to_owned(), member.clone()))));
            !follows && said.insert((pointer.to_owned(), finding.message.clone()))
        })
        .collect()
}

/// Whether a pointer leads through one of `places`.
fn has_ancestor(pointer: &str, places: &BTreeSet<String>) -> bool {
    let ends = pointer.match_indices('/').map(|(at, _)| at);
    !places.is_empty() && ends.into_iter().any(|end| places.contains(&pointer[..end]))
}
