//! The script: functions written once, after the data of this build.
//!
//! What a build contributes are words of the catalogue, each in single quotes; all that a tenant contributes (names, ids)
//! reaches the script as arguments or as answers of the Azure CLI and is only ever expanded in double quotes.

use std::collections::BTreeMap;

use super::{Deployment, Place, place};
use crate::data::connector::Service;
use crate::select::Profile;
use crate::select::profile::Automation;
use crate::workflow::permissions::{AzureRole, Connection, Grantee, Named, Needs};

/// The part that is the same in every build.
const FUNCTIONS: &str = include_str!("grant.sh");

/// Name for the script of the automation account whose own identity runs the runbooks.
const AUTOMATION: &str = "automation";

/// The whole script. It is run with `bash`; nothing in it is executed but by its last line.
pub(super) fn write(profile: &Profile, deployments: &[Deployment]) -> String {
    let mut lines = vec![
        "#!/usr/bin/env bash".to_owned(),
        "# Grants what the playbooks of this build need, and nothing else; made by counterflow.".to_owned(),
        "# permissions.json beside it says which operation needs what.".to_owned(),
        "set -euo pipefail".to_owned(),
        String::new(),
        format!("readonly graph={}", quoted(&profile.cloud.endpoints().endpoint(Service::Graph).base)),
    ];
    let automation = super::automation(profile, deployments);
    lines.extend(usage(deployments, automation.is_some()));
    for Deployment { name, needs, .. } in deployments {
        let does = grants(needs, profile).into_iter().chain(by_hand(needs, profile));
        lines.extend(function(&format!("{name}_needs"), does));
    }
    if let Some(account) = automation {
        lines.extend(function(&format!("{AUTOMATION}_needs"), of_account(account)));
    }
    lines.push(String::new());
    lines.join("\n") + "\n" + FUNCTIONS
}

fn function(name: &str, body: impl IntoIterator<Item = String>) -> Vec<String> {
    let body = body.into_iter().map(|line| format!("  {line}"));
    [String::new(), format!("{name}() {{")].into_iter().chain(body).chain(["}".to_owned()]).collect()
}

