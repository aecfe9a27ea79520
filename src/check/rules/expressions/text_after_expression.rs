//! An expression that is complete before its string ends.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, mistake};

crate::rule! {
    /// ## What it does
    /// Reports text, an operator or a further access after the end of an expression.
    ///
    /// ## Why is this bad
    /// A string that begins with `@` is one expression and nothing else, so the service refuses what follows. Text
    /// and expressions are mixed with `@{…}`; there are no operators.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@triggerBody()?['user'] was reported" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@{triggerBody()?['user']} was reported" }
    /// ```
    ///
    /// ## References
    /// - The service: "the string character '…' at position '…' is not expected" (Azure/Azure-Sentinel#3849, #4339)
    RULE = "CF3004" "text-after-expression" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct TextAfterExpression;

impl Lint for TextAfterExpression {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::Trailing, error)) = mistake(text) {
            out.push(finding(&RULE, text, error));
        }
    }
}
