//! A workflow that limits its runs answers its caller.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Action, Trigger};

crate::rule! {
    /// ## What it does
    /// Reports a trigger with limited concurrency in a workflow with a Response that is not asynchronous.
    ///
    /// ## Why is this bad
    /// The caller would wait for a run that may not have begun. The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "runtimeConfiguration": { "concurrency": { "runs": 5 } }  (at the trigger, beside a Response)
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "operationOptions": "Asynchronous"  (at the Response), or no limit
    /// ```
    ///
    /// ## References
    /// - The service: InvalidConcurrencyConfiguration
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps"
    RULE = "CF1020" "limited-runs-with-response" Error prevents "InvalidConcurrencyConfiguration";
}

/// The lint.
#[derive(Debug)]
pub struct LimitedRunsWithResponse;

impl Lint for LimitedRunsWithResponse {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let limit = |trigger: &Trigger<'_>| {
            let runs = trigger.node.path(&["runtimeConfiguration", "concurrency", "runs"]);
            let one = trigger.node.get("operationOptions").filter(|options| {
                options.as_str().is_some_and(|text| text.to_ascii_lowercase().contains("singleinstance"))
            });
            runs.or(one).map(|node| node.pointer())
        };
        let Some(limited) = cx.definition.triggers.iter().find_map(limit) else {
            return;
        };
        let is_asynchronous = |action: &Action<'_>| {
            let options = action.node.get("operationOptions").and_then(|node| node.as_str());
            options.is_some_and(|options| options.to_ascii_lowercase().contains("asynchronous"))
        };
        let waited_for = |action: &&Action<'_>| action.is("Response") && !is_asynchronous(action);
        if let Some(response) = cx.definition.actions().find(waited_for) {
            let message =
                format!("the runs are limited, while `{}` answers a caller who waits", response.name);
            let help = "give the Response the option `Asynchronous`, or do not limit the runs";
            out.push(Diagnostic::new(&RULE, limited, message).on_key().help(help));
        }
    }
}
