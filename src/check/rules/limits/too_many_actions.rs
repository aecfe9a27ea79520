//! A workflow has too many actions.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;

crate::rule! {
    /// ## What it does
    /// Reports a workflow with more actions than the service takes, those inside other actions counted too.
    ///
    /// ## Why is this bad
    /// The service refuses the definition when it is saved or deployed.
    ///
    /// ## Example
    /// A workflow with 501 actions.
    ///
    /// ## Use instead
    /// Two workflows of which one calls the other.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5001" "too-many-actions" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyActions;

impl Lint for TooManyActions {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let count = cx.definition.actions().count();
        let Some(most) = exceeded(&limits::ACTIONS, cx.definition.host, count) else { return };
        let Some(actions) = cx.definition.node.get("actions") else { return };
        let message = format!("the workflow has {count} actions; at most {most} are allowed");
        let help = "move a part of it into a workflow of its own and call that";
        out.push(Diagnostic::new(&RULE, actions.pointer(), message).on_key().help(help));
    }
}
