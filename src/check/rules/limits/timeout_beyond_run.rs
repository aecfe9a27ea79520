//! A loop may take longer than a run may.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::bound;
use crate::base::duration;
use crate::workflow::{Action, Host};

crate::rule! {
    /// ## What it does
    /// Reports a timeout of an Until that is longer than a run lives: 30 days in Power Automate. For Logic Apps,
    /// where a run lives for 90 days unless it is set otherwise, and for other actions it warns.
    ///
    /// ## Why is this bad
    /// Power Automate refuses the flow. Elsewhere the run ends first and nothing after the loop happens.
    ///
    /// ## Example
    /// ```json
    /// "limit": { "timeout": "P60D" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "limit": { "timeout": "P29D" }
    /// ```
    ///
    /// ## References
    /// - The service: WorkflowRunActionTimeoutLimitInvalid
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5017" "timeout-beyond-run" Error prevents "WorkflowRunActionTimeoutLimitInvalid";
}

/// The lint.
#[derive(Debug)]
pub struct TimeoutBeyondRun;

impl Lint for TimeoutBeyondRun {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.path(&["limit", "timeout"]) else { return };
        let Some(seconds) = node.as_str().and_then(duration::seconds) else { return };
        let host = cx.definition.host;
        let Some(most) = bound(&limits::RUN, host).filter(|most| seconds > *most as f64) else { return };
        let message =
            format!("`{}` may take longer than a run, which lives for {} days", action.name, most / 86_400);
        let finding = Diagnostic::new(&RULE, node.pointer(), message)
            .help("set a shorter timeout, and act on what has not happened until then");
        let is_refused = host == Host::PowerAutomate && action.is("Until");
        out.push(if is_refused { finding } else { finding.severity(Severity::Warning) });
    }
}
