//! The profile: what the organisation has, whom it protects, who decides.

use serde::Deserialize;
use serde_json::Value;

use crate::data::connector::Cloud;
use crate::ingest::incident::Severity;

mod host;

pub use host::{
    Automation, FlowTrigger, Isolation, LogicAppTrigger, State, Store, Ticket, TicketSystem, Trigger,
};

/// Everything about the organisation that shapes a playbook. Every field has a careful default.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Editor wiring; not read.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Name of the organisation, for people.
    pub organisation: Option<String>,
    /// How things are named.
    pub naming: Naming,
    /// Which Microsoft cloud.
    pub cloud: Cloud,
    /// Azure regions in which playbooks may stand, the usual one first; none named: that of the resource group.
    pub regions: Vec<String>,
    /// What starts a playbook.
    pub trigger: Trigger,
    /// For which incidents.
    pub severity: Threshold,
    /// Who is asked, and how long the playbook waits.
    pub approval: Approval,
    /// Who is told.
    pub notify: Notify,
    /// Who and what is never touched.
    pub protected: Protected,
    /// Bounds.
    pub limits: Limits,
    /// Where a playbook writes down what a rollback needs to know.
    pub state: State,
    /// The automation account for what only Exchange PowerShell can do; without one, people get it as a task.
    pub automation: Option<Automation>,
    /// How devices are isolated.
    pub isolation: Isolation,
    /// Where tickets are kept; without one, none is opened.
    pub ticket: Option<Ticket>,
    /// Licences that the tenant has; absent: not known, nothing is refused for it.
    pub licences: Option<Vec<String>>,
    /// Whether the tenant has no such connector, by name (`office365`, `azuresentinel`…).
    pub unavailable_connectors: Vec<String>,
}

/// How things are named.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Naming {
    /// Prefix of schema names in a solution, and of playbook names: two to eight letters and digits, a letter first.
    pub prefix: String,
}

impl Default for Naming {
    fn default() -> Self {
        Self { prefix: "cflow".to_owned() }
    }
}

/// For which incidents a playbook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Threshold {
    /// The least severity.
    pub at_least: Severity,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { at_least: Severity::Informational }
    }
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approval {
    /// The approvers: persons, by the user principal name that is also their primary mail address. Who answers is compared
    /// with these.
    pub approvers: Vec<String>,
    /// How they are asked.
    pub channel: Channel,
    /// Where in Teams; there whenever the channel is [`Channel::Teams`].
    pub teams: Option<TeamsChannel>,
    /// How long an approval may stay open, as an ISO 8601 duration.
    pub timeout: String,
}

impl Default for Approval {
    fn default() -> Self {
        Self { approvers: Vec::new(), channel: Channel::Mail, teams: None, timeout: "PT4H".to_owned() }
    }
}

/// How approvers are asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By mail, each of them.
    #[default]
    Mail,
    /// By a card in a channel of Microsoft Teams.
    Teams,
}

/// A channel of Microsoft Teams.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamsChannel {
    /// Id of the team: the GUID of its group.
    pub team: String,
    /// Id of the channel, such as `19:…@thread.tacv2`.
    pub channel: String,
}

/// Who is told.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// Mail addresses.
    pub to: Vec<String>,
}

/// Who and what is never touched.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Protected {
    /// Accounts by object id or user principal name: break-glass, service accounts, executives.
    pub accounts: Vec<String>,
    /// Devices by machine id or DNS name: domain controllers, DNS, DHCP, hypervisors.
    pub devices: Vec<String>,
    /// Domains, addresses and URLs that must not be blocked: one's own, partners'.
    pub network: Vec<String>,
}

/// Bounds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Most targets that one pattern may act on in one run.
    pub targets: u16,
    /// Highest disruption that needs no approval. Covers containing actions of reviewed incidents only, and targets that were
    /// judged: by the product's verdict, or by the review in a playbook for one incident. Whatever removes something, mail
    /// included, is asked for in any case.
    pub disruption_without_approval: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self { targets: 10, disruption_without_approval: 0 }
    }
}

/// Hosts of Microsoft 365 itself: to block one is to keep everybody from signing in or from their mail. Attackers lead
/// to them too, by way of a redirect or a consent prompt. Not `sharepoint.com`: below it lies what other tenants share, an
/// attacker's too, so a tenant names its own in the profile.
///
/// Source: Microsoft, "Office 365 URLs and IP address ranges" and the web service behind it, which list them as required;
/// as of July 2022 in MicrosoftDocs/microsoft-365-docs, microsoft-365/includes/office-365-worldwide-endpoints.md at
/// 02a494f5d6d222f3ee607a2b60f5a6cbacd2e2cf, rows 1, 9, 12, 56, 59 and 64.
const SERVICES: &[&str] = &[
    "login.microsoft.com",
    "login.microsoftonline.com",
    "login.windows.net",
    "msauth.net",
    "msftauth.net",
    "security.microsoft.com",
    "teams.microsoft.com",
    "login.live.com",
    "graph.microsoft.com",
    "outlook.office.com",
    "outlook.office365.com",
    "protection.outlook.com",
];

