//! The script: functions written once, after the data of this build.
//!
//! What a build contributes are words of the catalogue, each in single quotes; all that a tenant contributes (names, ids)
//! reaches the script as arguments or as answers of the Azure CLI and is only ever expanded in double quotes.

use std::collections::BTreeMap;

use super::{Connection, Grantee, Named, Needs, Scope};
use crate::data::connector::{Cloud, Service};
use crate::emit::Target;

/// The part that is the same in every build.
const FUNCTIONS: &str = include_str!("grant.sh");

/// The whole script. It is run with `bash`; nothing in it is executed but by its last line.
pub(super) fn write(cloud: Cloud, needs: &BTreeMap<Target, Needs<'_>>) -> String {
    let mut lines = vec![
        "#!/usr/bin/env bash".to_owned(),
        "# Grants what the playbooks of this build need, and nothing else; made by counterflow.".to_owned(),
        "# permissions.json beside it says which operation needs what.".to_owned(),
        "set -euo pipefail".to_owned(),
        String::new(),
        format!("readonly graph={}", quoted(&cloud.endpoints().endpoint(Service::Graph).base)),
    ];
    for (target, needs) in needs {
        lines.push(String::new());
        lines.push(format!("{}_needs() {{", target.name()));
        lines.extend(grants(needs).into_iter().chain(by_hand(needs)).map(|line| format!("  {line}")));
        lines.push("}".to_owned());
    }
    lines.push(String::new());
    lines.join("\n") + "\n" + FUNCTIONS
}

/// The calls that grant.
fn grants(needs: &Needs<'_>) -> Vec<String> {
    let mut roles: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for role in &needs.application_roles {
        roles.entry((role.app_id, role.api)).or_default().push(quoted(role.role));
    }
    let app_roles = roles.into_iter().map(|((id, api), roles)| {
        format!("app_roles {} {} \\\n    {}", quoted(id), quoted(api), roles.join(" \\\n    "))
    });
    let azure_roles = needs.azure_roles.iter().map(|role| {
        let to = match role.to {
            Grantee::Identity => "identity",
            Grantee::AzureSecurityInsights => "insights",
        };
        let scope = match role.scope {
            Scope::Workspace => "workspace",
            Scope::ResourceGroup => "group_id",
        };
        format!("azure_role {} \"${to}\" \"${scope}\"", quoted(role.role))
    });
    app_roles.chain(azure_roles).collect()
}

/// The lines that say what only a person can do.
fn by_hand(needs: &Needs<'_>) -> Vec<String> {
    let connection = |one: &Connection<'_>| {
        format!("by_hand {}", quoted(&format!("authorise the connection {}", one.connector)))
    };
    let role = |one: &Named<'_>| {
        let what = format!("where a target is privileged, give the identity an Entra role: {}", one.name);
        format!("by_hand {}", quoted(&what))
    };
    let licence = |one: &Named<'_>| {
        format!("by_hand {}", quoted(&format!("see that there is a licence: {}", one.name)))
    };
    let connections = needs.connections.iter().map(connection);
    connections
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
