//! Which names the expressions of a definition use.

use std::collections::BTreeSet;

use crate::check::Context;
use crate::check::context::first_text;
use crate::workflow::definition::fold;

/// Names in lower case.
pub(super) struct Uses(BTreeSet<String>);

impl Uses {
    /// Whether the name is used, in any case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(&fold(name))
    }
}

/// The names that are given to these functions; nothing where that cannot be told: a name is computed, an expression cannot
/// be parsed, or ARM makes a part of the definition that may hold more.
pub(super) fn uses(cx: &Context<'_, '_>, functions: &[&str]) -> Option<Uses> {
    if cx.definition.is_partial || cx.hides_expressions() {
        return None;
    }
    let mut names = BTreeSet::new();
    let mut is_whole = true;
    for text in cx.texts {
        is_whole &= text.parsed.is_ok();
        text.walk(|expr| {
            let Some(call) = expr.as_call() else { return };
            if functions.iter().any(|function| call.name.eq_ignore_ascii_case(function)) {
                match first_text(call) {
                    Some((name, _)) => drop(names.insert(fold(name))),
                    None => is_whole = false,
                }
            }
        });
    }
    is_whole.then_some(Uses(names))
}
