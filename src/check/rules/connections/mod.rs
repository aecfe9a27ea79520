//! Connections: what the packaging declares against what the definition uses.

pub mod authentication_beside_reference;
pub mod connection_named_otherwise;
pub mod connection_not_awaited;
pub mod connector_not_offered;
pub mod hard_coded_connection;
pub mod identity_not_passed_on;
pub mod identity_on_one_of_two;
pub mod invoker_without_caller;
pub mod numbered_connector;
pub mod region_by_display_name;
pub mod undeclared_connection;
pub mod unused_connection;
pub mod workflow_without_identity;

use crate::base::json::Node;
use crate::check::Context;
use crate::check::lint::Member;
use crate::workflow::Connections;
use crate::workflow::arm::{self, Resource, Templates};

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
        let entries = match &cx.definition.connections {
            Connections::Declared { entries, .. } => entries.as_slice(),
            Connections::Elsewhere | Connections::Missing(_) => &[],
        };
        entries.iter().filter_map(move |&(name, entry)| {
            let resource = resource_of(templates, entry)?;
            Some(Made { cx, name, entry, resource })
        })
    })
}

/// The connection resource of the same document that an entry of `$connections` names.
fn resource_of<'t, 'd>(templates: &'t Templates<'d>, entry: Node<'d>) -> Option<&'t Resource<'d>> {
    let id = entry.get("connectionId")?.as_str().filter(|text| arm::is_expression(text))?;
    let expr = arm::parser::parse(id).ok()?;
    let call = expr.as_call().filter(|call| call.is("resourceId"))?;
    let named = id.get(call.args.last()?.span.clone())?;
    templates.of_type("Microsoft.Web/connections").find(|resource| {
        let name = resource.name().and_then(|name| name.as_str()).unwrap_or_default();
        let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        inner.unwrap_or(name) == named || named.trim_matches('\'') == name
    })
}

/// The connector that an id names: its last part, or the last text of the expression that makes it.
fn connector_named(id: &str) -> Option<&str> {
    let at = id.to_ascii_lowercase().rfind("managedapis").or_else(|| id.rfind("/apis/"))?;
    let rest = &id[at..];
    let last = match rest.split_once("managedApis/").or_else(|| rest.split_once("/apis/")) {
        Some((_, name)) => name,
        None => rest.rsplit('\'').nth(1)?,
    };
    let end = last.find(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c)).unwrap_or(last.len());
    (end > 0).then_some(&last[..end])
}
