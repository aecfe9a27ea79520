//! A string whose expression cannot be parsed.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, is_whole, mistake, written};

crate::rule! {
    /// ## What it does
    /// Reports an expression that is no expression of the Workflow Definition Language, at the place where reading it
    /// stopped. Values and keys are read; strings that ARM evaluates first are not. Mistakes that are made often have rules
    /// of their own, from CF3002 on.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@{concat('a',)}" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@{concat('a', 'b')}" }
    /// ```
    ///
    /// ## References
    /// - The service: "Unable to parse template language expression '…'", "the string character '…' at position '…' is
    ///   not expected" (Azure/Azure-Sentinel#3849, #4339)
    RULE = "CF3001" "expression-syntax" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ExpressionSyntax;

impl Lint for ExpressionSyntax {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        let Some((Mistake::Other, error)) = mistake(text) else { return };
        let is_whole = written(text).is_some_and(is_whole);
        let double = is_whole.then_some("if it is text and no expression, write @@ at its start");
        let help: Vec<&str> = error.help.as_deref().into_iter().chain(double).collect();
        let help = if help.is_empty() { "correct the expression".to_owned() } else { help.join("; ") };
        out.push(finding(&RULE, text, error).help(help));
    }
}
