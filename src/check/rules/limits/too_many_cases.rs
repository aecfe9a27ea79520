//! A Switch has too many cases.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a Switch with more cases than the service takes.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// A Switch with 26 cases.
    ///
    /// ## Use instead
    /// A second Switch in the default of the first, or a table that is looked up.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5004" "too-many-cases" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyCases;

impl Lint for TooManyCases {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Switch"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(cases) = action.node.get("cases").filter(|_| action.is("Switch")) else { return };
        let count = cases.members().count();
        if let Some(most) = exceeded(&limits::CASES, cx.definition.host, count) {
            let message =
                format!("the Switch `{}` has {count} cases; at most {most} are allowed", action.name);
            let help = "put the rest into a Switch in its default";
            out.push(Diagnostic::new(&RULE, cases.pointer(), message).on_key().help(help));
        }
    }
}
