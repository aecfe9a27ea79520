//! A connection of a Standard project that does not say where it is reached.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;
use crate::workflow::project::ConnectionKind;

crate::rule! {
    /// ## What it does
    /// Reports an entry under `managedApiConnections` of `connections.json` without `connectionRuntimeUrl`.
    ///
    /// ## Why is this bad
    /// No workflow that uses the connection can be loaded: each is shown as one that is not found.
    ///
    /// ## Example
    /// ```json
    /// { "managedApiConnections": { "office365": { "api": { "id": "…" }, "connection": { "id": "…" } } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "managedApiConnections": { "office365": { "api": { "id": "…" }, "connection": { "id": "…" },
    ///     "connectionRuntimeUrl": "@appsetting('office365_runtimeUrl')", "authentication": { "type": "ManagedServiceIdentity" } } } }
    /// ```
    ///
    /// ## References
    /// - The Standard host: "The API connection reference '…' is missing a required property 'connectionRuntimeUrl'."
    ///   (Azure/logicapps#321)
    RULE = "CF6036" "connection-without-runtime-url" Error prevents "WorkflowNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct ConnectionWithoutRuntimeUrl;

impl Lint for ConnectionWithoutRuntimeUrl {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(project) = bundle.project() else { return };
        let Some(file) = project.connections else { return };
        for (key, entry) in project.connections(ConnectionKind::ManagedApi) {
            if entry.is_object() && entry.get_ignore_case("connectionRuntimeUrl").is_none() {
                let message = format!("the connection `{key}` does not say where it is reached");
                let help = "add `connectionRuntimeUrl`, which the properties of the connection resource give";
                out.push(file.file, Diagnostic::new(&RULE, entry.pointer(), message).on_key().help(help));
            }
        }
    }
}