/// What each target of this build is named by: as help, and for the check of the arguments.
fn usage(deployments: &[Deployment], automation: bool) -> Vec<String> {
    let targets: Vec<(&str, &str)> = deployments
        .iter()
        .map(|one| (one.name.as_str(), one.arguments()))
        .chain(automation.then_some((AUTOMATION, "")))
        .collect();
    let line = |(name, takes): &(&str, &str)| {
        let words = ["  bash grant-permissions.sh", *name, *takes, "[--dry-run]"];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let has = |word: &str| targets.iter().any(|(_, takes)| takes.contains(word));
    let mut said = vec![
        "Grants what the playbooks of this build need. Whatever is granted already is left as it is, so it can be run again."
            .to_owned(),
        String::new(),
    ];
    said.extend(targets.iter().map(line));
    said.push(String::new());
    said.extend(MEANING.iter().filter(|(word, _)| has(word)).map(|(_, meaning)| (*meaning).to_owned()));
    said.extend(WHO.iter().map(|line| (*line).to_owned()));
    let cases = targets.iter().map(|(name, takes)| format!("    {name}) echo {} ;;", quoted(takes)));
    let help = ["  cat <<'END'".to_owned()].into_iter().chain(said).chain(["END".to_owned()]);
    let mut lines = vec![String::new(), "usage() {".to_owned()];
    lines.extend(help);
    lines.extend(
        ["}", "", "# takes TARGET: the names of its arguments.", "takes() {", "  case $1 in"]
            .map(str::to_owned),
    );
    lines.extend(cases);
    lines.extend(["  esac", "}"].map(str::to_owned));
    lines
}

/// What the words of the usage stand for.
const MEANING: [(&str, &str); 3] = [
    ("PLAYBOOK_NAME", "RESOURCE_GROUP and PLAYBOOK_NAME say where the Logic App was deployed."),
    (
        "WORKSPACE_ID",
        "WORKSPACE_ID is the resource id of the Log Analytics workspace of Microsoft Sentinel: /subscriptions/…/workspaces/NAME",
    ),
    ("CLIENT_ID", "CLIENT_ID is the application id of the flow's app registration."),
];

const WHO: [&str; 4] = [
    "",
    "Needs the Azure CLI, signed in (az login) to the right cloud and subscription by somebody who may grant: a Privileged Role",
    "Administrator for application roles, an Owner or User Access Administrator for Azure roles. With --dry-run it only reads,",
    "and says what it would grant.",
];

/// The calls that grant.
fn grants(needs: &Needs, profile: &Profile) -> Vec<String> {
    let mut roles: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for role in &needs.application_roles {
        roles.entry((role.app_id, role.api)).or_default().push(quoted(&role.role));
    }
    let app_roles = roles.into_iter().map(|((id, api), roles)| {
        format!("app_roles {} {} \\\n    {}", quoted(id), quoted(api), roles.join(" \\\n    "))
    });
    app_roles.chain(needs.azure_roles.iter().filter_map(|role| azure_role(role, profile))).collect()
}

/// The call that grants an Azure role; none where the script does not know to whom, or on what.
fn azure_role(role: &AzureRole, profile: &Profile) -> Option<String> {
    let to = match role.to {
        Grantee::Identity => "identity",
        Grantee::AzureSecurityInsights => "insights",
        Grantee::ConnectionUser => return None,
    };
    let on = match place(role, profile) {
        Place::Workspace => "workspace".to_owned(),
        Place::ResourceGroup => "group".to_owned(),
        Place::StorageAccount(name) => quoted(&format!("storage:{name}")),
        Place::AutomationAccount(id) => quoted(&id),
        Place::Unknown => return None,
    };
    Some(format!("azure_role {} {to} {on}", quoted(&role.role)))
}

/// What the identity of the automation account needs to run the runbooks.
///
/// Source: Microsoft Learn, "Use Azure managed identities to connect to Exchange Online PowerShell", steps 4 and 5.
fn of_account(account: &Automation) -> Vec<String> {
    const EXCHANGE: &str = "00000002-0000-0ff1-ce00-000000000000";
    let id = super::automation_id(account);
    vec![
        format!(
            "identity_of {} --ids {}",
            quoted(&format!("automation account {}", account.account)),
            quoted(&id)
        ),
        format!("app_roles {} 'Office 365 Exchange Online' 'Exchange.ManageAsApp'", quoted(EXCHANGE)),
        "by_hand 'give the identity the Entra role Exchange Administrator'".to_owned(),
    ]
}

/// The lines that say what only a person can do.
fn by_hand(needs: &Needs, profile: &Profile) -> Vec<String> {
    let left = |what: String| format!("by_hand {}", quoted(&what));
    let connection = |one: &Connection| left(format!("authorise the connection {}", one.connector));
    let azure = |one: &AzureRole| {
        let to = match one.to {
            Grantee::ConnectionUser => "whoever signs in to the connection",
            _ => "the identity",
        };
        let operations: Vec<&str> = one.operations.iter().map(String::as_str).collect();
        let on = place(one, profile).title();
        left(format!("give {to} the Azure role {} on {on} ({})", one.role, operations.join(", ")))
    };
    let role = |one: &Named| {
        left(format!("where a target is privileged, give the identity an Entra role: {}", one.name))
    };
    let licence = |one: &Named| left(format!("see that there is a licence: {}", one.name));
    let connections = needs.connections.iter().map(connection);
    connections
        .chain(needs.azure_roles.iter().filter(|role| azure_role(role, profile).is_none()).map(azure))
        .chain(needs.directory_roles.iter().map(role))
        .chain(needs.licences.iter().map(licence))
        .collect()
}

/// A word for the shell in which nothing is expanded.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_quoted_word_ends_where_it_ends() {
        assert_eq!(quoted("User.Read.All"), "'User.Read.All'");
        assert_eq!(quoted("it's $(so)"), r"'it'\''s $(so)'");
    }
}
