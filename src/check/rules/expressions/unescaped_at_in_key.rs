//! A key that begins with a single `@`.

use crate::base::diagnostic::Rule;
use crate::base::fix::Fix;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, mistake};

crate::rule! {
    /// ## What it does
    /// Reports the key of an object that begins with `@` and is no expression.
    ///
    /// ## Why is this bad
    /// Keys are evaluated like values. The service takes such a key for an expression and refuses the definition, at
    /// the latest when a flow is turned on.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "@odata.type": "#microsoft.graph.user" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "@@odata.type": "#microsoft.graph.user" }
    /// ```
    ///
    /// ## References
    /// - The service: "Unable to parse template language expression 'odata.type': expected token 'LeftParenthesis'
    ///   and actual 'Dot'."
    RULE = "CF3006" "unescaped-at-in-key" Error prevents "TemplateValidationError";
}

/// The lint.
#[derive(Debug)]
pub struct UnescapedAtInKey;

impl Lint for UnescapedAtInKey {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::Key, error)) = mistake(text) {
            let key = text.node.key().unwrap_or_default();
            let message = format!("the key `{key}` begins with @, so the service reads it as an expression");
            let help = format!("write `@{key}`; {}", error.message);
            let fix = Fix::key_front(format!("write `@{key}`"), text.node.pointer(), "@");
            out.push(finding(&RULE, text, error).reworded(message, help).fix(fix));
        }
    }
}
