//! A value that may be null where a function takes none.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports an argument behind a step with `?`, given to a function that fails with null.
    ///
    /// ## Why is this bad
    /// The question mark makes null of a missing value, and the function around it fails with that: the mistake is
    /// only moved. It needs another value for that case.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@split(triggerBody()?['hosts'], ',')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@split(coalesce(triggerBody()?['hosts'], ''), ',')" }
    /// ```
    ///
    /// ## References
    /// - The service: "The template language function 'split' expects its first parameter to be of type string. The
    ///   provided value is of type 'Null'." (Azure/Microsoft-Defender-for-Cloud#249)
    RULE = "CF3034" "null-argument" Warning prevents "InvalidTemplate" audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct NullArgument;

impl Lint for NullArgument {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::NullArgument) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
