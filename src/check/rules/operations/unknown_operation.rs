//! An operation that its connector does not have.

use super::connection_of_other_connector::owner;
use super::named;
use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::miss::{Miss, miss};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::connector::Host;
use crate::workflow;
use crate::workflow::asked::By;

crate::rule! {
    /// ## What it does
    /// Reports a method and path, or an `operationId`, that the connector does not have. Paths are compared leniently, and
    /// other versions of an operation are left alone.
    ///
    /// It is an error where every operation of the connector is known, and a warning where only a near one is: then the
    /// connector may have both. So is the address of a web API with a word that is one letter off.
    ///
    /// ## Why is this bad
    /// Power Automate refuses the flow. Azure Logic Apps takes the workflow, and the call fails in every run.
    ///
    /// ## Example
    /// `"method": "post", "path": "/Incidents/Coment"`
    ///
    /// ## Use instead
    /// `"path": "/Incidents/Comment"`
    ///
    /// ## References
    /// - The service: WorkflowOperationInputsApiOperationNotFound, "The API operation '…' could not be found in API '…'"
    /// - `counterflow connectors list` prints the operations that are known
    RULE = "CF4011" "unknown-operation" Error prevents "WorkflowOperationInputsApiOperationNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct UnknownOperation;

impl Lint for UnknownOperation {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls() {
            let (Some(connector), Some(miss)) = (call.connector, miss(call)) else { continue };
            let is_offered = match cx.definition.host {
                workflow::Host::PowerAutomate => connector.hosts.contains(&Host::PowerAutomate),
                workflow::Host::LogicApp => connector.hosts.contains(&Host::LogicApp),
                _ => true,
            };
            // Where the whole connector is not offered, that is said, and not of each call.
            if !is_offered || owner(call).is_some() || (miss == Miss::Nothing && !connector.is_whole) {
                continue;
            }
            let severity = if connector.is_whole { Severity::Error } else { Severity::Warning };
            let title = match &call.asked.by {
                By::Address { service: Some(service), .. } => service.title(),
                _ => connector.title,
            };
            let (node, asked) = match &call.asked.by {
                By::Path { node, method, .. } => {
                    let method = method.unwrap_or("POST").to_ascii_uppercase();
                    (*node, format!("no operation with `{method}` and this path"))
                }
                By::Id { node, id } => (*node, format!("no operation `{id}`")),
                By::Address { .. } => {
                    let Some(node) = call.asked.inputs.get("uri") else { continue };
                    (node, "no operation with this path".to_owned())
                }
                By::Unknown => continue,
            };
            let message = match (connector.is_whole, &call.asked.by) {
                (true, _) => format!("{title} has {asked}"),
                (false, By::Id { id, .. }) => format!("`{id}` is no operation that we know of {title}"),
                (false, _) => format!("{title} has {asked}, as far as we know it"),
            };
            let finding = Diagnostic::new(&RULE, node.pointer(), message).severity(severity);
            out.push(match miss {
                Miss::Method(one) => {
                    let method = one.method.unwrap_or("no method");
                    finding.help(format!("{} takes `{method}`", named(one)))
                }
                Miss::Spelling(one) => {
                    let name = if call.is_by_id() { one.operation_id } else { one.path };
                    finding.help(format!("did you mean `{}`?", name.unwrap_or(one.id)))
                }
                Miss::Nothing => {
                    finding.help("`counterflow connectors list` prints the operations that it has".to_owned())
                }
            });
        }
    }
}
