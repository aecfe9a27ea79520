//! A trigger splits a list of which only 100 items are taken.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Tells of a trigger that starts a run for each item of a list (`splitOn`) and limits how many run at the same
    /// time.
    ///
    /// ## Why is this bad
    /// With that limit, a list may have 100 items instead of 100,000. A longer one starts no run at all.
    ///
    /// ## Example
    /// ```json
    /// "splitOn": "@triggerBody()?['value']", "runtimeConfiguration": { "concurrency": { "runs": 5 } }
    /// ```
    ///
    /// ## Use instead
    /// A Foreach in the workflow with `repetitions`, in place of the split; or no limit of the runs.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5018" "split-with-concurrency" Info audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct SplitWithConcurrency;

impl Lint for SplitWithConcurrency {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for trigger in cx.definition.triggers.iter().filter(|trigger| trigger.node.get("splitOn").is_some()) {
            if let Some(runs) = trigger.node.path(&["runtimeConfiguration", "concurrency", "runs"]) {
                let message = format!(
                    "`{}` splits a list, of which it takes 100 items at most since its runs are limited",
                    trigger.name
                );
                let help = "if the list may be longer, go through it with a Foreach instead";
                out.push(Diagnostic::new(&RULE, runs.pointer(), message).on_key().help(help));
            }
        }
    }
}
