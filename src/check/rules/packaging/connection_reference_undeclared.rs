//! A flow of a solution names a connection reference that the solution does not declare.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

use super::solution::references;

crate::rule! {
    /// ## What it does
    /// Reports a connection reference, by its logical name, that a flow of a solution uses and `customizations.xml` does not
    /// declare. One that the solution lists as a dependency on another solution is not judged.
    ///
    /// ## Why is this bad
    /// The flow is imported and cannot be turned on: nothing asks for the connection that it needs.
    ///
    /// ## Example
    /// ```json
    /// "connection": { "connectionReferenceLogicalName": "contoso_teams" }
    /// ```
    /// with no such `connectionreference`
    ///
    /// ## Use instead
    /// ```xml
    /// <connectionreference connectionreferencelogicalname="contoso_teams">
    /// ```
    ///
    /// ## References
    /// - The service: "Connection Id missing for connection reference logical name '…'." (microsoft/powerapps-tools#570)
    RULE = "CF6043" "connection-reference-undeclared" Error prevents "XrmConnectionReferenceMissingConnection";
}

/// The lint.
#[derive(Debug)]
pub struct ConnectionReferenceUndeclared;

impl Lint for ConnectionReferenceUndeclared {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(solution) = bundle.solution().filter(|one| bundle.is_whole && one.customizations.is_some())
        else {
            return;
        };
        for member in members {
            for (_, node) in references(member) {
                let Some(name) = node.as_str() else { continue };
                if solution.connection_reference(name).is_some() || solution.depends_on(name) {
                    continue;
                }
                let message = format!("the solution declares no connection reference `{name}`");
                let names = solution.connection_references.iter().map(|one| one.logical_name.text);
                let help = choices(name, "connection references of the solution", names);
                out.push(member.file, Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}
