//! A string in double quotes inside an expression.

use crate::base::diagnostic::Rule;
use crate::check::lint::rewrite;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Expr;
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, mistake, slice};

crate::rule! {
    /// ## What it does
    /// Reports text in double quotes where an expression wants a string.
    ///
    /// ## Why is this bad
    /// Strings of the language stand in single quotes; the service refuses double ones.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@concat(\"a\", 'b')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@concat('a', 'b')" }
    /// ```
    ///
    /// ## References
    /// - Azure/LogicAppsUX, expression scanner: `MisusedDoubleQuotes`
    /// - Microsoft Learn: "Reference guide to workflow expression functions", considerations for using functions
    RULE = "CF3002" "double-quoted-string" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct DoubleQuotedString;

impl Lint for DoubleQuotedString {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::DoubleQuotes, error)) = mistake(text) {
            let found = finding(&RULE, text, error);
            let inside = slice(text, error).strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            // A brace may end the expression in the middle of what is meant as one string.
            out.push(match inside.filter(|inside| !inside.contains(['"', '{', '}'])) {
                Some(inside) => rewrite(found, text, &error.span, &Expr::str(inside).to_string()),
                None => found,
            });
        }
    }
}
