//! Which operations of the catalogue a definition calls: read from what is written, never from what somebody meant.
//!
//! An HTTP action is told by its method and address, a managed connector's by method and path, a flow's by connector
//! and `operationId`. Where several operations share an address (one `PATCH` disables an account and another enables
//! it), the values that each of them fixes in the body decide; a body that is computed leaves all of them possible.

use crate::base::json::Node;
use crate::data::connector::{self, Location, Operation, Parameter, Signature};
use crate::expr::template::{self, Template};
use crate::expr::{Expr, Segment, escape};

use super::definition::{Definition, fold};
use super::strings::Owner;

/// A trigger or action that calls something of the catalogue.
#[derive(Debug, Clone)]
pub struct Called {
    /// The trigger or action.
    pub owner: Owner,
    /// The operation; several where the definition leaves open which, in order of id.
    pub operations: Vec<&'static Operation>,
}

/// Every call of a definition that the catalogue knows: triggers first, then actions in document order.
pub fn calls(definition: &Definition<'_>) -> Vec<Called> {
    let triggers = definition.triggers.iter().enumerate().map(|(at, one)| (Owner::Trigger(at), one.node));
    let actions = definition.actions().map(|action| (Owner::Action(action.id), action.node));
    triggers
        .chain(actions)
        .filter_map(|(owner, node)| {
            let operations = operations(definition, node);
            (!operations.is_empty()).then_some(Called { owner, operations })
        })
        .collect()
}

/// The operations that one trigger or action may be a call of; none where the catalogue knows no such call.
pub fn operations(definition: &Definition<'_>, node: Node<'_>) -> Vec<&'static Operation> {
    let Some(inputs) = node.get("inputs") else { return Vec::new() };
    told_apart(definition, inputs, signatures(definition, node))
}

/// The signatures that fit one trigger or action. Operations that only the values in a body tell apart are all in it.
pub fn signatures(definition: &Definition<'_>, node: Node<'_>) -> Vec<&'static Signature> {
    let kind = node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default().to_ascii_lowercase();
    let Some(inputs) = node.get("inputs") else { return Vec::new() };
    match kind.as_str() {
        "http" | "httpwebhook" => by_address(definition, inputs),
        "apiconnection" | "apiconnectionwebhook" | "apiconnectionnotification" => by_path(definition, inputs),
        "openapiconnection" | "openapiconnectionwebhook" | "openapiconnectionnotification" => {
            by_operation_id(definition, inputs)
        }
        _ => Vec::new(),
    }
}

fn by_address(definition: &Definition<'_>, inputs: Node<'_>) -> Vec<&'static Signature> {
    let Some(uri) = inputs.get("uri").and_then(|uri| pieces(definition, uri)) else { return Vec::new() };
    let method = inputs.get("method").and_then(|method| definition.literal(method));
    let (host, path) = split(&uri);
    let service = host.and_then(connector::service_at);
    if service.is_none() && host.is_some_and(|host| !is_vendors(host)) {
        return Vec::new();
    }
    let at = |one: &Signature| one.service.is_some() && (service.is_none() || one.service == service);
    nearest(connector::signatures().iter().filter(|one| at(one)), method, &path)
}

/// Whether a host that the cloud table does not have may be a newer or regional name of one that it has.
fn is_vendors(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    [".microsoft.com", ".microsoft.us", ".windows.com"].iter().any(|end| host.ends_with(end))
}

fn by_path(definition: &Definition<'_>, inputs: Node<'_>) -> Vec<&'static Signature> {
    let Some(name) = connector_of(definition, inputs) else { return Vec::new() };
    let Some(path) = inputs.get("path").and_then(|path| pieces(definition, path)) else { return Vec::new() };
    let method = inputs.get("method").and_then(|method| definition.literal(method));
    let own = connector::signatures().iter().filter(|one| one.connector == name);
    nearest(own, method, &parts(&path))
}

fn by_operation_id(definition: &Definition<'_>, inputs: Node<'_>) -> Vec<&'static Signature> {
    let Some(host) = inputs.get("host") else { return Vec::new() };
    let id = host.get("operationId").and_then(|id| definition.literal(id));
    let api = host.get("apiId").and_then(|api| definition.literal(api));
    let (Some(id), Some(name)) = (id, api.and_then(|api| api.rsplit('/').next())) else { return Vec::new() };
    let name = name.strip_prefix("shared_").unwrap_or(name);
    connector::signatures()
        .iter()
        .filter(|one| one.connector == name && one.operation_id == Some(id))
        .collect()
}

