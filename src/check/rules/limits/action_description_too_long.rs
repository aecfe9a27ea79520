//! The description of an action is too long.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

use super::description_too_long;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports descriptions of actions of more than 256 characters.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// A description of 300 characters.
    ///
    /// ## Use instead
    /// A description of at most 256 characters.
    ///
    /// ## References
    /// - The service: "The description for action '…' exceeded the length limit: maximum '256'"
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5007" "action-description-too-long" Error prevents "ActionDescriptionTooLong";
}

/// The lint.
#[derive(Debug)]
pub struct ActionDescriptionTooLong;

impl Lint for ActionDescriptionTooLong {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if let Some((node, message)) = description_too_long(action.node, action.name, cx.definition.host) {
            let help = "shorten it, and say the rest where people read about the workflow";
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
        }
    }
}
