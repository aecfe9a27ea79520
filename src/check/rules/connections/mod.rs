//! Connections: what the packaging declares against what the definition uses.

pub mod authentication_beside_reference;
pub mod connection_named_otherwise;
pub mod connection_not_awaited;
pub mod connection_without_id;
pub mod connector_not_offered;
pub mod hard_coded_connection;
pub mod identity_not_passed_on;
pub mod identity_not_taken;
pub mod identity_on_one_of_two;
pub mod invoker_without_caller;
pub mod misspelt_connector;
pub mod numbered_connector;
pub mod region_by_display_name;
pub mod undeclared_connection;
pub mod unused_connection;
pub mod unused_connection_resource;
pub mod workflow_without_identity;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::Context;
use crate::check::lint::Member;
use crate::workflow::arm::{self, Resource, TemplateId, Templates};
use crate::workflow::connections::ApiId;

/// An entry of `$connections` whose connection is a resource of the same document.
struct Made<'m, 'c, 'd> {
    /// The definition that uses it.
    cx: &'m Context<'c, 'd>,
    name: &'d str,
    entry: Node<'d>,
    resource: &'c Resource<'d>,
}

/// Every such entry of a document.
fn made_here<'m, 'c, 'd>(document: &'m Member<'c, 'd>) -> impl Iterator<Item = Made<'m, 'c, 'd>> {
    let templates = &document.workflows.templates;
    document.contexts.iter().flat_map(move |cx| {
        cx.definition.connections.entries().iter().filter_map(move |&(name, entry)| {
            let resource = resource_of(templates, entry)?;
            Some(Made { cx, name, entry, resource })
        })
    })
}

/// The connection resource of the same document that an entry of `$connections` names.
fn resource_of<'t, 'd>(templates: &'t Templates<'d>, entry: Node<'d>) -> Option<&'t Resource<'d>> {
    let node = entry.get("connectionId")?;
    let id = node.as_str().filter(|text| arm::is_expression(text))?;
    let expr = templates.expressions().of_value(node)?.as_ref().ok()?;
    let call = expr.as_call().filter(|call| call.is("resourceId"))?;
    let named = id.get(call.args.last()?.span.clone())?;
    templates.of_type("Microsoft.Web/connections").find(|resource| {
        let name = resource.name().and_then(|name| name.as_str()).unwrap_or_default();
        let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        inner.unwrap_or(name) == named || named.trim_matches('\'') == name
    })
}

/// The ids of managed connectors in a document, with where each stands: in the entries of `$connections`, and in the
/// connection resources.
pub(super) fn api_ids<'m, 'd>(document: &'m Member<'_, 'd>) -> impl Iterator<Item = (Node<'d>, &'m ApiId)> {
    let found = document.api_ids.get_or_init(|| read_api_ids(document));
    found.iter().map(|(node, id)| (*node, id))
}

fn read_api_ids<'d>(document: &Member<'_, 'd>) -> Vec<(Node<'d>, ApiId)> {
    let templates = &document.workflows.templates;
    let read = |template: Option<TemplateId>, node: Node<'d>| {
        let id = match template {
            Some(template) => templates.outline(template, node)?,
            None => node.as_str()?.to_owned(),
        };
        Some((node, ApiId::of(&id)))
    };
    let entries = document.contexts.iter().flat_map(|cx| {
        let template = cx.definition.resource.map(|id| templates[id].template);
        cx.definition
            .connections
            .entries()
            .iter()
            .filter_map(move |(_, entry)| read(template, entry.get("id")?))
    });
    let resources = templates
        .of_type("Microsoft.Web/connections")
        .filter_map(|resource| read(Some(resource.template), api_id(resource)?));
    entries.chain(resources).collect()
}

/// The id of the managed connector that a connection resource is for.
fn api_id<'d>(resource: &Resource<'d>) -> Option<Node<'d>> {
    resource.properties()?.path(&["api", "id"])
}

/// A finding about a part of an id, or about all of it where the part does not stand there as it is.
pub(super) fn at_part(rule: &'static Rule, node: Node<'_>, part: &str, message: String) -> Diagnostic {
    let finding = Diagnostic::new(rule, node.pointer(), message);
    match node.as_str().and_then(|text| text.rfind(part)) {
        Some(at) => finding.inside(at..at + part.len()),
        None => finding,
    }
}
