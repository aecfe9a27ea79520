//! A call that names its connection and does not take the id of it.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::{Host, asked};

crate::rule! {
    /// ## What it does
    /// Reports `host.connection.name` of a call in a logic app that reads a member of an entry of `$connections` which the entry
    /// does not have, or the whole entry, or that is a text and no resource id.
    ///
    /// ## Why is this bad
    /// The name must be the id of a connection. The expression fails, or gives an object.
    ///
    /// ## Example
    /// `"name": "@parameters('$connections')['office365']"`
    ///
    /// ## Use instead
    /// `"name": "@parameters('$connections')['office365']['connectionId']"`
    ///
    /// ## References
    /// - The service: "property '…' doesn't exist, available properties are '…'"
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
