//! A request has an address that is none.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a literal `uri` of an Http action or trigger that does not begin with http:// or https://.
    ///
    /// ## Why is this bad
    /// There is nothing that could be called: the action must fail.
    ///
    /// ## Example
    /// ```json
    /// "uri": "graph.microsoft.com/v1.0/me"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "uri": "https://graph.microsoft.com/v1.0/me"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", HTTP action
    RULE = "CF1030" "address-without-scheme" Error;
}

/// The lint.
#[derive(Debug)]
pub struct AddressWithoutScheme;

impl Lint for AddressWithoutScheme {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Http"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.path(&["inputs", "uri"]).filter(|_| action.is("Http")) else { return };
        let Some(address) = cx.definition.literal(node).filter(|address| !address.is_empty()) else { return };
        let lower = address.to_ascii_lowercase();
        if !["http://", "https://"].iter().any(|scheme| lower.starts_with(scheme)) {
            let message = format!("`{}` has no address that can be called", action.name);
            out.push(
                Diagnostic::new(&RULE, node.pointer(), message).help("an address begins with `https://`"),
            );
        }
    }
}
