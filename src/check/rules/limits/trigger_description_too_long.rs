//! The description of a trigger is too long.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

use super::description_too_long;

crate::rule! {
    /// ## What it does
    /// Reports descriptions of triggers of more than 256 characters.
    ///
    /// ## Why is this bad
    /// The service refuses the definition. A flow of a solution is imported all the same, and then it cannot be
    /// turned on.
    ///
    /// ## Example
    /// A description of 300 characters.
    ///
    /// ## Use instead
    /// A description of at most 256 characters.
    ///
    /// ## References
    /// - The service: "The description for trigger '…' exceeded the length limit: maximum '256'"
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5008" "trigger-description-too-long" Error prevents "TriggerDescriptionTooLong";
}

/// The lint.
#[derive(Debug)]
pub struct TriggerDescriptionTooLong;

impl Lint for TriggerDescriptionTooLong {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for trigger in &cx.definition.triggers {
            if let Some((node, message)) =
                description_too_long(trigger.node, trigger.name, cx.definition.host)
            {
                let help = "shorten it; the description of the workflow has room for more";
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}
