//! A workflow answers, and nobody has asked.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a Response in a workflow that no Request trigger starts.
    ///
    /// ## Why is this bad
    /// There is no caller who could be answered. The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "triggers": { "Every_morning": { "type": "Recurrence", … } }, "actions": { "Answer": { "type": "Response", … } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "triggers": { "manual": { "type": "Request", "kind": "Http" } }, "actions": { "Answer": { "type": "Response", … } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Response action: only with a Request trigger
    RULE = "CF1023" "response-without-request" Error;
}

/// The lint.
#[derive(Debug)]
pub struct ResponseWithoutRequest;

impl Lint for ResponseWithoutRequest {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let kind = |node: crate::base::json::Node<'_>| {
            node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default().to_ascii_lowercase()
        };
        // A webhook is called too, and of a type that is not known we cannot tell.
        let is_silent = |kind: &str| {
            ["recurrence", "slidingwindow", "apiconnection", "openapiconnection", "http"].contains(&kind)
        };
        let starts = |trigger: &crate::workflow::Trigger<'_>| is_silent(&kind(trigger.node));
        if definition.triggers.is_empty() || !definition.triggers.iter().all(starts) {
            return;
        }
        for action in definition.actions().filter(|action| action.is("Response")) {
            let message = format!("`{}` answers a caller, but no Request starts this workflow", action.name);
            let help = "start the workflow with a trigger of type Request, or remove the Response";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
