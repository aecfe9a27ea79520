//! A connector that the host does not have.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::connector;
use crate::workflow::Host;

crate::rule! {
    /// ## What it does
    /// Reports a connector that the connector reference does not list for the host: Microsoft Sentinel in a flow of Power
    /// Automate, Approvals in a logic app.
    ///
    /// ## Why is this bad
    /// The operation is not found when the workflow is saved or imported: the connector exists on the other host only.
    ///
    /// ## Example
    /// `shared_azuresentinel` in a cloud flow
    ///
    /// ## Use instead
    /// In Power Automate, Microsoft Graph for incidents (`/security/incidents`); in Azure Logic Apps, *Send approval email* of
    /// Office 365 Outlook or a card in Teams.
    ///
    /// ## References
    /// - The service: WorkflowOperationInputsApiOperationNotFound
    /// - Connector reference: Microsoft Sentinel is listed for Azure Logic Apps, Approvals for Power Automate
    RULE = "CF4010" "connector-not-offered" Error prevents "WorkflowOperationInputsApiOperationNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct ConnectorNotOffered;

impl Lint for ConnectorNotOffered {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let host = match cx.definition.host {
            Host::PowerAutomate => connector::Host::PowerAutomate,
            Host::LogicApp => connector::Host::LogicApp,
            _ => return,
        };
        for (key, entry) in cx.definition.connections.entries() {
            let name = cx.definition.connector_behind(key);
            if connector::connector(&name).is_some_and(|known| !known.hosts.contains(&host)) {
                let message = format!("`{name}` is not offered in {}", host.title());
                let finding = Diagnostic::new(&RULE, entry.pointer(), message).on_key();
                out.push(finding.help(instead(&name)));
            }
        }
    }
}

/// What does the same on the other host.
fn instead(name: &str) -> &'static str {
    match name {
        "azuresentinel" => "Microsoft Graph reads and comments on incidents: `/security/incidents`",
        "approvals" => "ask by *Send approval email* of Office 365 Outlook, or by a card in Teams",
        _ => "the connector reference says where each connector is offered",
    }
}
