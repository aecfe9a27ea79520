//! What a trigger or action asks for: which connector or web API, which address or `operationId`, and the signatures of
//! operations that fit.
//!
//! Addresses are compared as the service does and a little more leniently: in any case, with or without a slash at the
//! end, however they are put together. What is known only at run time is a hole, which fits what a path leaves open.

use crate::base::json::Node;
use crate::data::connector::{self, Connector, Service, Signature};
use crate::expr::template::{self, Template};
use crate::expr::{Expr, Segment, Word, check};

use super::arm::HOLE;
use super::connections::own_name;
use super::definition::Definition;
use super::strings::Owner;

/// What one trigger or action asks for.
#[derive(Debug, Clone)]
pub struct Asked<'d> {
    /// Its inputs.
    pub inputs: Node<'d>,
    /// The API name of the managed connector; `http` for an HTTP action; `None` where it cannot be told.
    pub connector: Option<String>,
    /// How it names the operation.
    pub by: By<'d>,
    /// The signatures that fit. Operations that only the values in a body tell apart are all in it.
    pub signatures: Vec<&'static Signature>,
}

/// How an operation is named.
#[derive(Debug, Clone)]
pub enum By<'d> {
    /// By method and path of a managed connector.
    Path {
        /// The string with the path.
        node: Node<'d>,
        /// The method, where it is written out.
        method: Option<&'d str>,
        /// The path.
        path: Path,
    },
    /// By `operationId`.
    Id {
        /// The string with the id.
        node: Node<'d>,
        /// The id.
        id: &'d str,
    },
    /// By the address of a web API.
    Address {
        /// The web API, where the host is that of one.
        service: Option<Service>,
        /// The method, where it is written out.
        method: Option<&'d str>,
        /// The path.
        path: Path,
    },
    /// By something that is computed.
    Unknown,
}

/// A path as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Its parts, in lower case, with [`Path::HOLE`] for what is known only at run time.
    pub parts: Vec<Word>,
    /// Its parts as written.
    pub written: Vec<Word>,
    /// Whether no hole can stand for more than one part, since each is encoded.
    pub is_closed: bool,
}

impl Path {
    /// What stands for a hole.
    pub const HOLE: char = HOLE;
}

/// Every trigger and action of a definition: triggers first, then actions in document order.
pub fn operations<'d>(definition: &Definition<'d>) -> impl Iterator<Item = (Owner, Node<'d>)> {
    let triggers = definition.triggers.iter().enumerate().map(|(at, one)| (Owner::Trigger(at), one.node));
    triggers.chain(definition.actions().map(|action| (Owner::Action(action.id), action.node)))
}

impl<'d> Asked<'d> {
    /// What a trigger or action asks for; nothing where it calls neither a connector nor a web API.
    pub fn of(definition: &Definition<'d>, node: Node<'d>) -> Option<Self> {
        let kind = node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
        let inputs = node.get("inputs")?;
        let is_one_of = |kinds: &[&str]| kinds.iter().any(|known| known.eq_ignore_ascii_case(kind));
        if is_one_of(&["Http", "HttpWebhook"]) {
            Some(Self::by_address(definition, inputs))
        } else if is_one_of(&["ApiConnection", "ApiConnectionWebhook", "ApiConnectionNotification"]) {
            Some(Self::by_path(definition, inputs))
        } else if is_one_of(&[
            "OpenApiConnection",
            "OpenApiConnectionWebhook",
            "OpenApiConnectionNotification",
        ]) {
            Some(Self::by_operation_id(definition, inputs))
        } else {
            None
        }
    }

