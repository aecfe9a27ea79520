//! A string in double quotes inside an expression.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, mistake};

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
            out.push(finding(&RULE, text, error));
        }
    }
}
