//! A query that an attacker may write on.

use crate::base::diagnostic::Rule;
use crate::check::lint::in_text;
use crate::check::taint::Sink;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a value in a Kusto query that comes from the trigger or from the answer of a service, without anything that takes
    /// the quotes out of it: hunting in Microsoft Graph and Defender, and queries of Log Analytics, by connector or address.
    ///
    /// ## Why is this bad
    /// A quote in a subject line or file name ends the text it stands in, and what follows is run as a query: it reads other
    /// tables, or finds nothing where there is something.
    ///
    /// ## Example
    /// ```json
    /// "Query": "EmailEvents | where Subject == '@{triggerBody()?['Subject']}'"
    /// ```
    ///
    /// ## Use instead
    /// Double backslashes and quotes first: `replace(replace(…, '\\', '\\\\'), '"', '\\"')`, inside a text in double quotes; or pass an id.
    ///
    /// ## References
    /// - CWE-943: Improper Neutralization of Special Elements in Data Query Logic
    RULE = "CF7013" "untrusted-query" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct UntrustedQuery;

impl Lint for UntrustedQuery {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for flow in cx.flows().iter().filter(|flow| flow.sink == Sink::Query) {
            let name = cx.definition[flow.action].name;
            let message = format!("`{name}` puts a value from {} into a query as it is", flow.source);
            out.push(
                in_text(&RULE, flow.text, &flow.expr.span, message)
                    .help("escape backslashes and quotes with `replace(…)`, or query by an id"),
            );
        }
    }
}
