//! Actions that wait for each other.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports actions whose `runAfter` entries form a circle, and an action that runs after itself.
    ///
    /// ## Why is this bad
    /// None of them can ever start: each waits for another of them to finish first.
    ///
    /// ## Example
    /// ```json
    /// "A": { "type": "Compose", "inputs": 1, "runAfter": { "B": ["Succeeded"] } },
    /// "B": { "type": "Compose", "inputs": 1, "runAfter": { "A": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "A": { "type": "Compose", "inputs": 1, "runAfter": {} },
    /// "B": { "type": "Compose", "inputs": 1, "runAfter": { "A": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps", the run-after behavior
    RULE = "CF2003" "runafter-cycle" Error;
}

/// The lint.
#[derive(Debug)]
pub struct RunAfterCycle;

impl Lint for RunAfterCycle {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        for (container, _) in definition.containers() {
            let Some(cycle) = cx.order.cycle(definition, container) else { continue };
            let Some(first) = cycle.first() else { continue };
            let names: Vec<_> =
                cycle.iter().chain([first]).map(|id| format!("`{}`", definition[*id].name)).collect();
            let message = match cycle.len() {
                1 => format!("{} runs after itself", names[0]),
                _ => {
                    format!("these actions wait for each other, so none can start: {}", names.join(", then "))
                }
            };
            let pointer = definition[*first].node.pointer().join("runAfter");
            let help = "remove one of the runAfter entries, so that an action can be first";
            out.push(Diagnostic::new(&RULE, pointer, message).on_key().help(help));
        }
    }
}
