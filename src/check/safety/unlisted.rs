//! What a call does that the catalogue does not know, where its address and its method, or the value that it sets, leave no
//! doubt. The name of the action counts for nothing, and what is not sure is left alone.

use crate::base::json::Node;
use crate::check::call::ConnectorCall;
use crate::data::connector::{Class, Service};
use crate::expr::Word;
use crate::workflow::asked::{Asked, By, Path};
use crate::workflow::{Definition, calls};

/// Collections of Microsoft Graph of which a DELETE takes something from people or devices. Source: the reference of
/// Microsoft Graph v1.0, where each is the root of such paths.
const COLLECTIONS: [&str; 15] = [
    "applications",
    "devicemanagement",
    "devices",
    "directory",
    "directoryroles",
    "drives",
    "groups",
    "identity",
    "me",
    "policies",
    "rolemanagement",
    "serviceprincipals",
    "sites",
    "teams",
    "users",
];

/// What may be done to a managed device. Source: microsoftgraph/microsoft-graph-docs-contrib
/// api-reference/v1.0/resources/intune-devices-manageddevice.md.
const DEVICE_ACTIONS: [(&str, Class); 7] = [
    ("cleanwindowsdevice", Class::Evict),
    ("retire", Class::Evict),
    ("wipe", Class::Evict),
    ("rebootnow", Class::Contain),
    ("remotelock", Class::Contain),
    ("resetpasscode", Class::Contain),
    ("shutdown", Class::Contain),
];

/// What stops a virtual machine. Source: Azure/azure-rest-api-specs, Microsoft.Compute, VirtualMachines.
const MACHINE_ACTIONS: [&str; 2] = ["deallocate", "poweroff"];

/// The class of a call, and what it is in words, where that is sure.
pub(super) fn told<'d>(definition: &Definition<'d>, call: &ConnectorCall<'d>) -> Option<(Class, String)> {
    batched(definition, &call.asked).or_else(|| of_one(definition, &call.asked))
}

/// The gravest of the requests that one call of Microsoft Graph sends together.
fn batched<'d>(definition: &Definition<'d>, asked: &Asked<'d>) -> Option<(Class, String)> {
    let By::Address { service: Some(Service::Graph), path, .. } = &asked.by else { return None };
    let is_batch = path.parts.last().is_some_and(|last| last == "$batch");
    let requests = asked.inputs.path(&["body", "requests"]).filter(|_| is_batch)?;
    let told = requests.items().filter_map(|request| {
        let asked = Asked::of_batch(definition, request)?;
        let listed = calls::told_apart(definition, asked.inputs, &asked.signatures);
        match listed.iter().max_by_key(|one| one.class) {
            Some(gravest) => Some((gravest.class, gravest.title.clone())),
            None => of_one(definition, &asked),
        }
    });
    told.max_by_key(|(class, _)| *class)
}

fn of_one<'d>(definition: &Definition<'d>, asked: &Asked<'d>) -> Option<(Class, String)> {
    let (service, method, path) = match &asked.by {
        By::Address { service, method, path } => ((*service)?, (*method)?, path),
        By::Path { method, path, .. } if asked.connector.as_deref() == Some("arm") => {
            (Service::Arm, (*method)?, path)
        }
        _ => return None,
    };
    let method = method.to_ascii_uppercase();
    let class = match service {
        Service::Graph => graph(definition, &method, path, asked.inputs),
        Service::Arm => arm(definition, &method, path, asked.inputs),
        Service::Defender => is_offboarding(&method, path).then_some(Class::Contain),
        Service::Storage => None,
    }?;
    let words = path.written.join("/").replace(Path::HOLE, "…");
    let of =
        if words.chars().all(|c| c == '…' || c == '/') { String::new() } else { format!(" of `{words}`") };
    Some((class, format!("{method}{of} in {}", service.title())))
}

fn graph(definition: &Definition<'_>, method: &str, path: &Path, inputs: Node<'_>) -> Option<Class> {
    let parts: Vec<&str> = path.parts.iter().map(Word::as_str).collect();
    let parts = match &parts[..] {
        ["v1.0" | "beta", rest @ ..] => rest,
        all => all,
    };
    match (method, parts) {
        ("DELETE", [collection, _, ..]) if COLLECTIONS.contains(collection) => Some(Class::Evict),
        ("POST", ["devicemanagement", "manageddevices", _, action]) => {
            DEVICE_ACTIONS.iter().find(|(name, _)| name == action).map(|(_, class)| *class)
        }
        ("PATCH", ["devices", _]) => {
            let enabled = inputs.path(&["body", "accountEnabled"])?;
            let is_off = enabled.as_bool() == Some(false)
                || definition.literal(enabled).is_some_and(|text| text.eq_ignore_ascii_case("false"));
            is_off.then_some(Class::Contain)
        }
        _ => None,
    }
}

fn arm(definition: &Definition<'_>, method: &str, path: &Path, inputs: Node<'_>) -> Option<Class> {
    let last = path.parts.last().map(Word::as_str).unwrap_or_default();
    match method {
        "DELETE" => Some(Class::Evict),
        "POST" if MACHINE_ACTIONS.contains(&last) => Some(Class::Contain),
        // A rule of a network security group that denies.
        "PUT" if path.parts.iter().any(|part| part == "securityrules") => {
            let access = definition.literal(inputs.path(&["body", "properties", "access"])?)?;
            access.eq_ignore_ascii_case("Deny").then_some(Class::Contain)
        }
        _ => None,
    }
}

