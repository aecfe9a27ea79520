//! An expression with more characters than the service takes.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, mistake};

crate::rule! {
    /// ## What it does
    /// Reports an expression of more than 8,192 characters.
    ///
    /// ## Why is this bad
    /// The service refuses it.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@concat('… more than 8,192 characters …')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Part": { "type": "Compose", "inputs": "… the long text …" },
    /// "Text": { "type": "Compose", "inputs": "@concat(outputs('Part'), '…')", "runAfter": { "Part": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference for Azure Logic Apps", expression: 8,192 characters
    /// - Azure/LogicAppsUX, expression scanner: `LimitExceeded`
    RULE = "CF3008" "expression-too-long" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ExpressionTooLong;

impl Lint for ExpressionTooLong {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::Length, error)) = mistake(text) {
            out.push(finding(&RULE, text, error));
        }
    }
}
