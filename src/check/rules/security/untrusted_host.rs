//! A request to a host that an attacker may choose.

use crate::base::diagnostic::Rule;
use crate::check::lint::in_text;
use crate::check::taint::Sink;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports an HTTP action whose host comes from the trigger or from the answer of a service, not from a parameter or from
    /// text.
    ///
    /// ## Why is this bad
    /// Whoever writes the mail, the alert or the record then chooses where the request goes, with its credentials and from
    /// inside the cloud.
    ///
    /// ## Example
    /// ```json
    /// "uri": "@{triggerBody()?['callback']}/report"
    /// ```
    ///
    /// ## Use instead
    /// Keep the host in a parameter, or compare it with a list of those that are allowed and pass on the entry of the list.
    ///
    /// ## References
    /// - CWE-918: Server-Side Request Forgery
    /// - ATT&CK T1090: Proxy
    RULE = "CF7010" "untrusted-host" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct UntrustedHost;

impl Lint for UntrustedHost {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for flow in cx.flows().iter().filter(|flow| flow.sink == Sink::Host) {
            let name = cx.definition[flow.action].name;
            let message = format!("`{name}` sends its request to a host that comes from {}", flow.source);
            out.push(
                in_text(&RULE, flow.text, &flow.expr.span, message)
                    .help("keep the host in a parameter, or take it from a list of those that are allowed"),
            );
        }
    }
}
