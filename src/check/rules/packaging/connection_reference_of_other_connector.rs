//! A connection reference of a solution is for another connector than the flow calls.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

use super::solution::{last, references};

crate::rule! {
    /// ## What it does
    /// Reports a connection reference that `customizations.xml` declares for one connector and a flow uses for another.
    ///
    /// ## Why is this bad
    /// Whoever imports chooses a connection of the wrong kind, and the flow cannot be turned on.
    ///
    /// ## Example
    /// ```json
    /// "api": { "name": "shared_teams" }, "connection": { "connectionReferenceLogicalName": "contoso_mail" }
    /// ```
    /// with `<connectorid>/providers/Microsoft.PowerApps/apis/shared_office365</connectorid>`
    ///
    /// ## Use instead
    /// A connection reference for each connector.
    ///
    /// ## References
    /// - The service: ConnectionAuthorizationFailed
    /// - Microsoft Learn: "Use a connection reference in a solution"
    RULE = "CF6044" "connection-reference-of-other-connector" Error;
}

/// The lint.
#[derive(Debug)]
pub struct ConnectionReferenceOfOtherConnector;

impl Lint for ConnectionReferenceOfOtherConnector {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(solution) = bundle.solution() else { return };
        for member in members {
            for (entry, node) in references(member) {
                let declared = node.as_str().and_then(|name| solution.connection_reference(name));
                let Some(connector) = declared.and_then(|one| one.connector.as_ref()) else { continue };
                let Some(api) = entry.path(&["api", "name"]) else { continue };
                let (Some(used), wanted) = (api.as_str(), last(connector.text)) else { continue };
                // The name of a custom connector ends in what differs from environment to environment.
                let is_custom = used.contains("-5f") || wanted.contains("-5f");
                if !is_custom && !used.eq_ignore_ascii_case(wanted) && !wanted.is_empty() {
                    let message =
                        format!("the connection reference is for `{wanted}`, and the flow calls `{used}`");
                    let help = "declare a connection reference for each connector";
                    out.push(member.file, Diagnostic::new(&RULE, api.pointer(), message).help(help));
                }
            }
        }
    }
}