/// The connector of the connection that a call goes through.
fn connector_of(definition: &Definition<'_>, inputs: Node<'_>) -> Option<String> {
    let name = inputs.path(&["host", "connection", "name"])?.as_str()?;
    let (text, _) = definition.passed_on(name)?;
    let key = match template::parse(text).ok()? {
        Template::Expression(expr) => {
            let call = expr.as_call()?;
            call.access
                .iter()
                .find_map(|access| {
                    access.key.as_str().filter(|key| !key.eq_ignore_ascii_case("$connections"))
                })?
                .to_owned()
        }
        _ => return None,
    };
    Some(connector_behind(&key, definition.connections.get(&key)))
}

/// The connector behind a connection with that key: as its declaration says, else as the designer makes keys, which
/// numbers a second connection of a connector (`office365-1`, `office365_2`).
pub(super) fn connector_behind(key: &str, declared: Option<Node<'_>>) -> String {
    let id = declared.and_then(|entry| entry.get("id")).and_then(|id| id.as_str());
    id.and_then(managed_api).unwrap_or_else(|| {
        let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
        fold(stem.strip_suffix(['-', '_']).unwrap_or(key))
    })
}

/// The name after `managedApis` in a resource id or in the ARM expression that makes one.
fn managed_api(id: &str) -> Option<String> {
    let folded = fold(id);
    let rest = &folded[folded.rfind("managedapis")? + "managedapis".len()..];
    let is_name = |c: char| c.is_ascii_alphanumeric();
    let name: String = match rest.strip_prefix('/') {
        Some(rest) => rest.chars().take_while(|c| is_name(*c)).collect(),
        // `resourceId('Microsoft.Web/locations/managedApis', location, 'office365')`: the last text in quotes.
        None => rest.rsplit('\'').nth(1)?.to_owned(),
    };
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// A piece of an address: text, or something known only at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole,
}

/// The pieces of a string, a `concat` being what its arguments are.
fn pieces(definition: &Definition<'_>, node: Node<'_>) -> Option<Vec<Piece>> {
    let (text, _) = definition.passed_on(node.as_str()?)?;
    let mut found = Vec::new();
    match template::parse(text).ok()? {
        Template::Literal(text) => found.push(Piece::Text(text)),
        Template::Expression(expr) => expression(&expr, &mut found),
        Template::Interpolation(segments) => {
            for segment in &segments {
                match segment {
                    Segment::Text { text, .. } => found.push(Piece::Text(text.clone())),
                    Segment::Expr(expr) => expression(expr, &mut found),
                }
            }
        }
    }
    Some(found)
}

fn expression(expr: &Expr, found: &mut Vec<Piece>) {
    match (expr.as_str(), expr.as_call()) {
        (Some(text), _) => found.push(Piece::Text(text.to_owned())),
        (_, Some(call)) if call.name.eq_ignore_ascii_case("concat") && call.access.is_empty() => {
            call.args.iter().for_each(|argument| expression(argument, found));
        }
        _ => found.push(Piece::Hole),
    }
}

/// Host and path of an address. A hole in front stands for the host, which is then not known.
fn split(uri: &[Piece]) -> (Option<&str>, Vec<String>) {
    match uri.split_first() {
        Some((Piece::Text(first), rest)) => {
            let after = first.split_once("://").map_or(first.as_str(), |(_, after)| after);
            let (host, path) = after.split_at(after.find('/').unwrap_or(after.len()));
            let pieces: Vec<Piece> =
                std::iter::once(Piece::Text(path.to_owned())).chain(rest.iter().cloned()).collect();
            (Some(host).filter(|host| !host.is_empty()), parts(&pieces))
        }
        Some((Piece::Hole, rest)) => (None, parts(rest)),
        None => (None, Vec::new()),
    }
}

/// What stands for a hole in a part of a path.
const HOLE: char = '\u{0}';

/// The parts of a path, in lower case, without a query. `users('x')` is two parts, as OData has it, and the name of a
/// type before an action (`microsoft.graph.`) is left out.
fn parts(pieces: &[Piece]) -> Vec<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Hole => text.push(HOLE),
        }
    }
    let path = text.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let mut parts = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let part = part.strip_prefix("microsoft.graph.").unwrap_or(part);
        match part.strip_suffix("')").and_then(|part| part.split_once("('")) {
            Some((name, key)) => parts.extend([name.to_owned(), key.to_owned()]),
            None => parts.push(part.to_owned()),
        }
    }
    parts
}

