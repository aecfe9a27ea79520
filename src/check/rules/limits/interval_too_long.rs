//! A recurrence is too rare.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::whole_number;

crate::rule! {
    /// ## What it does
    /// Reports a recurrence whose interval is larger than its frequency allows: 16 months, 71 weeks, 500 days, 12,000 hours,
    /// 72,000 minutes or 9,999,999 seconds.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "recurrence": { "frequency": "Month", "interval": 24 }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "recurrence": { "frequency": "Month", "interval": 12 }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Recurrence trigger
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5015" "interval-too-long" Error;
}

/// The lint.
#[derive(Debug)]
pub struct IntervalTooLong;

impl Lint for IntervalTooLong {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for trigger in &cx.definition.triggers {
            let Some(recurrence) = trigger.node.get("recurrence") else { continue };
            let (Some(frequency), Some(node)) =
                (recurrence.get("frequency").and_then(|node| node.as_str()), recurrence.get("interval"))
            else {
                continue;
            };
            let longest = limits::INTERVALS.iter().find(|(name, _)| name.eq_ignore_ascii_case(frequency));
            let (Some((unit, most)), Some(interval)) = (longest, whole_number(node)) else { continue };
            if u64::try_from(interval).is_ok_and(|interval| interval > *most) {
                let unit = unit.to_lowercase();
                let message = format!(
                    "an interval of {interval} {unit}s is too long; at most {most} {unit}s are allowed"
                );
                let help = "run it more often and begin with a condition that looks at the date";
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}
