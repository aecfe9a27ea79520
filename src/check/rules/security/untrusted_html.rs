//! HTML that an attacker may write on.

use crate::base::diagnostic::Rule;
use crate::check::lint::in_text;
use crate::check::taint::Sink;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a value in the HTML of a mail or comment that comes from the trigger or from the answer of a service, without
    /// anything that takes the angle brackets out of it.
    ///
    /// ## Why is this bad
    /// A file name or subject line can then put a link or a picture into a mail that comes from the security team, which is the
    /// best bait there is.
    ///
    /// ## Example
    /// ```json
    /// "Body": "<p>@{triggerBody()?['object']?['properties']?['title']}</p>"
    /// ```
    ///
    /// ## Use instead
    /// `replace(replace(…, '&', '&amp;'), '<', '&lt;')`
    ///
    /// ## References
    /// - CWE-79: Improper Neutralization of Input During Web Page Generation
    /// - CWE-80: Script-Related HTML Tags
    RULE = "CF7014" "untrusted-html" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct UntrustedHtml;

impl Lint for UntrustedHtml {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for flow in cx.flows().iter().filter(|flow| flow.sink == Sink::Html) {
            let name = cx.definition[flow.action].name;
            let message = format!("`{name}` puts a value from {} into HTML as it is", flow.source);
            out.push(
                in_text(&RULE, flow.text, &flow.expr.span, message)
                    .help("take `&` and `<` out of it with `replace(…)`"),
            );
        }
    }
}
