//! A function called with a value of a kind that it does not take.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports an argument whose kind is known and is none that the function takes. What is known only from a schema
    /// gives a warning: a run need not keep to it.
    ///
    /// ## Why is this bad
    /// The call fails, and with it the action.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@length(true)" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@length('true')" }
    /// ```
    ///
    /// ## References
    /// - The service: "The template language function 'split' expects its first parameter to be of type string. The
    ///   provided value is of type 'Null'." (Azure/Microsoft-Defender-for-Cloud#249)
    /// - Microsoft Learn: "Reference guide to workflow expression functions"
    RULE = "CF3023" "wrong-argument-type" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct WrongArgumentType;

impl Lint for WrongArgumentType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::ArgumentType) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
