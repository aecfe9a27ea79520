//! What has to be there before a build can be deployed: an app registration, a table, runbooks.

use serde_json::{Value as Json, json};

use super::Told;
use crate::emit::{Target, permissions, runbooks};
use crate::select::profile::{Automation, State, Store};

/// Everything that this build needs set up, in the order in which it is done.
pub(super) fn all(told: &Told<'_>) -> Vec<Json> {
    let any_flow = told.deployments.iter().any(|one| one.target == Target::PowerAutomate);
    let account = permissions::automation(told.profile, told.deployments);
    let parts = [
        any_flow.then(registration),
        store(&told.profile.state),
        account.map(|account| automation(account, &runbooks::named(told.plan, Target::LogicApp.host()))),
    ];
    parts.into_iter().flatten().collect()
}

fn part(title: &str, text: &str, powershell: Option<String>, shell: Option<String>) -> Json {
    json!({ "title": title, "text": text, "powershell": powershell, "shell": shell })
}

/// Flows call with an application, whose secret stands in Key Vault.
///
/// Source: Microsoft Learn, "Use environment variables for Azure Key Vault secrets".
fn registration() -> Json {
    let text = "The flows call with an application of their own, and Dataverse reads its secret from Key Vault. Whoever sets the \
        environment variable ClientSecret needs Key Vault Secrets User on the vault too. Renew the secret before it expires.";
    let shell = "CLIENT_ID=$(az ad app create --display-name counterflow-response --query appId --output tsv)\n\
        az ad sp create --id \"$CLIENT_ID\"\n\
        az provider register --namespace Microsoft.PowerPlatform\n\
        az keyvault secret set --vault-name VAULT --name counterflow-response --output none \\\n  \
        --value \"$(az ad app credential reset --id \"$CLIENT_ID\" --query password --output tsv)\"\n\
        # Dataverse has this application id in every tenant.\n\
        az role assignment create --role 'Key Vault Secrets User' --assignee 00000007-0000-0000-c000-000000000000 \\\n  \
        --scope \"$(az keyvault show --name VAULT --query id --output tsv)\"";
    part("An app registration", text, None, Some(shell.to_owned()))
}

/// Where the playbooks keep their notes.
fn store(state: &State) -> Option<Json> {
    let table = state.table.as_deref().unwrap_or_default();
    match state.store {
        Store::IncidentComment => None,
        Store::StorageTable => {
            let account = state.account.as_deref().unwrap_or_default();
            let text = "The playbooks write down in it what they did, and the rollback believes every row: let nobody else write \
                there. Whoever makes it needs Storage Table Data Contributor.";
            let shell =
                format!("az storage table create --name {table} --account-name {account} --auth-mode login");
            Some(part(
                &format!("The table {table} in the storage account {account}"),
                text,
                None,
                Some(shell),
            ))
        }
        Store::DataverseTable => {
            let prefix = table.split_once('_').map(|(prefix, _)| format!("{prefix}_")).unwrap_or_default();
            let text = format!(
                "The flows write down in it what they did, and the rollback believes every row: let nobody else write there. Make it in \
                 Power Apps, Tables, with the text columns {prefix}incident (one line) and {prefix}note (several lines, with a maximum \
                 length of 100,000 characters or more: a note can have many thousand). The set of its rows must be called {table}s; \
                 the table's properties show it."
            );
            Some(part(&format!("The Dataverse table {table}"), &text, None, None))
        }
    }
}

/// The runbooks and the account that runs them.
///
/// Source: Microsoft Learn, "Use Azure managed identities to connect to Exchange Online PowerShell", and the reference of the
/// module Az.Automation.
fn automation(account: &Automation, runbooks: &[String]) -> Json {
    let text = "It runs what only Exchange Online PowerShell can do. The account needs a system-assigned identity, the module \
        ExchangeOnlineManagement, the variable ExchangeOrganization (the tenant's first domain) and the runbooks of this build. \
        Its identity needs Exchange.ManageAsApp, which grant-permissions.sh automation grants, and an Entra role such as \
        Exchange Administrator, which you give.";
    let at =
        format!("-ResourceGroupName {} -AutomationAccountName {}", account.resource_group, account.account);
    let mut lines = vec![
        format!("Set-AzContext -Subscription {}", account.subscription),
        format!(
            "Set-AzAutomationAccount -ResourceGroupName {} -Name {} -AssignSystemIdentity",
            account.resource_group, account.account
        ),
        format!(
            "New-AzAutomationModule {at} -Name ExchangeOnlineManagement `\n  -ContentLinkUri https://www.powershellgallery.com/api/v2/package/ExchangeOnlineManagement"
        ),
        format!(
            "New-AzAutomationVariable {at} -Name ExchangeOrganization -Encrypted $false -Value TENANT.onmicrosoft.com"
        ),
    ];
    lines.extend(runbooks.iter().map(|name| {
        format!(
            "Import-AzAutomationRunbook {at} -Path automation/{name}.ps1 -Type PowerShell -Published -Force"
        )
    }));
    part(&format!("The automation account {}", account.account), text, Some(lines.join("\n")), None)
}
