//! Functions over URLs.

use serde_json::{Value, json};

use super::{Function, INT, Refusal, STRING, function, str_at, text};

pub(super) static FUNCTIONS: &[Function] = &[
    function("uriHost", &[text("uri")], STRING).computed(host),
    function("uriPath", &[text("uri")], STRING).computed(path),
    function("uriPathAndQuery", &[text("uri")], STRING).computed(path_and_query),
    function("uriPort", &[text("uri")], INT).computed(port),
    function("uriQuery", &[text("uri")], STRING).computed(query),
    function("uriScheme", &[text("uri")], STRING).computed(scheme),
];

/// The parts of an absolute URL.
struct Parts<'u> {
    scheme: &'u str,
    host: &'u str,
    port: Option<&'u str>,
    path: &'u str,
    query: &'u str,
}

fn parts(arguments: &[Value]) -> Result<Parts<'_>, Refusal> {
    let text = str_at(arguments, 0)?;
    let absolute = text.split_once("://").filter(|(scheme, rest)| {
        scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && !scheme.is_empty()
            && !rest.is_empty()
    });
    let Some((scheme, rest)) = absolute else {
        let colon = text.contains(':');
        return Err(if colon {
            Refusal::Unknown
        } else {
            Refusal::fails(format!("`{text}` is no absolute URL"))
        });
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let at = tail.find('?').unwrap_or(tail.len());
    let (path, query) = tail.split_at(at);
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) =
        authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    Ok(Parts { scheme, host, port, path: if path.is_empty() { "/" } else { path }, query })
}

fn host(arguments: &[Value]) -> Result<Value, Refusal> {
    parts(arguments).map(|parts| parts.host.into())
}

fn path(arguments: &[Value]) -> Result<Value, Refusal> {
    parts(arguments).map(|parts| parts.path.into())
}

fn path_and_query(arguments: &[Value]) -> Result<Value, Refusal> {
    parts(arguments).map(|parts| format!("{}{}", parts.path, parts.query).into())
}

fn query(arguments: &[Value]) -> Result<Value, Refusal> {
    parts(arguments).map(|parts| parts.query.into())
}

fn scheme(arguments: &[Value]) -> Result<Value, Refusal> {
    parts(arguments).map(|parts| parts.scheme.to_ascii_lowercase().into())
}

fn port(arguments: &[Value]) -> Result<Value, Refusal> {
    let parts = parts(arguments)?;
    let standard = match parts.scheme.to_ascii_lowercase().as_str() {
        "http" => 80,
        "https" => 443,
        "ftp" => 21,
        _ => return Err(Refusal::Unknown),
    };
    match parts.port {
        None => Ok(json!(standard)),
        Some(port) => port.parse::<u16>().map(|port| json!(port)).map_err(|_| Refusal::Unknown),
    }
}
