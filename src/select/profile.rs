//! The profile: what the organisation has, whom it protects, who decides.

use serde::Deserialize;
use serde_json::Value;

use crate::data::connector::Cloud;

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
    /// Who is asked, and how long the playbook waits.
    pub approval: Approval,
    /// Who is told.
    pub notify: Notify,
    /// Who and what is never touched.
    pub protected: Protected,
    /// Bounds.
    pub limits: Limits,
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

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approval {
    /// Mail addresses of the approvers.
    pub approvers: Vec<String>,
    /// How long an approval may stay open, as an ISO 8601 duration.
    pub timeout: String,
}

impl Default for Approval {
    fn default() -> Self {
        Self { approvers: Vec::new(), timeout: "PT4H".to_owned() }
    }
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
    /// Highest disruption that needs no approval. Covers containing actions of reviewed incidents only; whatever removes
    /// something, mail included, is asked for in any case.
    pub disruption_without_approval: u8,
}

impl Default for Limits {
    fn default() -> Self {
        Self { targets: 10, disruption_without_approval: 0 }
    }
}

impl Profile {
    /// Reads a profile that has passed its schema.
    pub fn from_value(value: Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(value)
    }

    /// Whether the tenant is known to lack a licence: compared without case, and by containment, because the
    /// catalogue says `Microsoft Entra ID P2` where people write `Entra ID P2`.
    pub fn lacks_licence(&self, needed: &str) -> bool {
        let needed = needed.to_lowercase();
        self.licences.as_ref().is_some_and(|have| {
            !have.iter().map(|licence| licence.to_lowercase()).any(|licence| {
                !licence.trim().is_empty() && (needed.contains(licence.trim()) || licence.contains(&needed))
            })
        })
    }
}
