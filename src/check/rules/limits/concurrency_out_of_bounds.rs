//! More happens at the same time than the service allows.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::{count_beyond, operations};

crate::rule! {
    /// ## What it does
    /// Reports `runtimeConfiguration.concurrency` with more than 100 runs, more than 50 repetitions, or (a warning,
    /// since sources contradict each other) more than 100 waiting runs, or 200 in Standard.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "runtimeConfiguration": { "concurrency": { "repetitions": 100 } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "runtimeConfiguration": { "concurrency": { "repetitions": 50 } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5016" "concurrency-out-of-bounds" Error;
}

/// The lint.
#[derive(Debug)]
pub struct ConcurrencyOutOfBounds;

impl Lint for ConcurrencyOutOfBounds {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let members = [
            ("runs", "runs at the same time", &limits::RUNS),
            ("repetitions", "iterations at the same time", &limits::REPETITIONS),
            ("maximumWaitingRuns", "waiting runs", &limits::WAITING_RUNS),
        ];
        let path = ["runtimeConfiguration", "concurrency"];
        for concurrency in operations(cx.definition).filter_map(|operation| operation.path(&path)) {
            for (member, what, limit) in members {
                let Some(node) = concurrency.get(member) else { continue };
                let Some((count, most)) = count_beyond(limit, cx.definition.host, node) else { continue };
                let message = format!("{count} {what} are too many; at most {most} are allowed");
                let finding = Diagnostic::new(&RULE, node.pointer(), message);
                out.push(if limit.is_disputed { finding.severity(Severity::Warning) } else { finding });
            }
        }
    }
}
