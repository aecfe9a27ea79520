//! Text that begins with `@` and is no expression.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, mistake};

crate::rule! {
    /// ## What it does
    /// Reports a value that begins with `@` and goes on with a name that is not called, such as a user name or a
    /// domain.
    ///
    /// ## Why is this bad
    /// The service takes it for an expression and refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "owner": "@contoso" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "owner": "@@contoso" }
    /// ```
    ///
    /// ## References
    /// - The service: "Unable to parse template language expression '…': expected token 'LeftParenthesis' and actual
    ///   'Identifier'." (Azure/Azure-Sentinel#2780, #3488)
    RULE = "CF3007" "text-taken-for-expression" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct TextTakenForExpression;

impl Lint for TextTakenForExpression {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::Text, error)) = mistake(text) {
            let text_meant = "if it is text, write @@ at its start; if an expression is meant, call a function as name(...)";
            let message =
                "the string begins with @, so the service reads it as an expression, and it is none";
            out.push(finding(&RULE, text, error).reworded(message, text_meant));
        }
    }
}
