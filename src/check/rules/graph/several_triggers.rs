//! A flow with connectors has several triggers.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a Power Automate flow that has more than one trigger and calls a connector.
    ///
    /// ## Why is this bad
    /// The flow cannot be turned on.
    ///
    /// ## Example
    /// ```json
    /// "triggers": { "Every_morning": { "type": "Recurrence", … }, "manual": { "type": "Request", "kind": "Button" } }
    /// ```
    ///
    /// ## Use instead
    /// One flow for each trigger; what they share goes into a child flow.
    ///
    /// ## References
    /// - The service: "the workflow containing Open Api Connection operations do not support multiple triggers"
    RULE = "CF2022" "several-triggers" Error;
}

/// The lint.
#[derive(Debug)]
pub struct SeveralTriggers;

impl Lint for SeveralTriggers {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let Some(second) = definition.triggers.get(1) else { return };
        let kinds = ["OpenApiConnection", "OpenApiConnectionWebhook"];
        let calls = |action: &Action<'_>| kinds.iter().any(|kind| action.is(kind));
        if let Some(action) = definition.actions().find(|action| calls(action)) {
            let message = format!(
                "`{}` is a second trigger, and with connectors such as in `{}` a flow has one",
                second.name, action.name
            );
            let help = "make a flow for each trigger and let them share a child flow";
            out.push(Diagnostic::new(&RULE, second.node.pointer(), message).on_key().help(help));
        }
    }
}
