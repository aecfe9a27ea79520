//! What a trigger or action calls, and what it gives, against what the operation takes.
//!
//! In Azure Logic Apps what is given stands in `queries`, `headers` and `body`; in a flow all of it stands in `parameters`, a member of
//! the body as `emailMessage/To`: the name of the body first, which differs from operation to operation. So a flow's name is
//! compared as it is and without its first part. What is computed as a whole is not judged.

use crate::base::diagnostic::{did_you_mean, is_one_slip};
use crate::base::json::Node;
use crate::data::connector::{Argument, Connector, Place, Signature};
use crate::workflow::Definition;
use crate::workflow::asked::{self, Asked, By, Path};
use crate::workflow::strings::Owner;

/// How long the name of an argument must be for one letter to be taken for a slip.
const SHORTEST_SLIP: usize = 6;

/// A trigger or action that calls a connector or a web API.
#[derive(Debug)]
pub struct ConnectorCall<'d> {
    /// The trigger or action.
    pub node: Node<'d>,
    /// Which of the definition that is.
    pub owner: Owner,
    /// What it asks for.
    pub asked: Asked<'d>,
    /// The connector, where we know operations of it.
    pub connector: Option<&'static Connector>,
    /// The operation, where there is but one that it can be and its arguments are listed.
    pub signature: Option<&'static Signature>,
    /// What is wrong with what it gives.
    pub faults: Faults<'d>,
}

/// What is wrong with what a call gives.
#[derive(Debug, Default)]
pub struct Faults<'d> {
    /// What the operation does not take.
    pub unknown: Vec<Unknown<'d>>,
    /// What it needs and does not get.
    pub missing: Vec<&'static str>,
    /// What it needs and gets empty.
    pub empty: Vec<(Node<'d>, &'static str)>,
    /// Values that it does not take.
    pub refused: Vec<Refused<'d>>,
}

/// Something given that the operation does not take.
#[derive(Debug)]
pub struct Unknown<'d> {
    /// Its name, as written but for escapes.
    pub name: String,
    /// Its value.
    pub node: Node<'d>,
    /// The name that is probably meant.
    pub near: Option<&'static str>,
    /// Whether that name is one that is missing.
    pub is_missed: bool,
}

/// A value that the operation does not take.
#[derive(Debug)]
pub struct Refused<'d> {
    /// Where it stands: the value, or the path it is a part of.
    pub node: Node<'d>,
    /// The value.
    pub value: String,
    /// What it was given for.
    pub argument: &'static Argument,
}

impl<'d> ConnectorCall<'d> {
    /// Every call of a definition: triggers first, then actions in document order.
    pub(super) fn all(definition: &Definition<'d>) -> Vec<Self> {
        asked::operations(definition)
            .filter_map(|(owner, node)| {
                let asked = Asked::of(definition, node)?;
                let connector = asked.known();
                // Operations of a web API that share an address are told apart by what they are given.
                let is_shared = asked.signatures.len() > 1 && asked.signatures[0].service.is_some();
                let mut listed = asked.signatures.iter().copied().filter(|one| one.is_listed && !is_shared);
                let signature = listed.next().filter(|_| listed.next().is_none());
                let faults =
                    signature.map(|signature| faults(definition, &asked, signature)).unwrap_or_default();
                Some(Self { node, owner, asked, connector, signature, faults })
            })
            .collect()
    }

    /// Whether a flow names the operation by its id.
    pub fn is_by_id(&self) -> bool {
        matches!(self.asked.by, By::Id { .. })
    }

    /// Whether it is the trigger of a flow that is given nothing at all.
    pub fn has_no_arguments(&self) -> bool {
        let parameters = self.asked.inputs.get("parameters");
        let is_empty = parameters.is_none_or(|parameters| parameters.members().next().is_none());
        matches!(self.owner, Owner::Trigger(_)) && self.is_by_id() && is_empty
    }

    /// Where a finding about all that is given stands.
    pub fn place(&self) -> Node<'d> {
        let inputs = self.asked.inputs;
        let given = if self.is_by_id() { "parameters" } else { "body" };
        inputs.get(given).unwrap_or(match self.asked.by {
            By::Path { node, .. } | By::Id { node, .. } => node,
            By::Address { .. } | By::Unknown => inputs,
        })
    }
}

