//! A part of an address that is not encoded.

use crate::base::diagnostic::Rule;
use crate::check::lint::in_text;
use crate::check::taint::Sink;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a value in the path or query of an HTTP action that comes from the trigger or from the answer of a service and
    /// is not encoded. Ids and other values that a service makes are left alone.
    ///
    /// ## Why is this bad
    /// A slash, a question mark or a number sign in it changes which resource is meant: `../` in a user name acts on another
    /// user.
    ///
    /// ## Example
    /// ```json
    /// "uri": "https://graph.microsoft.com/v1.0/users/@{items('Each')?['Name']}/revokeSignInSessions"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "uri": "https://graph.microsoft.com/v1.0/users/@{encodeUriComponent(items('Each')?['Name'])}/revokeSignInSessions"
    /// ```
    ///
    /// ## References
    /// - CWE-20: Improper Input Validation
    /// - CWE-74: Injection
    RULE = "CF7011" "untrusted-path" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct UntrustedPath;

impl Lint for UntrustedPath {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for flow in cx.flows().iter().filter(|flow| flow.sink == Sink::Path) {
            let name = cx.definition[flow.action].name;
            let message =
                format!("`{name}` puts a value from {} into an address without encoding it", flow.source);
            out.push(
                in_text(&RULE, flow.text, &flow.expr.span, message)
                    .help("wrap it in `encodeUriComponent(…)`"),
            );
        }
    }
}
