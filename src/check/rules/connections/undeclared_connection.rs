//! A connection is used that the packaging does not declare.

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::base::words::choices;
use crate::check::lint::in_text;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::asked;
use crate::workflow::connections::{Place, Use};
use crate::workflow::definition::fold;
use crate::workflow::layout::Role;
use crate::workflow::project::ConnectionKind;
use crate::workflow::{Connections, Host};

crate::rule! {
    /// ## What it does
    /// Reports a connection key that an action or trigger uses and that is not declared: in a Logic App under
    /// `properties.parameters.$connections.value`, in a flow under `properties.connectionReferences`, in a Standard project in
    /// `connections.json`.
    ///
    /// ## Why is this bad
    /// Without the entry the key leads nowhere: the access to it fails, at the latest in the run.
    ///
    /// ## Example
    /// ```json
    /// "host": { "connectionName": "shared_teams_1", "operationId": "PostMessage",
    ///     "apiId": "/providers/Microsoft.PowerApps/apis/shared_teams" }
    /// ```
    /// with `"connectionReferences": { "shared_teams": { … } }`
    ///
    /// ## Use instead
    /// `"connectionName": "shared_teams"`, or a second entry `shared_teams_1`.
    ///
    /// ## References
    /// - The service, for a key: "property '…' doesn't exist, available properties are '…'"
    /// - The service, where there are no values at all: "The value for the workflow parameter '$connections' … is not
    ///   provided" (Azure/Azure-Sentinel#11565)
    /// - The Standard host: "No managed connection found by the API connection reference name '…' in connections.json file"
    ///   (Azure/LogicAppsUX#3952)
    RULE = "CF4001" "undeclared-connection" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct UndeclaredConnection;

impl Lint for UndeclaredConnection {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let used = cx.connections();
        match &definition.connections {
            Connections::Elsewhere => of_project(cx, out),
            Connections::Missing(holder) => {
                // One mistake: all of them are missing.
                let named = used.iter().filter(|used| !matches!(used.place, Place::Other));
                if let Some(first) = named.into_iter().find_map(|used| used.key) {
                    let (list, what) = match definition.host {
                        Host::PowerAutomate => ("connectionReferences", "the flow"),
                        _ => ("parameters.$connections.value", "the resource"),
                    };
                    let message =
                        format!("`{first}` is used as a connection, but {what} declares no connections");
                    let help = format!("give each connection an entry in `properties.{list}`");
                    out.push(Diagnostic::new(&RULE, holder.pointer(), message).on_key().help(help));
                }
            }
            Connections::Declared { entries, .. } => {
                let mut said = BTreeSet::new();
                for Use { key, place } in used {
                    let Some(key) = key.filter(|key| definition.connections.get(key).is_none()) else {
                        continue;
                    };
                    let message = format!("no connection `{key}` is declared");
                    let finding = match place {
                        Place::Expression { text, call } => in_text(&RULE, text, &call.span, message),
                        Place::Host(node) => Diagnostic::new(&RULE, node.pointer(), message),
                        Place::Other => continue,
                    };
                    // A key is used in many places; its first use is enough to find it.
                    if said.insert(fold(key)) {
                        let declared = entries.iter().map(|(name, _)| *name);
                        out.push(finding.help(choices(key, "declared connections", declared)));
                    }
                }
            }
        }
    }
}

/// The connections that a workflow of a Standard project names, against `connections.json`.
fn of_project(cx: &Context<'_, '_>, out: &mut Findings) {
    let Some(project) = cx.bundle.project() else { return };
    // One that is there and cannot be read is reported for that; one that may be elsewhere is not missed.
    let is_missing = project.connections.is_none();
    let is_unread = cx.bundle.files().any(|(_, file)| file.role == Role::Connections);
    if is_missing && (is_unread || !cx.bundle.is_whole || project.host.is_none()) {
        return;
    }
    let mut said = BTreeSet::new();
    for (_, node) in asked::operations(cx.definition) {
        let Some((kind, at)) = node.get("inputs").and_then(named) else { continue };
        let Some(key) = cx.definition.literal(at) else { continue };
        if project.connection(kind, key).is_some() || !said.insert((kind.member(), fold(key))) {
            continue;
        }
        let (message, help) = if is_missing {
            let message =
                format!("`{key}` is used as a connection, and the project has no `connections.json`");
            (message, format!("add the file, with `{key}` under `{}`", kind.member()))
        } else {
            let declared = project.connections(kind).map(|(name, _)| name);
            let what = format!("connections under `{}`", kind.member());
            let message = format!("`connections.json` has no `{key}` under `{}`", kind.member());
            (message, choices(key, &what, declared))
        };
        out.push(Diagnostic::new(&RULE, at.pointer(), message).help(help));
        if is_missing {
            return;
        }
    }
}

/// The connection that inputs name in a Standard project, and its kind.
fn named(inputs: Node<'_>) -> Option<(ConnectionKind, Node<'_>)> {
    let ways: [(ConnectionKind, &[&str]); 4] = [
        (ConnectionKind::ManagedApi, &["host", "connection", "referenceName"]),
        (ConnectionKind::ServiceProvider, &["serviceProviderConfiguration", "connectionName"]),
        (ConnectionKind::Function, &["function", "connectionName"]),
        (ConnectionKind::ApiManagement, &["apiManagement", "connection"]),
    ];
    ways.into_iter().find_map(|(kind, way)| Some((kind, inputs.path(way)?)))
}
