//! A string or an interpolation that does not end.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, mistake};

crate::rule! {
    /// ## What it does
    /// Reports a string without its closing quote, and `@{` without `}`.
    ///
    /// ## Why is this bad
    /// The service refuses the definition. The reason is most often an apostrophe, which ends a string unless it is
    /// doubled.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@{concat('it's over')}" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@{concat('it''s over')}" }
    /// ```
    ///
    /// ## References
    /// - The service: "the string interpolation segment starting at position '…' is not terminated"
    RULE = "CF3003" "unterminated-expression" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct UnterminatedExpression;

impl Lint for UnterminatedExpression {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::Unterminated, error)) = mistake(text) {
            out.push(finding(&RULE, text, error));
        }
    }
}
