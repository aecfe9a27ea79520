//! A call that goes through the connection of another connector.

use super::named;
use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::base::json::Node;
use crate::check::miss::is_of_other_version;
use crate::check::{ConnectorCall, Context, Findings, Interest, Lint};
use crate::data::connector::{self, Signature};
use crate::workflow::asked::{By, fitting, operations};
use crate::workflow::project::ConnectionKind;
use crate::workflow::{Connections, Host};

crate::rule! {
    /// ## What it does
    /// Reports a call whose method and path are those of one connector, and whose connection is one of another; and in a flow
    /// a call whose `apiId` is not that of the connection it names, or in a Standard project one whose `serviceProviderId` is not.
    ///
    /// ## Why is this bad
    /// The connector behind the connection does not have the operation: Power Automate refuses the flow, and in Azure Logic
    /// Apps the call fails in every run.
    ///
    /// ## Example
    /// `"path": "/v2/Mail"` with `@parameters('$connections')['azuresentinel']['connectionId']`
    ///
    /// ## Use instead
    /// `@parameters('$connections')['office365']['connectionId']`
    ///
    /// ## References
    /// - The service: WorkflowOperationInputsApiOperationNotFound; InvalidConnection for a flow
    RULE = "CF4012" "connection-of-other-connector" Error prevents "WorkflowOperationInputsApiOperationNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct ConnectionOfOtherConnector;

impl Lint for ConnectionOfOtherConnector {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls() {
            if let (Some(connector), Some(one)) = (call.connector, owner(call)) {
                let severity = if connector.is_whole { Severity::Error } else { Severity::Warning };
                let host = call.asked.inputs.path(&["host", "connection", "name"]);
                let node = host.or(call.asked.inputs.get("host")).unwrap_or(call.asked.inputs);
                let message =
                    format!("the call is {}, and the connection one of {}", named(one), connector.title);
                let help = format!("name a connection of `{}`", one.connector);
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help).severity(severity));
            }
            if cx.definition.host == Host::PowerAutomate
                && let Some(finding) = of_flow(cx, call)
            {
                out.push(finding);
            }
        }
        let operations = operations(cx.definition).map(|(_, node)| node);
        operations.filter_map(|node| of_project(cx, node)).for_each(|finding| out.push(finding));
    }
}

/// The operation of another connector that a call with a path is surely meant to be: the only one with a path like this.
pub(super) fn owner(call: &ConnectorCall<'_>) -> Option<&'static Signature> {
    let own = call.connector.filter(|_| call.asked.signatures.is_empty())?;
    let By::Path { method, path, .. } = &call.asked.by else { return None };
    if is_of_other_version(call) {
        return None;
    }
    let mut found = None;
    for other in connector::connectors().iter().filter(|one| one.name != own.name && one.name != "http") {
        let fits = fitting(other.signatures.iter(), *method, &path.parts);
        let Some(one) = fits.first() else { continue };
        // What fits several connectors says nothing.
        if found.is_some() || one.parts.iter().all(|part| part.starts_with('{')) {
            return None;
        }
        found = Some(*one);
    }
    found
}

/// A built-in connector that is called with a connection which the project declares for another.
fn of_project(cx: &Context<'_, '_>, node: Node<'_>) -> Option<Diagnostic> {
    let asked = node.path(&["inputs", "serviceProviderConfiguration"])?;
    let key = asked.get("connectionName")?.as_str()?;
    let id = asked.get("serviceProviderId")?;
    let entry = cx.bundle.project()?.connection(ConnectionKind::ServiceProvider, key)?;
    let declared = entry.path(&["serviceProvider", "id"])?.as_str()?;
    let name = |id: &str| id.rsplit('/').next().unwrap_or(id).to_ascii_lowercase();
    let written = id.as_str()?;
    if name(declared) == name(written) || [declared, written].iter().any(|id| id.contains('@')) {
        return None;
    }
    let message = format!("the call is one of `{written}`, and the connection `{key}` one of `{declared}`");
    let help = "correct `serviceProviderId`, or the connection in `connections.json`";
    Some(Diagnostic::new(&RULE, id.pointer(), message).help(help))
}

fn of_flow(cx: &Context<'_, '_>, call: &ConnectorCall<'_>) -> Option<Diagnostic> {
    let Connections::Declared { .. } = &cx.definition.connections else { return None };
    let host = call.asked.inputs.get("host")?;
    let key = host.get("connectionName").and_then(|key| cx.definition.literal(key))?;
    let declared = cx.definition.connections.get(key)?.path(&["api", "name"])?.as_str()?;
    let api = host.get("apiId")?;
    let asked = cx.definition.literal(api)?.rsplit('/').next()?;
    if declared.eq_ignore_ascii_case(asked) {
        return None;
    }
    let message = format!("the call is one of `{asked}`, and the connection `{key}` one of `{declared}`");
    let help = format!("name a connection of `{asked}`, or correct `apiId`");
    Some(Diagnostic::new(&RULE, api.pointer(), message).help(help))
}