/// The operations whose method and path fit, of these the ones that name most of the path.
fn nearest<'s>(
    of: impl Iterator<Item = &'s Signature>,
    method: Option<&str>,
    path: &[String],
) -> Vec<&'s Signature> {
    let mut best = Vec::new();
    let mut named = 0;
    for one in of {
        let same_method = one.method.is_none_or(|own| method.is_some_and(|m| m.eq_ignore_ascii_case(own)));
        let Some(fits) = one.path.filter(|_| same_method).and_then(|own| fit(own, path)) else { continue };
        if fits > named || best.is_empty() {
            named = fits;
            best.clear();
        }
        if fits == named {
            best.push(one);
        }
    }
    best
}

/// How many parts of a path are named by the catalogue's own, where they fit at all. Graph's `beta` is taken for
/// `v1.0`, and the other way round, where nothing fits better: an operation needs the same in both.
fn fit(own: &str, path: &[String]) -> Option<usize> {
    let own: Vec<&str> = own.split('/').filter(|part| !part.is_empty()).collect();
    if own.len() != path.len() {
        return None;
    }
    let version = |part: &str| ["v1.0", "beta"].contains(&part);
    let mut named = 0;
    for (own, part) in own.iter().zip(path) {
        match () {
            () if own.starts_with('{') => {}
            () if own.eq_ignore_ascii_case(part) => named += 2,
            () if version(own) && version(part) => named += 1,
            () => return None,
        }
    }
    Some(named)
}

/// Of operations with the same address those that fix what the call says: of these, the ones that fix most. A job of any
/// runbook is also the job of a certain one, which says more.
fn told_apart(
    definition: &Definition<'_>,
    inputs: Node<'_>,
    found: Vec<&'static Signature>,
) -> Vec<&'static Operation> {
    let operations: Vec<&'static Operation> =
        found.into_iter().filter_map(|one| connector::known(one.id)).collect();
    if operations.len() < 2 {
        return operations;
    }
    // What all of them fix alike, such as the version of an API, tells none from another.
    let alike = |parameter: &Parameter| {
        let own = |one: &'static Operation| one.parameter(&parameter.name);
        operations
            .iter()
            .all(|one| own(one).and_then(|own| own.constant.as_ref()) == parameter.constant.as_ref())
    };
    let telling = |operation: &'static Operation| operation.parameters.iter().filter(|one| !alike(one));
    let fitting: Vec<(usize, &'static Operation)> = operations
        .iter()
        .filter_map(|one| Some((fixed_as_written(definition, inputs, telling(one))?, *one)))
        .collect();
    let most = fitting.iter().map(|(count, _)| *count).max();
    fitting.into_iter().filter(|(count, _)| Some(*count) == most).map(|(_, operation)| operation).collect()
}

/// How many of the values that these parameters fix a call writes as they are; none where it writes another one. A value
/// that is computed may be any.
fn fixed_as_written<'o>(
    definition: &Definition<'_>,
    inputs: Node<'_>,
    parameters: impl Iterator<Item = &'o Parameter>,
) -> Option<usize> {
    let in_flow = inputs.get("parameters");
    let mut as_written = 0;
    for parameter in parameters {
        let Some(fixed) = &parameter.constant else { continue };
        let given = match parameter.location {
            Location::Body => inputs.get("body").or(in_flow),
            Location::Query => inputs.get("queries").or(in_flow),
            Location::Path | Location::Header => continue,
        };
        match given.and_then(|given| argument(given, parameter)) {
            Some(value) if value.to_value() == *fixed => as_written += 1,
            Some(value) if is_computed(definition, value) => {}
            None if given.is_some_and(|given| is_computed(definition, given)) => {}
            _ => return None,
        }
    }
    Some(as_written)
}

/// What an action gives for a parameter: at its place in a body, or under the flattened name that a flow uses.
pub fn argument<'d>(given: Node<'d>, parameter: &Parameter) -> Option<Node<'d>> {
    let flat = parameter.pa_field.as_deref().unwrap_or_else(|| parameter.field());
    let nested = || parameter.field().split('/').try_fold(given, |at, key| at.get(&escape::literal(key)));
    given.get(&escape::literal(flat)).or_else(nested)
}

