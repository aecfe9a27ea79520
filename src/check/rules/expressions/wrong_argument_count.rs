//! A function called with too few or too many arguments.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports a call with a number of arguments that the function does not take.
    ///
    /// ## Why is this bad
    /// The call has no value. The service refuses it when the definition is saved or, as one report says, when the
    /// action runs.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@replace('a-b', '-')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@replace('a-b', '-', '_')" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions"
    /// - Microsoft Learn: Power Automate error reference, invalid expressions such as `createArray()`
    RULE = "CF3022" "wrong-argument-count" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct WrongArgumentCount;

impl Lint for WrongArgumentCount {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::ArgumentCount) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
