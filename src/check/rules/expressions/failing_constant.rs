//! Constants for which a function has no value.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Computes calls whose arguments are all constants, and reports those that must fail: text that is no number,
    /// division by zero, a part beyond the end of a text, an unknown unit of time or format, a timestamp that is
    /// none.
    ///
    /// ## Why is this bad
    /// The service evaluates constants when it saves the definition, and refuses it; otherwise the action fails
    /// whenever it runs.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@div(100, 0)" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@div(100, 5)" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: Power Automate error reference, `int('abc')` and `div(100, 0)`
    /// - OfficeDev/microsoft-teams-apps-requestateam#42: "The template language function 'bool' was invoked with a
    ///   parameter that is not valid"
    /// - Microsoft Learn: "Reference guide to workflow expression functions"
    RULE = "CF3025" "failing-constant" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct FailingConstant;

impl Lint for FailingConstant {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::Constant) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
