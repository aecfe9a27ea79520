//! A call that names its connection and does not take the id of it.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::{Definition, Host, asked};

crate::rule! {
    /// ## What it does
    /// Reports `host.connection.name` of a call in a logic app that reads a member of an entry of `$connections` which the entry
    /// does not have, or the whole entry, or that is a text and no resource id. In a flow it reports a connection of whoever runs
    /// it (`runtimeSource` is `invoker`) that is an empty object.
    ///
    /// ## Why is this bad
    /// The name must be the id of a connection. The expression fails, or gives an object. A flow with such a connection is not
    /// imported.
    ///
    /// ## Example
    /// `"name": "@parameters('$connections')['office365']"`
    ///
    /// ## Use instead
    /// `"name": "@parameters('$connections')['office365']['connectionId']"`
    ///
    /// ## References
    /// - The service: "property '…' doesn't exist, available properties are '…'"
    /// - The service, of a flow: "The 'id' property '…' under 'properties.connectionReferences.….connection' is not valid"
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", ApiConnection
    RULE = "CF4027" "connection-without-id" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ConnectionWithoutId;

impl Lint for ConnectionWithoutId {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().calls(&["parameters"])
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        if cx.definition.host == Host::PowerAutomate {
            empty(cx.definition, out);
        }
        if cx.definition.host != Host::LogicApp {
            return;
        }
        for (_, node) in asked::operations(cx.definition) {
            let Some(name) = node.path(&["inputs", "host", "connection", "name"]) else { continue };
            if let Some(text) = cx.definition.literal(name).filter(|text| !text.contains('/')) {
                let message = format!("`{text}` is no id of a connection");
                let help = "write `@parameters('$connections')['…']['connectionId']`";
                out.push(Diagnostic::new(&RULE, name.pointer(), message).help(help));
            }
        }
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let is_connections = call.args.first().and_then(|name| name.as_str());
        let node = at.text.node;
        let is_name = node.key() == Some("name")
            && node.parent().is_some_and(|around| around.key() == Some("connection"))
            && !at.text.is_key;
        let [key, rest @ ..] = &call.access[..] else { return };
        if !is_name || !is_connections.is_some_and(|name| name.eq_ignore_ascii_case("$connections")) {
            return;
        }
        if cx.definition.host != Host::LogicApp {
            return;
        }
        let Some(entry) = key.key.as_str().and_then(|key| cx.definition.connections.get(key)) else { return };
        let message = match rest.first().map(|access| access.key.as_str()) {
            None => "the whole entry of the connection stands for its id".to_owned(),
            // Of an entry that lacks its id, that is said where it stands.
            Some(Some(member))
                if entry.is_object()
                    && entry.get_ignore_case(member).is_none()
                    && !member.eq_ignore_ascii_case("connectionId") =>
            {
                format!("the connection has no `{member}`")
            }
            Some(_) => return,
        };
        out.push(at.finding(&RULE, at.expr, message).help("take its id: `['connectionId']`"));
    }
}

/// The connections of a flow that are those of whoever runs it, and say of nothing which one that is.
fn empty(flow: &Definition<'_>, out: &mut Findings) {
    for (key, entry) in flow.connections.entries() {
        let source = entry.get("runtimeSource").and_then(|source| flow.literal(source));
        let is_invoker = source.is_some_and(|source| source.eq_ignore_ascii_case("invoker"));
        let connection =
            entry.get("connection").filter(|one| one.is_object() && one.items().next().is_none());
        if let Some(connection) = connection.filter(|_| is_invoker) {
            let message = format!("the connection `{key}` is empty, so that the flow is not imported");
            let help = "name the connection reference: `\"connection\": { \"connectionReferenceLogicalName\": \"…\" }`";
            out.push(Diagnostic::new(&RULE, connection.pointer(), message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::base::json::Document;
    use crate::check::{self, Options};

    #[test]
    fn a_connection_of_whoever_runs_the_flow_is_not_empty() {
        let found = |entry: &str| {
            let text = format!(
                r#"{{"properties": {{"connectionReferences": {{"mail": {entry}}}, "definition": {{
                    "triggers": {{"manual": {{"type": "Request", "kind": "Button", "inputs": {{}}}}}}, "actions": {{}}}}}},
                    "schemaVersion": "1.0.0.0"}}"#
            );
            let found = check::check(&Document::parse(&text).unwrap(), &Options::default());
            let places =
                found.iter().filter(|one| one.rule.code == "CF4027").map(|one| one.pointer.to_string());
            places.collect::<Vec<_>>()
        };
        let at = "/properties/connectionReferences/mail/connection";
        assert_eq!(
            found(r#"{"runtimeSource": "invoker", "connection": {}, "api": {"name": "shared_x"}}"#),
            [at]
        );
        for entry in [
            r#"{"runtimeSource": "invoker", "connection": {"connectionReferenceLogicalName": "n_mail"}, "api": {"name": "shared_x"}}"#,
            r#"{"runtimeSource": "embedded", "connection": {}, "api": {"name": "shared_x"}}"#,
            r#"{"runtimeSource": "invoker", "api": {"name": "shared_x"}}"#,
        ] {
            assert!(found(entry).is_empty(), "{entry}");
        }
    }
}
