//! A trigger that does not say what it waits for.

use super::named;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::list;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a trigger of a flow that gives nothing at all to an operation that needs to be told what to wait for, such as
    /// the table of *When a row is added, modified or deleted*.
    ///
    /// ## Why is this bad
    /// What such a trigger gives depends on what it waits for, so the flow is refused when it is saved.
    ///
    /// ## Example
    /// ```json
    /// "type": "OpenApiConnectionWebhook", "inputs": { "host": { "operationId": "SubscribeWebhookTrigger", … } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "parameters": { "subscriptionRequest/message": 1, "subscriptionRequest/entityname": "account", "subscriptionRequest/scope": 4 }
    /// ```
    ///
    /// ## References
    /// - The service: DynamicParameterInputInvalid, "The trigger requires design-time parameters"
    RULE = "CF4017" "trigger-without-arguments" Error prevents "DynamicParameterInputInvalid";
}

/// The lint.
#[derive(Debug)]
pub struct TriggerWithoutArguments;

impl Lint for TriggerWithoutArguments {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls() {
            let Some(signature) = call.signature else { continue };
            if call.faults.missing.is_empty() || !call.has_no_arguments() {
                continue;
            }
            let message = format!("{} is not told what it waits for", named(signature));
            let help = format!("give it {}", list(call.faults.missing.iter().copied()));
            out.push(Diagnostic::new(&RULE, call.place().pointer(), message).on_key().help(help));
        }
    }
}