impl Protected {
    /// Whether a host belongs to a service that everybody needs.
    pub fn is_service(host: &str) -> bool {
        SERVICES.iter().any(|service| {
            host == *service || host.strip_suffix(service).is_some_and(|begin| begin.ends_with('.'))
        })
    }

    /// What must not be blocked: what the profile lists and the services that everybody needs.
    pub fn whole_network(&self) -> Vec<String> {
        self.network.iter().cloned().chain(SERVICES.iter().map(|service| (*service).to_owned())).collect()
    }
}

impl Profile {
    /// Reads a profile that has passed its schema.
    pub fn from_value(value: Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(value)
    }

    /// The setting that a connector needs and the profile does not have: the account of a job, the system of a ticket. Other
    /// connectors need none.
    pub fn lacks_setting(&self, connector: &str) -> Option<&'static str> {
        let keeps = |system| self.ticket.as_ref().is_some_and(|ticket| ticket.system == system);
        let (setting, is_there) = match connector {
            "azureautomation" => ("automation", self.automation.is_some()),
            "service-now" => ("ticket", keeps(TicketSystem::ServiceNow)),
            "jira" => ("ticket", keeps(TicketSystem::Jira)),
            _ => return None,
        };
        (!is_there).then_some(setting)
    }

    /// Whether the tenant is known to lack a licence: compared without case, and by containment, because the
    /// catalogue says `Microsoft Entra ID P2` where people write `Entra ID P2`.
    pub fn lacks_licence(&self, needed: &str) -> bool {
        !is_given(needed)
            && self
                .licences
                .as_ref()
                .is_some_and(|have| !have.iter().any(|licence| is_licence(licence, needed)))
    }
}

/// Whether what the catalogue asks for is there wherever its playbooks run at all, so that nobody lists it as a licence.
pub(super) fn is_given(needed: &str) -> bool {
    const GIVEN: &[&str] = &["Microsoft Sentinel workspace", "Exchange Online mailbox", "Microsoft Teams"];
    GIVEN.contains(&needed)
}

/// Whether what people call a licence is the one that the catalogue names.
pub(super) fn is_licence(named: &str, needed: &str) -> bool {
    let [named, needed] = [named.trim(), needed].map(str::to_lowercase);
    !named.is_empty() && (needed.contains(&named) || named.contains(&needed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{connector, schemas};
    use serde_json::json;

    #[test]
    fn what_a_choice_needs_is_asked_for() {
        let found = |value: Value| -> Vec<String> {
            schemas::validate("profile", &value).into_iter().map(|found| found.message).collect()
        };
        let cases = [
            (json!({ "approval": { "channel": "teams" } }), "teams"),
            (json!({ "state": { "store": "storage-table", "table": "runs" } }), "account"),
            (json!({ "state": { "store": "storage-table", "account": "contoso", "table": "a_b" } }), "a_b"),
            (json!({ "state": { "store": "dataverse-table" } }), "table"),
            (json!({ "ticket": { "system": "jira", "issue_type": "10001" } }), "project"),
            (json!({ "ticket": { "system": "jira", "project": "SEC" } }), "issue"),
            (json!({ "automation": { "account": "aa-response", "resource_group": "rg" } }), "subscription"),
            (json!({ "trigger": { "logicapp": "polling" } }), "polling"),
            (json!({ "approval": { "teams": { "team": "x", "channel": "19:a@thread.tacv2" } } }), "team"),
        ];
        for (value, word) in cases {
            let messages = found(value.clone());
            assert_eq!(messages.len(), 1, "{value}: {messages:?}");
            assert!(messages[0].contains(word), "{value}: {messages:?}");
        }
        assert!(
            found(json!({ "ticket": { "system": "servicenow" }, "state": { "store": "incident-comment" } }))
                .is_empty()
        );
    }

    /// Every value that the schema lets through has its variant here.
    #[test]
    fn every_word_of_the_schema_is_read() {
        let schema: Value = serde_json::from_str(schemas::text("profile").unwrap()).unwrap();
        let words = |pointer: &str| schema.pointer(pointer).unwrap()["enum"].as_array().unwrap().clone();
        let ways = [
            ("/properties/cloud", "cloud", None),
            ("/properties/trigger/properties/logicapp", "trigger", Some("logicapp")),
            ("/properties/trigger/properties/powerautomate", "trigger", Some("powerautomate")),
            ("/properties/severity/properties/at_least", "severity", Some("at_least")),
            ("/properties/approval/properties/channel", "approval", Some("channel")),
            ("/properties/state/properties/store", "state", Some("store")),
            ("/properties/isolation", "isolation", None),
            ("/properties/ticket/properties/system", "ticket", Some("system")),
        ];
        for (pointer, key, inner) in ways {
            for word in words(pointer) {
                let value = inner.map_or(word.clone(), |inner| json!({ inner: word }));
                assert!(Profile::from_value(json!({ key: value })).is_ok(), "{pointer}: {word}");
            }
        }
        let known = words("/properties/unavailable_connectors/items");
        for operation in connector::operation_ids().filter_map(connector::known) {
            assert!(known.contains(&json!(operation.connector)), "{}", operation.connector);
        }
    }
}
