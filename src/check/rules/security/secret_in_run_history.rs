//! A secret that every run writes into its history.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::connector::{Parameter, Secure};
use crate::workflow::{Action, calls};

crate::rule! {
    /// ## What it does
    /// Reports an action that reads a secret or asks for a token and whose outputs are not secured; and one that sends a client
    /// secret in its body and whose inputs are not.
    ///
    /// ## Why is this bad
    /// The run history keeps inputs and outputs for weeks, and everybody who may read the workflow may read it.
    ///
    /// ## Example
    /// ```json
    /// "Get_secret": { "type": "ApiConnection", "inputs": { "path": "/secrets/@{encodeURIComponent('key')}/value" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "runtimeConfiguration": { "secureData": { "properties": ["inputs", "outputs"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Secure access and data for workflows in Azure Logic Apps", secure data in run history
    /// - CWE-532: Insertion of Sensitive Information into Log File
    RULE = "CF7004" "secret-in-run-history" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct SecretInRunHistory;

impl Lint for SecretInRunHistory {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["ApiConnection", "OpenApiConnection", "Http"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(inputs) = action.node.get("inputs") else { return };
        let text = |path: &[&str]| {
            inputs.path(path).and_then(|node| node.as_str()).unwrap_or_default().to_ascii_lowercase()
        };
        let holding: &[&str] = if action.is("Http") {
            let uri = text(&["uri"]);
            let is_vault = VAULTS.iter().any(|host| uri.contains(host)) && uri.contains("/secrets/");
            match (uri.contains("/oauth2/") && uri.contains("token"), text(&["method"]).as_str()) {
                (true, _) => &["inputs", "outputs"],
                (false, "get") if is_vault => &["outputs"],
                (false, "put") if is_vault => &["inputs", "outputs"],
                _ => return,
            }
        } else {
            let path = text(&["path"]);
            let vault = path.starts_with("/secrets/") && path.ends_with("/value");
            match vault || text(&["host", "operationId"]) == "getsecret" || marked(cx, action, inputs) {
                true => &["outputs"],
                false => return,
            }
        };
        let secured = |what: &str| {
            let list = action.node.path(&["runtimeConfiguration", "secureData", "properties"]);
            list.is_none_or(|list| list.is_array())
                && list
                    .into_iter()
                    .flat_map(|list| list.items())
                    .any(|one| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(what)))
        };
        let open: Vec<&str> = holding.iter().copied().filter(|what| !secured(what)).collect();
        if !open.is_empty() {
            let message = format!(
                "the {} of `{}` hold a secret, and every run keeps them",
                open.join(" and "),
                action.name
            );
            let help = "secure them: `runtimeConfiguration.secureData.properties`";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}

/// Hosts of key vaults in the clouds. Source: Microsoft Learn, "Azure Key Vault keys, secrets, and certificates overview",
/// DNS suffixes for object identifiers.
const VAULTS: [&str; 3] = [".vault.azure.net/", ".vault.azure.cn/", ".vault.usgovcloudapi.net/"];

/// Whether the catalogue says that the answer of the call is a secret. Of an operation that gives a secret only for some
/// fixed argument, such as the name of an unbound action of Dataverse, that must be what is written.
fn marked(cx: &Context<'_, '_>, action: &Action<'_>, inputs: Node<'_>) -> bool {
    let given = inputs.get("body").or_else(|| inputs.get("parameters"));
    let is_given = |parameter: &Parameter| {
        let Some(fixed) = &parameter.constant else { return true };
        let argument = given.and_then(|given| calls::argument(given, parameter));
        argument.is_some_and(|argument| argument.to_value() == *fixed)
    };
    cx.response().operations(action.id).iter().any(|operation| {
        operation.secure.contains(&Secure::Outputs) && operation.parameters.iter().all(is_given)
    })
}
