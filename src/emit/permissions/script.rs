//! The script: functions written once, after the data of this build.
//!
//! What a build contributes are words of the catalogue, each in single quotes; all that a tenant contributes (names, ids)
//! reaches the script as arguments or as answers of the Azure CLI and is only ever expanded in double quotes.

use std::collections::BTreeMap;

use super::Deployment;
use crate::data::connector::{Cloud, Service};
use crate::workflow::permissions::{AzureRole, Connection, Grantee, Named, Needs, Scope};

/// The part that is the same in every build.
const FUNCTIONS: &str = include_str!("grant.sh");

/// The whole script. It is run with `bash`; nothing in it is executed but by its last line.
pub(super) fn write(cloud: Cloud, deployments: &[Deployment]) -> String {
    let mut lines = vec![
        "#!/usr/bin/env bash".to_owned(),
        "# Grants what the playbooks of this build need, and nothing else; made by counterflow.".to_owned(),
        "# permissions.json beside it says which operation needs what.".to_owned(),
        "set -euo pipefail".to_owned(),
        String::new(),
        format!("readonly graph={}", quoted(&cloud.endpoints().endpoint(Service::Graph).base)),
    ];
    for Deployment { name, needs, .. } in deployments {
        lines.push(String::new());
        lines.push(format!("{name}_needs() {{"));
        lines.extend(grants(needs).into_iter().chain(by_hand(needs)).map(|line| format!("  {line}")));
        lines.push("}".to_owned());
    }
    lines.push(String::new());
    lines.join("\n") + "\n" + FUNCTIONS
}

/// The calls that grant.
fn grants(needs: &Needs) -> Vec<String> {
    let mut roles: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for role in &needs.application_roles {
        roles.entry((role.app_id, role.api)).or_default().push(quoted(&role.role));
    }
    let app_roles = roles.into_iter().map(|((id, api), roles)| {
        format!("app_roles {} {} \\\n    {}", quoted(id), quoted(api), roles.join(" \\\n    "))
    });
    app_roles.chain(needs.azure_roles.iter().filter_map(azure_role)).collect()
}

/// The call that grants an Azure role; none where the script does not know to whom, or on what.
fn azure_role(role: &AzureRole) -> Option<String> {
    let to = match role.to {
        Grantee::Identity => "identity",
        Grantee::AzureSecurityInsights => "insights",
        Grantee::ConnectionUser => return None,
    };
    let scope = match role.scope {
        Scope::Workspace => "workspace",
        Scope::ResourceGroup => "group_id",
        Scope::Resource => return None,
    };
    Some(format!("azure_role {} \"${to}\" \"${scope}\"", quoted(&role.role)))
}

/// The lines that say what only a person can do.
fn by_hand(needs: &Needs) -> Vec<String> {
    let left = |what: String| format!("by_hand {}", quoted(&what));
    let connection = |one: &Connection| left(format!("authorise the connection {}", one.connector));
    let azure = |one: &AzureRole| {
        let to = match one.to {
            Grantee::ConnectionUser => "whoever signs in to the connection",
            _ => "the identity",
        };
        let on = match one.scope {
            Scope::Workspace => "the workspace",
            Scope::ResourceGroup => "the resource group",
            Scope::Resource => "the resource that is used",
        };
        let operations: Vec<&str> = one.operations.iter().map(String::as_str).collect();
        left(format!("give {to} the Azure role {} on {on} ({})", one.role, operations.join(", ")))
    };
    let role = |one: &Named| {
        left(format!("where a target is privileged, give the identity an Entra role: {}", one.name))
    };
    let licence = |one: &Named| left(format!("see that there is a licence: {}", one.name));
    let connections = needs.connections.iter().map(connection);
    connections
        .chain(needs.azure_roles.iter().filter(|role| azure_role(role).is_none()).map(azure))
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