/// Source: MicrosoftDocs/defender-docs defender-endpoint/api/offboard-machine-api.md.
fn is_offboarding(method: &str, path: &Path) -> bool {
    let parts: Vec<&str> = path.parts.iter().map(Word::as_str).collect();
    method == "POST" && matches!(parts[..], ["api", "machines", _, "offboard"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;
    use crate::workflow::read;

    /// What one call is told to be, in words.
    fn of(kind: &str, inputs: &str) -> Option<(Class, String)> {
        let text = format!(r#"{{"actions": {{"A": {{"type": "{kind}", "inputs": {inputs}}}}}}}"#);
        let document = Document::parse(&text).unwrap();
        let workflows = read(&document).unwrap();
        let calls = ConnectorCall::all(&workflows.definitions[0]);
        told(&workflows.definitions[0], &calls[0])
    }

    fn http(method: &str, uri: &str, rest: &str) -> Option<Class> {
        let inputs = format!(r#"{{"method": "{method}", "uri": "{uri}"{rest}}}"#);
        of("Http", &inputs).map(|(class, _)| class)
    }

    #[test]
    fn what_an_address_leaves_no_doubt_about_has_a_class() {
        let (evict, contain) = (Some(Class::Evict), Some(Class::Contain));
        let graph = |method: &str, path: &str, rest: &str| {
            http(method, &format!("https://graph.microsoft.com/v1.0/{path}"), rest)
        };
        assert_eq!(graph("delete", "users/@{variables('u')}", ""), evict);
        assert_eq!(graph("DELETE", "groups/g/members/@{item()}/$ref", ""), evict);
        assert_eq!(graph("POST", "deviceManagement/managedDevices/@{item()}/wipe", ""), evict);
        assert_eq!(graph("POST", "deviceManagement/managedDevices/@{item()}/remoteLock", ""), contain);
        assert_eq!(graph("PATCH", "devices/@{item()}", r#", "body": {"accountEnabled": false}"#), contain);
        let arm = |method: &str, rest: &str| {
            http(method, "https://management.azure.com@{variables('id')}?api-version=2024-07-01", rest)
        };
        assert_eq!(arm("DELETE", ""), evict);
        let rule = "https://management.azure.com@{variables('nsg')}/securityRules/x";
        assert_eq!(http("PUT", rule, r#", "body": {"properties": {"access": "Deny"}}"#), contain);
        let offboard = "https://api.securitycenter.microsoft.com/api/machines/@{item()}/offboard";
        assert_eq!(http("POST", offboard, ""), contain);
    }

    #[test]
    fn what_leaves_doubt_has_none() {
        for (method, uri, rest) in [
            ("GET", "https://graph.microsoft.com/v1.0/users/x", ""),
            ("PATCH", "https://graph.microsoft.com/v1.0/devices/x", r#", "body": {"accountEnabled": true}"#),
            ("PATCH", "https://graph.microsoft.com/v1.0/devices/x", r#", "body": "@variables('b')""#),
            ("DELETE", "https://graph.microsoft.com/v1.0/subscriptions/x", ""),
            ("DELETE", "https://graph.microsoft.com/v1.0/users", ""),
            ("POST", "https://graph.microsoft.com/v1.0/deviceManagement/managedDevices/x/syncDevice", ""),
            ("@{variables('m')}", "https://management.azure.com/x", ""),
            (
                "PUT",
                "https://management.azure.com/x/securityRules/y",
                r#", "body": {"properties": {"access": "Allow"}}"#,
            ),
            ("POST", "https://management.azure.com/x/restart", ""),
            ("DELETE", "https://management.azure.com.example/x", ""),
            ("DELETE", "@{variables('BlobUri')}", ""),
        ] {
            assert_eq!(http(method, uri, rest), None, "{method} {uri}");
        }
    }

    #[test]
    fn the_words_show_no_more_than_is_written() {
        let batch = |request: &str| {
            let body = format!(
                r#", "body": {{"requests": [{{"id": "0", "method": "GET", "url": "/me"}}, {request}]}}"#
            );
            http("POST", "https://graph.microsoft.com/v1.0/$batch", &body)
        };
        let off = r#""body": {"accountEnabled": false}"#;
        let user = r#""url": "/users/@{variables('id')}""#;
        assert_eq!(batch(&format!(r#"{{"method": "PATCH", {user}, {off}}}"#)), Some(Class::Contain));
        assert_eq!(
            batch(&format!(r#"{{"method": "@toUpper('patch')", {user}, {off}}}"#)),
            Some(Class::Contain)
        );
        assert_eq!(batch(&format!(r#"{{"method": "DELETE", {user}}}"#)), Some(Class::Evict));
        assert_ne!(batch(&format!(r#"{{"method": "GET", {user}}}"#)), Some(Class::Contain));
        let words = |uri: &str| of("Http", &format!(r#"{{"method": "DELETE", "uri": "{uri}"}}"#)).unwrap().1;
        let user = "https://graph.microsoft.com/v1.0/users/@{variables('u')}";
        assert_eq!(words(user), "DELETE of `v1.0/users/…` in Microsoft Graph");
        assert_eq!(
            words("https://management.azure.com@{variables('id')}"),
            "DELETE in Azure Resource Manager"
        );
        let host = r#"{"connection": {"name": "@parameters('$connections')['arm']['connectionId']"}}"#;
        let path = "/subscriptions/@{encodeURIComponent('s')}/resourcegroups/r/providers/p/q";
        let inputs = format!(r#"{{"host": {host}, "method": "delete", "path": "{path}"}}"#);
        assert_eq!(of("ApiConnection", &inputs).map(|(class, _)| class), Some(Class::Evict));
    }
}
