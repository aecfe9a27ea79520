//! A flow runs more often than Power Automate allows.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::{bound, whole_number};

crate::rule! {
    /// ## What it does
    /// Warns about a flow whose recurrence is shorter than 60 seconds.
    ///
    /// ## Why is this bad
    /// Power Automate documents 60 seconds as the shortest interval.
    ///
    /// ## Example
    /// ```json
    /// "recurrence": { "frequency": "Second", "interval": 30 }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "recurrence": { "frequency": "Minute", "interval": 1 }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5020" "recurrence-too-frequent" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct RecurrenceTooFrequent;

impl Lint for RecurrenceTooFrequent {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(least) = bound(&limits::RECURRENCE_SHORTEST, cx.definition.host) else { return };
        for recurrence in cx.definition.triggers.iter().filter_map(|trigger| trigger.node.get("recurrence")) {
            let is_seconds = recurrence
                .get("frequency")
                .and_then(|node| node.as_str())
                .is_some_and(|frequency| frequency.eq_ignore_ascii_case("Second"));
            let Some(node) = recurrence.get("interval").filter(|_| is_seconds) else { continue };
            let interval = whole_number(node).and_then(|interval| u64::try_from(interval).ok());
            if interval.is_some_and(|interval| interval < least) {
                let message = format!(
                    "the flow would run every {} seconds; at least {least} are needed",
                    interval.unwrap_or_default()
                );
                out.push(Diagnostic::new(&RULE, node.pointer(), message));
            }
        }
    }
}
