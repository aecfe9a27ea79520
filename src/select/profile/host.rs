//! The part of a profile that says where playbooks live: what starts them, where they keep their notes, and the systems
//! beside them.

use serde::Deserialize;

/// What starts a playbook, by the product that runs it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trigger {
    /// Of Azure Logic Apps.
    pub logicapp: LogicAppTrigger,
    /// Of Power Automate.
    pub powerautomate: FlowTrigger,
    /// Minutes between two looks, where the trigger is one that looks for new incidents.
    pub every_minutes: u16,
}

impl Default for Trigger {
    fn default() -> Self {
        Self {
            logicapp: LogicAppTrigger::default(),
            powerautomate: FlowTrigger::default(),
            every_minutes: 10,
        }
    }
}

/// What starts a playbook in Azure Logic Apps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogicAppTrigger {
    /// An incident of Microsoft Sentinel, by way of an automation rule.
    #[default]
    Sentinel,
    /// New incidents of Microsoft Graph, looked for every few minutes; for tenants without Microsoft Sentinel.
    GraphPolling,
}

/// What starts a flow of Power Automate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowTrigger {
    /// A call with the incident's id, by somebody of the tenant.
    #[default]
    Request,
    /// New incidents, looked for every few minutes.
    Recurrence,
    /// A person, who gives the incident's id.
    Manual,
    /// An alert of Defender for Cloud Apps.
    CloudAppAlert,
}

/// Where a playbook writes down what it did and what was so before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The kind of store.
    pub store: Store,
    /// Name of the storage account; there whenever the store is [`Store::StorageTable`].
    pub account: Option<String>,
    /// Name of the table; there whenever the store is a table. Of Dataverse it is the logical name.
    pub table: Option<String>,
}

/// Kinds of store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// A marked comment on the incident: nothing to set up, and readable by whoever reads the incident.
    #[default]
    IncidentComment,
    /// A table of an Azure storage account.
    StorageTable,
    /// A table of Dataverse.
    DataverseTable,
}

/// An Azure Automation account whose runbooks do what only Exchange PowerShell can.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Automation {
    /// Name of the account.
    pub account: String,
    /// Its resource group.
    pub resource_group: String,
    /// The subscription, a GUID.
    pub subscription: String,
}

/// How devices are isolated from the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// From everything but Defender for Endpoint.
    #[default]
    Full,
    /// From everything but Defender for Endpoint, Outlook, Teams and Skype for Business.
    Selective,
}

impl Isolation {
    /// The word that the API takes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "Full",
            Self::Selective => "Selective",
        }
    }
}

/// Where tickets are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// The system.
    pub system: TicketSystem,
    /// Key of the project; there whenever the system is [`TicketSystem::Jira`].
    pub project: Option<String>,
    /// Id of the issue type; there whenever the system is [`TicketSystem::Jira`].
    pub issue_type: Option<String>,
    /// Table of ServiceNow; absent: `incident`.
    pub table: Option<String>,
}

/// Ticket systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketSystem {
    /// ServiceNow.
    ServiceNow,
    /// Jira.
    Jira,
}