/// Something that a call gives.
struct Given<'d> {
    /// Its name as the operation has it. A flow's has two: as it is, and without the name of the body.
    names: Vec<String>,
    node: Node<'d>,
    place: Option<Place>,
}

impl Given<'_> {
    fn is(&self, argument: &Argument) -> bool {
        self.place.is_none_or(|place| place == argument.place)
            && self.names.iter().any(|name| name.eq_ignore_ascii_case(argument.name))
    }

    /// Whether it is something inside an argument.
    fn is_inside(&self, argument: &Argument) -> bool {
        self.place.is_none_or(|place| place == argument.place)
            && self.names.iter().any(|name| is_below(name, argument.name))
    }
}

fn faults<'d>(definition: &Definition<'d>, asked: &Asked<'d>, signature: &'static Signature) -> Faults<'d> {
    let mut found = Faults::default();
    let Some(judged) = (match asked.by {
        By::Id { .. } => of_flow(asked, signature),
        _ => Some(of_logic_app(asked, signature)),
    }) else {
        return found;
    };
    let Judged { given, is_query_known, are_headers_known, is_body_known } = judged;
    let is_judged = |place: Place| match place {
        Place::Path | Place::Query => is_query_known,
        Place::Header => are_headers_known,
        Place::Body => is_body_known,
    };
    let needs = |argument: &&Argument| {
        let above = argument.name.rsplit_once('/').map(|(above, _)| above);
        let holder = above.and_then(|above| signature.arguments.iter().find(|one| one.name == above));
        let is_asked = holder.is_none_or(|holder| {
            given.iter().any(|one| (one.is(holder) && one.node.is_object()) || one.is_inside(holder))
        });
        let is_callback = signature.callback == Some(argument.name) && matches!(asked.by, By::Id { .. });
        argument.required && is_asked && !is_callback && is_judged(argument.place)
    };
    let is_given = |argument: &Argument| given.iter().any(|one| one.is(argument) || one.is_inside(argument));
    let missing = signature.arguments.iter().filter(needs).filter(|argument| !is_given(argument));
    found.missing = missing.map(|argument| argument.name).collect();
    if matches!(asked.by, By::Id { .. }) && signature.is_seen_in_flows {
        let is_named = |name: &str| {
            given.iter().any(|one| one.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
        };
        found.missing.extend(holes(signature).filter(|name| !is_named(name)));
    }
    for one in &given {
        if let Some(argument) = signature.arguments.iter().find(|argument| one.is(argument)) {
            let value = definition.literal(one.node);
            let is_empty = one.node.is_null() || value == Some("");
            if argument.required && is_empty && one.place.is_none() {
                found.empty.push((one.node, argument.name));
            } else if let Some(value) = value.filter(|value| !is_taken(argument, value)) {
                found.refused.push(Refused { node: one.node, value: value.to_owned(), argument });
            }
        } else if is_unknown(one, signature) {
            let near = |of: &[&'static str]| {
                one.names.iter().find_map(|name| did_you_mean(name, of.iter().copied()))
            };
            let missed = near(&found.missing);
            let all: Vec<_> = signature.arguments.iter().map(|argument| argument.name).collect();
            let name = one.names[0].clone();
            let near = missed.or_else(|| near(&all));
            found.unknown.push(Unknown { name, node: one.node, near, is_missed: missed.is_some() });
        }
    }
    found.missing.retain(|name| !found.unknown.iter().any(|one| one.is_missed && one.near == Some(*name)));
    if let By::Path { node, path, .. } = &asked.by {
        found.refused.extend(refused_in_path(*node, path, signature));
    }
    found
}

