//! A schedule names times that its frequency does not have.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Warns about hours and minutes in a schedule whose frequency is neither Day nor Week, and about days of the
    /// week where it is not Week.
    ///
    /// ## Why is this bad
    /// The service does not look at them: the workflow starts at other times than the file says.
    ///
    /// ## Example
    /// ```json
    /// "recurrence": { "frequency": "Hour", "interval": 1, "schedule": { "weekDays": ["Monday"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "recurrence": { "frequency": "Week", "interval": 1, "schedule": { "weekDays": ["Monday"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Recurrence trigger
    RULE = "CF1032" "schedule-of-other-frequency" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct ScheduleOfOtherFrequency;

impl Lint for ScheduleOfOtherFrequency {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for recurrence in cx.definition.triggers.iter().filter_map(|trigger| trigger.node.get("recurrence")) {
            let frequency = recurrence.get("frequency").and_then(|node| cx.definition.literal(node));
            let (Some(frequency), Some(schedule)) = (frequency, recurrence.get("schedule")) else { continue };
            for (member, node) in schedule.members() {
                let allowed: &[&str] = match member {
                    "hours" | "minutes" => &["Day", "Week", "Month"],
                    "weekDays" => &["Week"],
                    _ => continue,
                };
                if !allowed.iter().any(|known| known.eq_ignore_ascii_case(frequency)) {
                    let message = format!("`{member}` means nothing where the frequency is {frequency}");
                    let help = if member == "weekDays" {
                        "set the frequency to `Week`"
                    } else {
                        "set the frequency to `Day` or `Week`"
                    };
                    out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help));
                }
            }
        }
    }
}
