//! Something is to happen one by one and several at a time.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a Foreach with both the option `Sequential` and `concurrency.repetitions`, and a trigger with both
    /// `SingleInstance` and `concurrency.runs`.
    ///
    /// ## Why is this bad
    /// The two contradict each other. The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "operationOptions": "Sequential", "runtimeConfiguration": { "concurrency": { "repetitions": 10 } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "operationOptions": "Sequential"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", "Change concurrency": otherwise a validation error
    RULE = "CF1022" "sequential-and-concurrent" Error;
}

/// The lint.
#[derive(Debug)]
pub struct SequentialAndConcurrent;

impl Lint for SequentialAndConcurrent {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().every_action()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let triggers = cx.definition.triggers.iter();
        triggers.for_each(|trigger| judge(trigger.node, "SingleInstance", "runs", out));
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        judge(action.node, "Sequential", "repetitions", out);
    }
}

fn judge(operation: Node<'_>, option: &str, member: &str, out: &mut Findings) {
    let Some(node) = operation.path(&["runtimeConfiguration", "concurrency", member]) else { return };
    let options = operation.get("operationOptions").and_then(|node| node.as_str()).unwrap_or_default();
    if options.to_ascii_lowercase().contains(&option.to_ascii_lowercase()) {
        let message = format!("`{option}` and `{member}` exclude each other");
        out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help("remove one of the two"));
    }
}