    /// What one request of a batch asks Microsoft Graph for: it has method, address below the version, and body like an action's
    /// inputs. Source: Microsoft Learn, "Combine multiple HTTP requests using JSON batching".
    pub fn of_batch(definition: &Definition<'d>, request: Node<'d>) -> Option<Self> {
        let method = method(definition, request);
        let mut path = path(&pieces(definition, request.get("url")?)?);
        for parts in [&mut path.parts, &mut path.written] {
            parts.insert(0, "v1.0".into());
        }
        let of = connector::connector("http").map_or(&[][..], |http| http.signatures);
        let of = of.iter().filter(|one| one.service == Some(Service::Graph));
        let signatures = fitting(of, method, &path.parts);
        let by = By::Address { service: Some(Service::Graph), method, path };
        Some(Self { inputs: request, connector: Some("http".to_owned()), by, signatures })
    }

    /// The connector, where we know operations of it.
    pub fn known(&self) -> Option<&'static Connector> {
        connector::connector(self.connector.as_deref()?)
    }

    fn by_address(definition: &Definition<'d>, inputs: Node<'d>) -> Self {
        let connector = Some("http".to_owned());
        let Some(uri) = inputs.get("uri").and_then(|uri| pieces(definition, uri)) else {
            return Self { inputs, connector, by: By::Unknown, signatures: Vec::new() };
        };
        let method = method(definition, inputs);
        let (host, path) = split(&uri);
        let service = host.and_then(connector::service_at);
        let may_be_ours = service.is_some() || host.is_none_or(is_vendors);
        let at = |one: &&Signature| {
            may_be_ours && one.service.is_some() && (service.is_none() || one.service == service)
        };
        let of = connector::connector("http").map_or(&[][..], |http| http.signatures);
        let signatures = fitting(of.iter().filter(at), method, &path.parts);
        Self { inputs, connector, by: By::Address { service, method, path }, signatures }
    }

    fn by_path(definition: &Definition<'d>, inputs: Node<'d>) -> Self {
        let connector = connector_of(definition, inputs);
        let found = inputs.get("path").and_then(|node| Some((node, pieces(definition, node)?)));
        let Some((node, pieces)) = found else {
            return Self { inputs, connector, by: By::Unknown, signatures: Vec::new() };
        };
        let method = method(definition, inputs);
        let path = path(&pieces);
        let own = connector.as_deref().and_then(connector::connector);
        let signatures = own.map_or_else(Vec::new, |own| fitting(own.signatures.iter(), method, &path.parts));
        Self { inputs, connector, by: By::Path { node, method, path }, signatures }
    }

    fn by_operation_id(definition: &Definition<'d>, inputs: Node<'d>) -> Self {
        let host = inputs.get("host");
        let api = host.and_then(|host| host.get("apiId")).and_then(|api| definition.literal(api));
        let connector = api.and_then(|api| api.rsplit('/').next()).map(own_name);
        let id = host.and_then(|host| host.get("operationId"));
        let id = id.and_then(|node| Some((node, definition.literal(node)?)));
        let Some((node, id)) = id else {
            return Self { inputs, connector, by: By::Unknown, signatures: Vec::new() };
        };
        let own = connector.as_deref().and_then(connector::connector).map_or(&[][..], |own| own.signatures);
        let mut signatures: Vec<_> = own.iter().filter(|one| one.operation_id == Some(id)).collect();
        if signatures.is_empty() {
            let loosely =
                |one: &&Signature| !one.is_spelt && one.operation_id.is_some_and(|own| is_like(own, id));
            signatures = own.iter().filter(loosely).collect();
        }
        Self { inputs, connector, by: By::Id { node, id }, signatures }
    }
}

/// The methods of HTTP.
pub const METHODS: [&str; 8] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// The method that inputs ask for, where it is written out or made of constants.
fn method<'d>(definition: &Definition<'d>, inputs: Node<'d>) -> Option<&'d str> {
    let node = inputs.get("method")?;
    definition.literal(node).or_else(|| {
        let (text, _) = definition.passed_on(node.as_str()?)?;
        let Template::Expression(expr) = template::parse(text).ok()? else { return None };
        let value = check::constant(&expr).ok()??;
        METHODS.into_iter().find(|method| value.as_str().is_some_and(|own| own.eq_ignore_ascii_case(method)))
    })
}

