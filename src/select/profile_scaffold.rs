//! The profile to begin with: every setting, at its careful default, with what there is to decide.

/// A profile as YAML with comments. It satisfies `schemas/profile.schema.json` as it is and equals
/// [`Profile::default`](super::Profile), so that it changes nothing until somebody fills it in.
///
/// As in a review file to begin with, `# text` explains and `#text` is YAML that is offered.
pub const PROFILE_SCAFFOLD: &str = r##"# yaml-language-server: $schema=./profile.schema.json
# Editors complete and check this file with the schema beside it:
#   counterflow schema profile > profile.schema.json
#
# Every setting is here at its default, which is the careful one. A line that begins with `#` and no blank is an offer:
# take the `#` away and put your own value there.

# Name of the organisation, for people.
#organisation: "Contoso"

naming:
  # Prefix of playbook names and of schema names in a solution: two to eight small letters and digits, a letter first.
  prefix: "cflow"

# Which Microsoft cloud the tenant is in: public, gcc, gcchigh or dod.
cloud: "public"

# Azure regions in which playbooks may stand, the usual one first. Nothing named: the region of the resource group.
regions: []
  #- "westeurope"

trigger:
  # What starts a Logic App? `sentinel`: an incident of Microsoft Sentinel, by an automation rule that you make (the runbook of
  # a build has the command) or by hand. `graph-polling`: it looks for new incidents in Microsoft Graph; for tenants without
  # Microsoft Sentinel. The rollback is always started by a person.
  logicapp: "sentinel"
  # What starts a flow of Power Automate? `request`: a call with the incident's id. `recurrence`: it looks for new
  # incidents. `manual`: a person gives the id. `cloud-app-alert`: an alert of Defender for Cloud Apps.
  powerautomate: "request"
  # Minutes between two looks, where it looks for new incidents.
  every_minutes: 10

severity:
  # For incidents of which severity at least: informational, low, medium or high.
  at_least: "informational"

approval:
  # Who decides before something is contained or removed? Without approvers the playbook asks for them when it is
  # deployed. Each is a person, by the user principal name that is also the primary mail address: who answers is compared
  # with this list, so a yes from a group, a shared mailbox or an alias never counts. None of them may be an account of
  # the incident: the attacker would be asked.
  approvers: []
    #- "incident-lead@contoso.com"
  # How are they asked? `mail`: each gets a mail. `teams`: a card in a channel of Microsoft Teams, which must be named.
  channel: "mail"
  # The link to the channel in Teams holds both ids: `…/channel/19%3a…%40thread.tacv2/…?groupId=…`.
  #teams:
    #team: "00000000-0000-0000-0000-000000000000"
    #channel: "19:0123456789abcdef@thread.tacv2"
  # How long a question stays open; then nothing is done. Days, hours, minutes, seconds: PT4H, P1DT12H.
  timeout: "PT4H"

notify:
  # Who gets the report? Nobody named: the approvers.
  to: []
    #- "security-operations@contoso.com"

# Who and what is never touched, whatever was found. Fill this in before anything is deployed.
protected:
  # By object id or user principal name: break-glass accounts, service accounts, the account that synchronises the
  # directory, executives.
  accounts: []
    #- "breakglass-1@contoso.onmicrosoft.com"
  # By machine id or DNS name: domain controllers, DNS, DHCP, virtualisation hosts.
  devices: []
    #- "dc01.corp.contoso.com"
  # Domains, each for itself and all names below it, and single addresses that must not be blocked: your own, your
  # SharePoint, and your partners'.
  network: []
    #- "contoso.com"
    #- "contoso.sharepoint.com"
    #- "contoso-my.sharepoint.com"

limits:
  # Most targets that one pattern may act on in one run; it leaves the others alone.
  targets: 10
  # Highest disruption that needs no approval: 0 nothing is noticed, 1 a moment, 2 one user or device. It counts for
  # reviewed incidents only, for what Defender judged malicious or suspicious, and never for what removes. Microsoft
  # Sentinel gives no verdicts, so there a person is always asked.
  disruption_without_approval: 0

state:
  # Where does a playbook write down what it did and what was so before, for the rollback and for a second run?
  # `incident-comment`: a marked comment on the incident. `storage-table`: a table of an Azure storage account.
  # `dataverse-table`: a table of Dataverse.
  store: "incident-comment"
  # In Power Automate all flows comment as one application, by its name: whoever can register an application of that name and
  # comment on incidents can forge a note. A table is written by whom its access control allows.
  # Names for the other two: the storage account, and the table. Make it first; the runbook of a build says how.
  #account: "contosoresponse"
  #table: "responseruns"

# The Azure Automation account for what only Exchange PowerShell can do. Left out, people get it as a task. The build writes
# its runbooks; their account needs rights of its own, which grant-permissions.sh gives.
#automation:
  #account: "aa-response"
  #resource_group: "rg-response"
  #subscription: "00000000-0000-0000-0000-000000000000"

# How are devices isolated? `full`: from everything but Defender for Endpoint. `selective`: Outlook, Teams and Skype for
# Business keep their connections; Windows only, and for devices that would lose Defender behind a proxy or a VPN.
isolation: "full"

# Where tickets are kept: servicenow (with `table`, usually incident) or jira (with the key of the `project` and the id of the
# `issue_type`).
# Left out, none is opened.
#ticket:
  #system: "jira"
  #project: "SEC"
  #issue_type: "10001"
  #table: "incident"

# Licences that the tenant has. Left out they are not known, and nothing is refused for want of one. A list must be
# whole: what needs another licence is then refused.
#licences:
  #- "Microsoft Entra ID P2"

# Connectors that the tenant does not have or does not allow: approvals, azureautomation, azuresentinel,
# azuretables, cloudappsecurity, commondataserviceforapps, http, jira, office365, service-now, teams.
unavailable_connectors: []
  #- "teams"
"##;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::schemas;
    use crate::select::Profile;

    #[test]
    fn it_is_valid_and_changes_nothing() {
        let value: serde_json::Value = serde_yaml::from_str(PROFILE_SCAFFOLD).unwrap();
        assert!(schemas::validate("profile", &value).is_empty());
        assert_eq!(Profile::from_value(value).unwrap(), Profile::default());
    }

    /// A new setting of the schema has to be explained here too.
    #[test]
    fn it_names_every_setting() {
        let schema: serde_json::Value = serde_json::from_str(schemas::text("profile").unwrap()).unwrap();
        let settings = schema["properties"].as_object().unwrap();
        let named = |key: &str| {
            PROFILE_SCAFFOLD.lines().any(|line| {
                let line = line.trim_start();
                line.strip_prefix('#').unwrap_or(line).starts_with(&format!("{key}:"))
            })
        };
        for (key, setting) in settings.iter().filter(|(key, _)| *key != "$schema") {
            let inner = setting["properties"].as_object().into_iter().flat_map(|inner| inner.keys());
            inner.chain([key]).for_each(|key| assert!(named(key), "{key}"));
        }
    }
}