fn is_computed(definition: &Definition<'_>, node: Node<'_>) -> bool {
    node.as_str().is_some_and(|text| {
        definition.passed_on(text).is_none_or(|(text, _)| {
            template::is_template(text) && !matches!(template::parse(text), Ok(Template::Literal(_)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;
    use crate::workflow::read;

    /// The ids that a definition with one action is told to call.
    fn told(kind: &str, inputs: &str) -> Vec<String> {
        let text = format!(r#"{{"actions": {{"A": {{"type": "{kind}", "inputs": {inputs}}}}}}}"#);
        let document = Document::parse(&text).unwrap();
        let found = calls(&read(&document).unwrap().definitions[0]);
        found.into_iter().flat_map(|call| call.operations).map(|operation| operation.id.clone()).collect()
    }

    #[test]
    fn an_address_tells_the_operation_however_it_is_put_together() {
        for uri in [
            "https://graph.microsoft.com/v1.0/users/@{variables('u')}/revokeSignInSessions",
            "@{parameters('GraphEndpoint')}/v1.0/users/@{variables('u')}/revokeSignInSessions",
            "@concat('https://graph.microsoft.us/beta/users/', variables('u'), '/microsoft.graph.revokeSignInSessions')",
            "https://GRAPH.microsoft.com/V1.0/Users('@{variables('u')}')/revokeSignInSessions?x=1",
        ] {
            let inputs = format!(r#"{{"method": "post", "uri": "{uri}"}}"#);
            assert_eq!(told("Http", &inputs), ["http.graph.revokeSignInSessions"], "{uri}");
        }
        for uri in [
            "https://graph.example/v1.0/users/x/revokeSignInSessions",
            "https://graph.microsoft.com/v1.0/users/x/revokeSignInSessions/more",
            "@{variables('whole')}",
        ] {
            let inputs = format!(r#"{{"method": "POST", "uri": "{uri}"}}"#);
            assert!(told("Http", &inputs).is_empty(), "{uri}");
        }
    }

    #[test]
    fn a_body_tells_operations_apart_and_a_computed_one_does_not() {
        let update = |body: &str| {
            let uri = "https://graph.microsoft.com/v1.0/users/x";
            told("Http", &format!(r#"{{"method": "PATCH", "uri": "{uri}", "body": {body}}}"#))
        };
        assert_eq!(update(r#"{"accountEnabled": false}"#), ["http.graph.disableUser"]);
        assert_eq!(update(r#"{"accountEnabled": true}"#), ["http.graph.enableUser"]);
        let both = ["http.graph.disableUser", "http.graph.enableUser"];
        assert_eq!(update(r#"{"accountEnabled": "@variables('on')"}"#), both);
        assert_eq!(update(r#""@variables('whole')""#)[..2], both);
        assert!(update(r#"{"jobTitle": "x"}"#).is_empty());
    }

    #[test]
    fn a_named_part_of_a_path_is_nearer_than_a_placeholder() {
        let uri = "https://graph.microsoft.com/v1.0/identityProtection/riskyUsers/dismiss";
        let inputs = format!(r#"{{"method": "POST", "uri": "{uri}"}}"#);
        assert_eq!(told("Http", &inputs), ["http.graph.dismissRisk"]);
    }

    #[test]
    fn a_connection_is_its_connector_whatever_its_key() {
        let arm = r#"[concat(subscription().id, '/providers/Microsoft.Web/locations/x/managedApis/azuresentinel')]"#;
        assert_eq!(managed_api(arm).as_deref(), Some("azuresentinel"));
        let arm =
            "[subscriptionResourceId('Microsoft.Web/locations/managedApis', parameters('l'), 'office365')]";
        assert_eq!(managed_api(arm).as_deref(), Some("office365"));
        assert_eq!(managed_api("[variables('x')]"), None);
        let call = |key: &str| {
            let name = format!("@parameters('$connections')['{key}']['connectionId']");
            let host = format!(r#"{{"connection": {{"name": "{name}"}}}}"#);
            told("ApiConnection", &format!(r#"{{"host": {host}, "method": "post", "path": "/v2/Mail"}}"#))
        };
        assert_eq!(call("office365"), ["office365.SendEmail"]);
        assert_eq!(call("office365-1"), ["office365.SendEmail"]);
        assert!(call("sendgrid").is_empty());
    }

    #[test]
    fn a_flow_names_the_operation() {
        let host = r#"{"connectionName": "x", "operationId": "SendEmailV2", "apiId": "/providers/Microsoft.PowerApps/apis/shared_office365"}"#;
        let inputs = format!(r#"{{"host": {host}, "parameters": {{}}}}"#);
        assert_eq!(told("OpenApiConnection", &inputs), ["office365.SendEmail"]);
    }
}
