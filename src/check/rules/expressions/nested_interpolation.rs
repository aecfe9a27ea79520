//! An `@` inside an expression.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::strings::Text;

use super::syntax::{Mistake, finding, mistake};

crate::rule! {
    /// ## What it does
    /// Reports `@` and `@{…}` within an expression.
    ///
    /// ## Why is this bad
    /// The mark says where an expression begins; inside one it means nothing, and the service refuses it.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@{concat('a', @{triggerBody()})}" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@{concat('a', triggerBody())}" }
    /// ```
    ///
    /// ## References
    /// - The service: "the string character '…' at position '…' is not expected" (Azure/Azure-Sentinel#3849, #4339)
    RULE = "CF3005" "nested-interpolation" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct NestedInterpolation;

impl Lint for NestedInterpolation {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.texts()
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::Nested, error)) = mistake(text) {
            out.push(finding(&RULE, text, error));
        }
    }
}