/// Whether an operation takes something; what is inside an argument without listed members always is.
fn is_unknown(given: &Given<'_>, signature: &Signature) -> bool {
    let is_named_in_path = given.place.is_none()
        && holes(signature).any(|name| given.names.iter().any(|known| known.eq_ignore_ascii_case(name)));
    let is_holder = signature
        .arguments
        .iter()
        .any(|argument| given.names.iter().any(|name| is_below(argument.name, name)));
    let is_leaf =
        |argument: &&Argument| !signature.arguments.iter().any(|other| is_below(other.name, argument.name));
    let is_inside = signature.arguments.iter().filter(is_leaf).any(|argument| given.is_inside(argument));
    // Every call may have headers of its own.
    let is_header = given.place == Some(Place::Header);
    // Web APIs take options in every query.
    let is_option = signature.service.is_some() && given.place == Some(Place::Query);
    // What an open body takes is not known, but a flow's own parameters are.
    let is_open = signature.is_open && given.place != Some(Place::Query) && given.names.len() != 1;
    let is_open = is_open || (signature.is_open && given.place == Some(Place::Body));
    !is_named_in_path && !is_header && !is_option && !is_holder && !is_inside && !is_open
}

fn is_below(name: &str, above: &str) -> bool {
    name.len() > above.len()
        && name.as_bytes()[above.len()] == b'/'
        && name.get(..above.len()).is_some_and(|start| start.eq_ignore_ascii_case(above))
}

/// What a call gives, and which of it can be read.
struct Judged<'d> {
    given: Vec<Given<'d>>,
    is_query_known: bool,
    are_headers_known: bool,
    is_body_known: bool,
}

fn of_logic_app<'d>(asked: &Asked<'d>, signature: &Signature) -> Judged<'d> {
    let mut given = Vec::new();
    let queries = asked.inputs.get("queries").filter(|node| !node.is_null());
    let has_own_query = ["path", "uri"]
        .iter()
        .filter_map(|key| asked.inputs.get(key))
        .any(|node| node.as_str().is_some_and(|text| text.contains('?')));
    let is_query_known = !has_own_query && queries.is_none_or(|queries| queries.is_object());
    for (name, node) in queries.into_iter().flat_map(|queries| queries.members()) {
        given.push(Given { names: vec![unescaped(name)], node, place: Some(Place::Query) });
    }
    let headers = asked.inputs.get("headers").filter(|node| !node.is_null());
    let are_headers_known = headers.is_none_or(|headers| headers.is_object());
    for (name, node) in headers.into_iter().flat_map(|headers| headers.members()) {
        given.push(Given { names: vec![unescaped(name)], node, place: Some(Place::Header) });
    }
    let body = asked.inputs.get("body").filter(|node| !node.is_null());
    let is_body_known = body.is_none_or(|body| body.is_object());
    let mut pending: Vec<(Node<'d>, String)> = body.into_iter().map(|body| (body, String::new())).collect();
    while let Some((node, above)) = pending.pop() {
        for (name, node) in node.members() {
            let name = format!("{above}{}", unescaped(name));
            if signature.arguments.iter().any(|argument| is_below(argument.name, &name)) {
                pending.push((node, format!("{name}/")));
            }
            given.push(Given { names: vec![name], node, place: Some(Place::Body) });
        }
    }
    Judged { given, is_query_known, are_headers_known, is_body_known }
}

/// What a flow gives; nothing where that is computed as a whole.
fn of_flow<'d>(asked: &Asked<'d>, signature: &Signature) -> Option<Judged<'d>> {
    let parameters = asked.inputs.get("parameters").filter(|node| !node.is_null());
    if parameters.is_some_and(|parameters| !parameters.is_object()) {
        return None;
    }
    let mut given: Vec<Given<'d>> = Vec::new();
    for (name, node) in parameters.into_iter().flat_map(|parameters| parameters.members()) {
        let name = unescaped(name);
        let inner = name.split_once('/').map(|(_, inner)| inner.to_owned());
        given.push(Given { names: std::iter::once(name).chain(inner).collect(), node, place: None });
    }
    // A body may be given as a whole, under a name that is not written down anywhere.
    let takes_body = signature.is_open || signature.arguments.iter().any(|one| one.place == Place::Body);
    let is_member = |one: &Given<'_>| {
        signature.arguments.iter().any(|it| it.place == Place::Body && (one.is(it) || one.is_inside(it)))
    };
    let may_be_body = |one: &Given<'_>| {
        one.names.len() == 1
            && !signature.arguments.iter().any(|it| one.is(it) || is_slip(&one.names[0], it.name))
            && !holes(signature).any(|name| one.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    };
    let has_whole = takes_body && !given.iter().any(is_member) && given.iter().any(may_be_body);
    if has_whole {
        given.retain(|one| !may_be_body(one));
    }
    Some(Judged { given, is_query_known: true, are_headers_known: true, is_body_known: !has_whole })
}

