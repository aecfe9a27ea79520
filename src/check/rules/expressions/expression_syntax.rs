//! A string whose expression cannot be parsed.

use crate::base::diagnostic::Rule;
use crate::check::lint::in_text;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

crate::rule! {
    /// ## What it does
    /// Reports an expression that is no expression of the Workflow Definition Language, at the place where reading it
    /// stopped. Values and keys are read; strings that ARM evaluates first are not.
    ///
    /// ## Why is this bad
    /// The service refuses the definition. A value that merely begins with `@`, such as a user name, is an expression
    /// too unless the `@` is doubled.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "who": "@user", "text": "@{concat('it's over')}", "@odata.type": "#microsoft.graph.user" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "who": "@@user", "text": "@{concat('it''s over')}", "@@odata.type": "#microsoft.graph.user" }
    /// ```
    ///
    /// ## References
    /// - The service: "Unable to parse template language expression '…'", "the string character '…' at position '…' is
    ///   not expected"
    /// - Azure/Azure-Sentinel#2780, #3488, #3849, #4339
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
        let Err(error) = &text.parsed else { return };
        let written = if text.is_key { text.node.key() } else { text.node.as_str() };
        let is_whole = written.is_some_and(|written| written.starts_with('@') && !written.starts_with("@{"));
        let double = is_whole.then_some("if it is text and no expression, write @@ at its start");
        let help: Vec<&str> = error.help.as_deref().into_iter().chain(double).collect();
        let help = if help.is_empty() { "correct the expression".to_owned() } else { help.join("; ") };
        out.push(in_text(&RULE, text, &error.span, error.message.clone()).help(help));
    }
}
