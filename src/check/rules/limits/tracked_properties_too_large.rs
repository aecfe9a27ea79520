//! The tracked properties of an action are too large.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports `trackedProperties` that are longer than the service takes: 8,000 characters in Logic Apps, 16,000
    /// in Power Automate.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// Tracked properties that hold a whole document.
    ///
    /// ## Use instead
    /// The id of the document, from which it can be found.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5011" "tracked-properties-too-large" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TrackedPropertiesTooLarge;

impl Lint for TrackedPropertiesTooLarge {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.get("trackedProperties") else { return };
        // As it stands in the file it is no shorter than as the service counts it.
        if exceeded(&limits::TRACKED_PROPERTIES, cx.definition.host, node.span().len()).is_none() {
            return;
        }
        let count = node.to_value().to_string().chars().count();
        if let Some(most) = exceeded(&limits::TRACKED_PROPERTIES, cx.definition.host, count) {
            let message = format!(
                "the tracked properties of `{}` have {count} characters; at most {most} are allowed",
                action.name
            );
            let help = "track what identifies the data, not the data";
            out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help));
        }
    }
}
