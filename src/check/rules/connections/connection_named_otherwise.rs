//! A flow that names its connections in two ways.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Packaging;

crate::rule! {
    /// ## What it does
    /// Reports a call of a connector that names its connection by `host.connectionName` in a flow whose other calls name theirs by
    /// `host.connectionReferenceName`; one that names none at all; and `connectionReferenceName` in the files of a solution.
    ///
    /// ## Why is this bad
    /// A flow is read in one of two forms. Exports and solutions have `connectionName`, what is sent to the service to be saved has
    /// `connectionReferenceName`. In each form the other name counts for nothing, and the connection is missing.
    ///
    /// ## Example
    /// `"host": { "connectionName": "shared_teams", … }` beside calls with `connectionReferenceName`
    ///
    /// ## Use instead
    /// One of the two in the whole flow; in a solution `connectionName`
    ///
    /// ## References
    /// - The service: WorkflowRunActionInputsMissingProperty, "Property 'host.connectionReferenceName' is missing"
    ///   (microsoft/power-platform-skills#392)
    RULE = "CF4019" "connection-named-otherwise" Error prevents "WorkflowRunActionInputsMissingProperty";
}

/// The lint.
#[derive(Debug)]
pub struct ConnectionNamedOtherwise;

impl Lint for ConnectionNamedOtherwise {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let hosts: Vec<Node<'_>> = cx
            .calls()
            .iter()
            .filter(|call| call.is_by_id())
            .filter_map(|call| call.asked.inputs.get("host"))
            .collect();
        let is_packed = matches!(cx.bundle.packaging, Packaging::Solution(_) | Packaging::Package(_));
        let (by_name, by_reference) = ("connectionName", "connectionReferenceName");
        let is_saved_form = !is_packed && hosts.iter().any(|host| host.get(by_reference).is_some());
        let (wanted, other) = if is_saved_form { (by_reference, by_name) } else { (by_name, by_reference) };
        for host in hosts {
            // Exports of some years ago name the connection by `connection`.
            if host.get(wanted).is_some() || host.get("connection").is_some() {
                continue;
            }
            let finding = match host.get(other) {
                Some(node) => {
                    let message =
                        format!("this flow names its connections by `{wanted}`, and here by `{other}`");
                    Diagnostic::new(&RULE, node.pointer(), message).on_key()
                }
                None => {
                    let message = format!("the call has no connection: `{wanted}` is missing");
                    Diagnostic::new(&RULE, host.pointer(), message).on_key()
                }
            };
            out.push(finding.help(format!("name the connection by `{wanted}`")));
        }
    }
}
