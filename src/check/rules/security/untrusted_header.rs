//! A header that an attacker may have written.

use crate::base::diagnostic::Rule;
use crate::check::lint::in_text;
use crate::check::taint::Sink;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a header of an HTTP action whose value comes from the trigger or from the answer of a service.
    ///
    /// ## Why is this bad
    /// Headers decide who is meant and what is allowed. A value from outside can pose as somebody else, or break off a header
    /// and begin another.
    ///
    /// ## Example
    /// ```json
    /// "headers": { "X-User": "@{triggerBody()?['from']}" }
    /// ```
    ///
    /// ## Use instead
    /// Send it in the body, or encode it: `base64(…)`.
    ///
    /// ## References
    /// - CWE-113: Improper Neutralization of CRLF Sequences in HTTP Headers
    RULE = "CF7012" "untrusted-header" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct UntrustedHeader;

impl Lint for UntrustedHeader {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for flow in cx.flows().iter().filter(|flow| flow.sink == Sink::Header) {
            let name = cx.definition[flow.action].name;
            let message = format!("`{name}` puts a value from {} into a header", flow.source);
            out.push(
                in_text(&RULE, flow.text, &flow.expr.span, message).help("send it in the body, or encode it"),
            );
        }
    }
}