/// Whether two ids differ only by what generated clients leave out: underscores and the version at the end.
fn is_like(own: &str, id: &str) -> bool {
    let bare = |id: &str| {
        let id = id.replace('_', "").to_ascii_lowercase();
        let stem = id.trim_end_matches(|c: char| c.is_ascii_digit());
        stem.strip_suffix('v').filter(|_| stem.len() < id.len()).map_or(id.clone(), str::to_owned)
    };
    bare(own) == bare(id)
}

/// Whether a host that the cloud table does not have may be a newer or regional name of one that it has.
fn is_vendors(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    [".microsoft.com", ".microsoft.us", ".windows.com"].iter().any(|end| host.ends_with(end))
}

/// The connector of the connection that a call goes through.
fn connector_of(definition: &Definition<'_>, inputs: Node<'_>) -> Option<String> {
    let connection = inputs.path(&["host", "connection"])?;
    if let Some(key) = connection.get("referenceName").and_then(|name| definition.literal(name)) {
        return Some(definition.connector_behind(key));
    }
    let (text, _) = definition.passed_on(connection.get("name")?.as_str()?)?;
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
    Some(definition.connector_behind(&key))
}

/// A piece of an address: text, or something known only at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// Whether it is encoded, so that it stands for one part of a path and not for several.
    Hole(bool),
}

/// The pieces of a string, a `concat` being what its arguments are.
fn pieces(definition: &Definition<'_>, node: Node<'_>) -> Option<Vec<Piece>> {
    let text = definition.address(node)?;
    let mut found = Vec::new();
    match template::parse(text).ok()? {
        Template::Literal(text) => with_holes(&text, &mut found),
        Template::Expression(expr) => expression(&expr, &mut found),
        Template::Interpolation(segments) => {
            for segment in &segments {
                match segment {
                    Segment::Text { text, .. } => with_holes(text, &mut found),
                    Segment::Expr(expr) => expression(expr, &mut found),
                }
            }
        }
    }
    Some(found)
}

/// Text in which a hole stands for what ARM puts there.
fn with_holes(text: &str, found: &mut Vec<Piece>) {
    for (at, part) in text.split(HOLE).enumerate() {
        found.extend((at > 0).then_some(Piece::Hole(false)));
        found.extend((!part.is_empty()).then(|| Piece::Text(part.to_owned())));
    }
}

fn expression(expr: &Expr, found: &mut Vec<Piece>) {
    match (expr.as_str(), expr.as_call()) {
        (Some(text), _) => with_holes(text, found),
        (_, Some(call)) if call.name.eq_ignore_ascii_case("concat") && call.access.is_empty() => {
            call.args.iter().for_each(|argument| expression(argument, found));
        }
        _ => found.push(encoded(expr).map_or(Piece::Hole(is_encoded(expr)), Piece::Text)),
    }
}

/// The argument of a call that encodes a part of an address.
fn inside_encoding(expr: &Expr) -> Option<&Expr> {
    let call = expr.as_call()?;
    let encodes =
        ["encodeUriComponent", "uriComponent"].iter().any(|name| call.name.eq_ignore_ascii_case(name));
    call.args.first().filter(|_| encodes && call.access.is_empty())
}

/// A text that is encoded, once or twice, as it is compared.
fn encoded(expr: &Expr) -> Option<String> {
    let inner = inside_encoding(expr)?;
    let text = inner.as_str().map(str::to_owned).or_else(|| encoded(inner))?;
    Some(text.replace('/', "%2f"))
}

fn is_encoded(expr: &Expr) -> bool {
    inside_encoding(expr).is_some()
}

