//! A status in `runAfter` that does not exist.

use crate::base::diagnostic::{Diagnostic, Rule, Severity, did_you_mean};
use crate::base::fix::Fix;
use crate::base::graph::Status;
use crate::base::words::choices;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a status in a `runAfter` list other than `Succeeded`, `Failed`, `Skipped` and `TimedOut`, in any case.
    ///
    /// ## Why is this bad
    /// No other status is documented as one that an action can wait for, so the action would never start on it. The
    /// engine has more statuses, such as `Cancelled`; naming one of those is only a warning.
    ///
    /// ## Example
    /// ```json
    /// "runAfter": { "Isolate": ["Success", "TimeOut"] }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "runAfter": { "Isolate": ["Succeeded", "TimedOut"] }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps", the four run-after statuses
    RULE = "CF2005" "unknown-status" Error;
}

/// Statuses that the engine knows but that no run-after list is documented to wait for: only a warning. Source: the
/// FlowStatus enumeration of the public SDK.
const OTHER: [&str; 8] =
    ["Aborted", "Cancelled", "Faulted", "Ignored", "Paused", "Running", "Suspended", "Waiting"];

/// The status that a word stands for beyond doubt: each has a beginning of its own, as in `Success` and `Timeout`.
fn meant(text: &str) -> Option<&'static str> {
    let begins = |name: &&str| text.get(..4).is_some_and(|four| name[..4].eq_ignore_ascii_case(four));
    let names = Status::ALL.map(Status::name);
    names.into_iter().find(begins).or_else(|| did_you_mean(text, names))
}

/// The lint.
#[derive(Debug)]
pub struct UnknownStatus;

impl Lint for UnknownStatus {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        for entry in action.run_after.iter().flatten().filter(|entry| entry.node.is_array()) {
            for item in entry.node.items() {
                let Some((text, _)) = item.as_str().and_then(|text| cx.definition.passed_on(text)) else {
                    continue;
                };
                if Status::parse(text).is_some() {
                    continue;
                }
                let message = format!("`{text}` is no status that an action can wait for");
                let help = choices(text, "statuses", Status::ALL.map(Status::name));
                let mut finding = Diagnostic::new(&RULE, item.pointer(), message).help(help);
                if OTHER.iter().any(|other| other.eq_ignore_ascii_case(text)) {
                    finding = finding.severity(Severity::Warning);
                } else if let Some(meant) = meant(text) {
                    finding = finding.fix(Fix::text(format!("write `{meant}`"), item.pointer(), meant));
                }
                out.push(finding);
            }
        }
    }
}
