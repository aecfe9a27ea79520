//! An Until may go round too often.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::count_beyond;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports an Until whose `limit.count` is above 5,000, or above 100 in a stateless workflow of Standard.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "limit": { "count": 10000, "timeout": "P1D" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "limit": { "count": 1440, "timeout": "P1D" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5014" "too-many-rounds" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyRounds;

impl Lint for TooManyRounds {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Until"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.path(&["limit", "count"]).filter(|_| action.is("Until")) else { return };
        let limit = if cx.is_stateless() { &limits::ROUNDS_STATELESS } else { &limits::ROUNDS };
        if let Some((count, most)) = count_beyond(limit, cx.definition.host, node) {
            let message = format!("`{}` may go round {count} times; at most {most} are allowed", action.name);
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help("wait longer in each round"));
        }
    }
}