/// Whether a name is that of an argument but for one letter, and no short word.
fn is_slip(name: &str, known: &str) -> bool {
    known.len() >= SHORTEST_SLIP && is_one_slip(name, known)
}

/// The names of what stands in the path.
fn holes(signature: &Signature) -> impl Iterator<Item = &'static str> {
    let within = |part: &'static str| Some(part.split_once('{')?.1.split_once('}')?.0);
    signature.parts.iter().filter_map(move |part| within(part))
}

fn refused_in_path<'d>(node: Node<'d>, path: &Path, signature: &'static Signature) -> Vec<Refused<'d>> {
    let mut found = Vec::new();
    for (own, written) in signature.parts.iter().zip(&path.written) {
        let name = own.strip_prefix('{').and_then(|own| own.strip_suffix('}'));
        let argument =
            signature.arguments.iter().find(|one| one.place == Place::Path && Some(one.name) == name);
        let value = written.replace("%20", " ");
        if let Some(argument) = argument
            && !value.contains(Path::HOLE)
            && !is_taken(argument, &value)
        {
            found.push(Refused { node, value, argument });
        }
    }
    found
}

fn is_taken(argument: &Argument, value: &str) -> bool {
    argument.allowed.is_empty() || argument.allowed.iter().any(|one| one.eq_ignore_ascii_case(value))
}

/// A key as the operation gets it: a leading `@@` stands for `@`.
fn unescaped(key: &str) -> String {
    key.strip_prefix("@@").map_or_else(|| key.to_owned(), |rest| format!("@{rest}"))
}

#[cfg(test)]
mod tests {
    use crate::base::json::Document;
    use crate::workflow::read;

    use super::*;