/// Host and path of an address. A hole in front stands for the host, which is then not known.
fn split(uri: &[Piece]) -> (Option<&str>, Path) {
    match uri.split_first() {
        Some((Piece::Text(first), rest)) => {
            let after = first.split_once("://").map_or(first.as_str(), |(_, after)| after);
            let (host, own) = after.split_at(after.find('/').unwrap_or(after.len()));
            let pieces: Vec<Piece> =
                std::iter::once(Piece::Text(own.to_owned())).chain(rest.iter().cloned()).collect();
            (Some(host).filter(|host| !host.is_empty()), path(&pieces))
        }
        Some((Piece::Hole(_), rest)) => (None, path(rest)),
        None => (None, path(&[])),
    }
}

/// The parts of a path, without a query. `users('x')` is two parts, as OData has it, and the name of a type before an
/// action (`microsoft.graph.`) is left out.
fn path(pieces: &[Piece]) -> Path {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Hole(_) => text.push(Path::HOLE),
        }
    }
    let before_query = text.split('?').next().unwrap_or_default();
    let mut written: Vec<Word> = Vec::with_capacity(before_query.split('/').count() + 1);
    for part in before_query.split('/').filter(|part| !part.is_empty()) {
        let of_graph = "microsoft.graph.";
        let has_type = part.get(..of_graph.len()).is_some_and(|start| start.eq_ignore_ascii_case(of_graph));
        let part = if has_type { &part[of_graph.len()..] } else { part };
        match part.strip_suffix("')").and_then(|part| part.split_once("('")) {
            Some((name, key)) => written.extend([name.into(), key.into()]),
            None => written.push(part.into()),
        }
    }
    let mut parts = written.clone();
    parts.iter_mut().for_each(|part| part.make_ascii_lowercase());
    let is_closed = pieces.iter().all(|piece| !matches!(piece, Piece::Hole(false)));
    Path { parts, written, is_closed }
}

/// The operations whose method and path fit what is asked for, of these the ones that name most of the path.
pub fn fitting<'s>(
    of: impl Iterator<Item = &'s Signature>,
    method: Option<&str>,
    path: &[Word],
) -> Vec<&'s Signature> {
    let mut best = Vec::new();
    let mut named = 0;
    for one in of {
        let is_method = |own: &str| method.is_some_and(|method| method.eq_ignore_ascii_case(own));
        if one.parts.len() != path.len() || one.parts.is_empty() || !one.method.is_none_or(is_method) {
            continue;
        }
        let Some(fits) = fit(one.parts, path) else { continue };
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
fn fit(own: &[&str], path: &[Word]) -> Option<usize> {
    let version = |part: &str| ["v1.0", "beta"].contains(&part);
    let mut named = 0;
    for (own, part) in own.iter().zip(path) {
        // Most parts are told apart without looking for a hole in them.
        if own == part && !own.starts_with('{') {
            named += 2;
            continue;
        }
        match own.split_once('{') {
            Some(("", _)) => {}
            Some((before, _)) if part.starts_with(before) => named += 2,
            None if version(own) && version(part) => named += 1,
            _ => return None,
        }
    }
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_known_however_generated_clients_spell_it() {
        assert!(is_like("ResourceGroupsList", "ResourceGroups_List"));
        assert!(is_like("GetUser", "GetUser_V2"));
        assert!(!is_like("GetUser", "GetUsers"));
    }

    #[test]
    fn encoded_text_is_one_part() {
        let part = |text: &str| {
            let Ok(Template::Expression(expr)) = template::parse(text) else { panic!("{text}") };
            let mut found = Vec::new();
            expression(&expr, &mut found);
            found
        };
        assert_eq!(part("@encodeURIComponent('a/b')"), [Piece::Text("a%2fb".to_owned())]);
        assert_eq!(part("@encodeURIComponent(encodeURIComponent('x'))"), [Piece::Text("x".to_owned())]);
        assert_eq!(part("@encodeURIComponent(variables('x'))"), [Piece::Hole(true)]);
        assert_eq!(part("@variables('x')"), [Piece::Hole(false)]);
    }
}