    /// What is wrong with the one call of a definition, in words.
    fn faults(kind: &str, inputs: &str) -> Vec<String> {
        let text = format!(r#"{{"actions": {{"A": {{"type": "{kind}", "inputs": {inputs}}}}}}}"#);
        let document = Document::parse(&text).unwrap();
        let workflows = read(&document).unwrap();
        let calls = ConnectorCall::all(&workflows.definitions[0]);
        let found = &calls[0].faults;
        let unknown = found.unknown.iter().map(|one| format!("unknown {} {:?}", one.name, one.near));
        let missing = found.missing.iter().map(|name| format!("missing {name}"));
        let empty = found.empty.iter().map(|(_, name)| format!("empty {name}"));
        let refused = found.refused.iter().map(|one| format!("refused {}", one.value));
        unknown.chain(missing).chain(empty).chain(refused).collect()
    }

    fn logic_app(connector: &str, rest: &str) -> Vec<String> {
        let name = format!("@parameters('$connections')['{connector}']['connectionId']");
        faults("ApiConnection", &format!(r#"{{"host": {{"connection": {{"name": "{name}"}}}}, {rest}}}"#))
    }

    fn flow(connector: &str, id: &str, rest: &str) -> Vec<String> {
        let api = format!("/providers/Microsoft.PowerApps/apis/shared_{connector}");
        let host = format!(r#"{{"connectionName": "x", "operationId": "{id}", "apiId": "{api}"}}"#);
        faults("OpenApiConnection", &format!(r#"{{"host": {host}{rest}}}"#))
    }

    #[test]
    fn what_a_logic_app_gives_is_compared_member_by_member() {
        let isolate = |body: &str| {
            logic_app(
                "wdatp",
                &format!(r#""method": "post", "path": "/API/machines/x/isolate/", "body": {body}"#),
            )
        };
        assert_eq!(isolate(r#"{"comment": "c", "isolationtype": "FULL"}"#), Vec::<String>::new());
        assert_eq!(
            isolate(r#"{"Coment": "c", "IsolationType": "Full"}"#),
            [r#"unknown Coment Some("Comment")"#]
        );
        assert_eq!(isolate("{}"), ["missing Comment", "missing IsolationType"]);
        assert_eq!(isolate("null"), ["missing Comment", "missing IsolationType"]);
        assert_eq!(
            isolate(r#"{"Comment": "c", "IsolationType": "@variables('x')", "zz": 1}"#),
            ["unknown zz None"]
        );
        for computed in [r#""@variables('body')""#, r#""{}""#, "[1]"] {
            assert_eq!(isolate(computed), Vec::<String>::new(), "{computed}");
        }
        let machines = |rest: &str| logic_app("wdatp", &format!(r#""method": "get", {rest}"#));
        assert_eq!(
            machines(r#""path": "/api/machines", "queries": {"$filtr": "x"}"#),
            [r#"unknown $filtr Some("$filter")"#]
        );
        assert_eq!(
            machines(r#""path": "/api/machines?x=1", "queries": "@variables('q')""#),
            Vec::<String>::new()
        );
        let send = |rest: &str| {
            let call = format!(r#""method": "post", "path": "/api/logs", "body": "@body('Rows')"{rest}"#);
            logic_app("azureloganalyticsdatacollector", &call)
        };
        assert_eq!(send(r#", "headers": {"log-type": "Rows", "x-own": 1}"#), Vec::<String>::new());
        assert_eq!(send(r#", "headers": "@variables('h')""#), Vec::<String>::new());
        assert_eq!(send(""), ["missing Log-Type"]);
        let blob = |rest: &str| logic_app("azureblob", &format!(r#""method": "post", {rest}"#));
        let tier = |tier: &str| {
            let queries = format!(r#""queries": {{"path": "/a/b", "newTier": "{tier}"}}"#);
            blob(&format!(r#""path": "/v2/datasets/x/SetBlobTierByPath", {queries}"#))
        };
        assert_eq!(tier("Warm"), ["refused Warm"]);
        assert_eq!(tier("cool"), Vec::<String>::new());
    }

    #[test]
    fn what_a_flow_gives_is_compared_with_and_without_the_name_of_the_body() {
        let mail =
            |parameters: &str| flow("office365", "SendEmailV2", &format!(r#", "parameters": {parameters}"#));
        let good = r#"{"emailMessage/To": "a", "emailMessage/Subject": "b", "emailMessage/Body": "c"}"#;
        assert_eq!(mail(good), Vec::<String>::new());
        assert_eq!(
            mail(r#"{"emailMessage/To": "", "emailMessage/Subject": "b", "emailMessage/Body": null}"#),
            ["empty To", "empty Body"]
        );
        // The body as a whole, and all parameters as a whole.
        assert_eq!(mail(r#"{"emailMessage": "@variables('mail')"}"#), Vec::<String>::new());
        assert_eq!(mail(r#""@variables('mail')""#), Vec::<String>::new());
        assert_eq!(flow("office365", "SendEmailV2", ""), ["missing To", "missing Subject", "missing Body"]);
        // What stands in the path of an operation is a parameter of a flow.
        assert_eq!(
            flow("sharepointonline", "DeleteItem", r#", "parameters": {"dataset": "d", "table": "t"}"#),
            ["missing id"]
        );
        // An operation whose body is looked up takes anything in it.
        let row = r#", "parameters": {"entityName": "accounts", "item/anything": 1}"#;
        assert_eq!(flow("commondataserviceforapps", "CreateRecord", row), Vec::<String>::new());
        assert_eq!(flow("nobodysconnector", "CreateRecord", row), Vec::<String>::new());
    }

    #[test]
    fn names_that_are_no_ascii_do_no_harm() {
        let body = r#"{"Cömment": "c", "🙂/x": 1, "@@odata.id": 1, "": 2, "/": 3}"#;
        let found = logic_app(
            "wdatp",
            &format!(r#""method": "post", "path": "/api/machines/x/isolate", "body": {body}"#),
        );
        assert_eq!(found[0], r#"unknown Cömment Some("Comment")"#);
        assert_eq!(found.len(), 6, "{found:?}");
        let parameters = r#", "parameters": {"🙂/x": 1, "/": 1, "": 1, "emailMessage/": 1}"#;
        assert!(!flow("office365", "SendEmailV2", parameters).is_empty());
    }
}
