//! Where text that an attacker may have written reaches a place that reads it as more than text.
//!
//! *Sources* are what the trigger brought and what services answered. *Sinks* are the address, the headers, the queries and
//! the mail bodies of calls. Between them values pass through actions, variables and loops. A value counts as *clean* when
//! a function has encoded it, when its type holds no text (a number, a time), or when it is one that the service makes
//! itself, such as an id or a status.
//!
//! The analysis is about the whole definition and never about order: a variable holds whatever is put into it anywhere.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::base::json::Node;
use crate::check::call::ConnectorCall;
use crate::check::context::{first_text, reference};
use crate::check::safety::Response;
use crate::data::connector::{Class, Format};
use crate::expr::template::{Segment, Template};
use crate::expr::{Call, Expr};
use crate::workflow::strings::{Owner, Text};
use crate::workflow::{ActionId, Definition, calls};

mod words;

use words::{CLEANING, MADE_BY_SERVICE, QUERIED_AT, SOURCES};

/// A place that reads text as more than text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sink {
    /// The host of an address: decides who gets the request, with its credentials.
    Host,
    /// The path or query of an address.
    Path,
    /// A header of a request.
    Header,
    /// A query of the Kusto query language.
    Query,
    /// HTML that people read.
    Html,
}

/// An untrusted value in a sink.
#[derive(Debug, Clone)]
pub struct Flow<'t, 'd> {
    /// Where it ends.
    pub sink: Sink,
    /// The action whose input it is.
    pub action: ActionId,
    /// The string it stands in.
    pub text: &'t Text<'d>,
    /// The part of the string.
    pub expr: &'t Expr,
    /// Where it comes from, in words: ``the answer of `Get_mail` ``.
    pub source: String,
}

/// How far a value is followed.
const FAR: usize = 24;

/// Every untrusted value that reaches a sink, in document order.
pub fn flows<'t, 'd>(
    definition: &Definition<'d>,
    texts: &'t [Text<'d>],
    response: &Response,
    calls: &[ConnectorCall<'d>],
) -> Vec<Flow<'t, 'd>> {
    let queries = calls.iter().filter(|call| queries(definition, call)).map(|call| call.owner).collect();
    let taint = Taint { definition, texts, response, queries, known: RefCell::default() };
    let mut flows = Vec::new();
    for text in texts.iter().filter(|text| !text.is_key) {
        let Owner::Action(action) = text.owner else { continue };
        let Ok(template) = &text.parsed else { continue };
        let mut add = |sink: Sink, expr: &'t Expr| {
            if let Some(source) = taint.source(expr, action, sink, FAR) {
                flows.push(Flow { sink, action, text, expr, source });
            }
        };
        match taint.place(action, text.node) {
            Some(Place::Address) => in_address(template, &mut add),
            Some(Place::Text(sink)) => template.expressions().for_each(|expr| add(sink, expr)),
            None => {}
        }
    }
    flows
}

/// What kind of place a string is.
enum Place {
    Address,
    Text(Sink),
}

struct Taint<'c, 't, 'd> {
    definition: &'c Definition<'d>,
    texts: &'t [Text<'d>],
    response: &'c Response,
    /// The calls that are given a Kusto query.
    queries: BTreeSet<Owner>,
    /// Where the outputs of an action come from, by action and by whether the sink is text for people or a machine.
    known: RefCell<BTreeMap<(ActionId, Sink), Option<String>>>,
}

impl<'t> Taint<'_, 't, '_> {
    fn place(&self, id: ActionId, node: Node<'_>) -> Option<Place> {
        let action = &self.definition[id];
        let inputs = action.node.get("inputs")?;
        let is_http = action.is("Http") || action.is("HttpWebhook");
        let is_in = |key: &str| inputs.get(key).is_some_and(|part| part.span() == node.span());
        if is_http && is_in("uri") {
            return Some(Place::Address);
        }
        let within = |key: &str| {
            inputs.get(key).is_some_and(|part| part.items().any(|item| item.span() == node.span()))
        };
        if is_http && within("headers") {
            return Some(Place::Text(Sink::Header));
        }
        if self.queries.contains(&Owner::Action(id)) && is_query(inputs, node) {
            return Some(Place::Text(Sink::Query));
        }
        let body = inputs.get("body").or_else(|| inputs.get("parameters"))?;
        if node.span().start < body.span().start || node.span().end > body.span().end {
            return None;
        }
        self.response.operations(id).iter().flat_map(|operation| &operation.parameters).find_map(
            |parameter| {
                let sink = match parameter.format? {
                    Format::Html => Sink::Html,
                    Format::Kql => Sink::Query,
                    Format::Markdown => return None,
                };
                let given = calls::argument(body, parameter)?;
                (given.span() == node.span()).then_some(Place::Text(sink))
            },
        )
    }

    /// Where an untrusted value in an expression of an action comes from.
    fn source(&self, expr: &Expr, at: ActionId, sink: Sink, far: usize) -> Option<String> {
        let call = expr.as_call()?;
        if far == 0 {
            return None;
        }
        let mut name = call.name.clone();
        name.make_ascii_lowercase();
        let cleans = |list: &[&str]| list.contains(&name.as_str());
        if cleans(CLEANING) || (name == "replace" && matches!(sink, Sink::Query | Sink::Html | Sink::Header))
        {
            return None;
        }
        if call.access.iter().rev().find_map(|access| access.key.as_str()).is_some_and(is_made_by_service) {
            return None;
        }
        if SOURCES.contains(&name.as_str()) {
            return self.is_fed().then(|| "the trigger".to_owned());
        }
        match name.as_str() {
            "variables" => self.of_variable(first_text(call)?.0, sink, far - 1),
            "items" => {
                let [id] = self.definition.named(first_text(call)?.0) else { return None };
                self.of_list(*id, "foreach", sink, far - 1)
            }
            "item" => self.of_item(at, sink, far - 1),
            _ if reads_outputs(call)
                && let Some(name) = result_of(call) =>
            {
                let [id] = self.definition.named(name) else { return None };
                let inside = self.definition[*id].children.iter();
                let mut inside = inside.flat_map(|container| &self.definition[*container].actions);
                inside.find_map(|id| self.of_action(*id, sink, far - 1))
            }
            // The condition of `if` is not part of what it gives.
            "if" => call.args.iter().skip(1).find_map(|argument| self.source(argument, at, sink, far - 1)),
            _ => match reference(call) {
                Some(reference) => self.of_reference(call, reference.name, sink, far - 1),
                None => call.args.iter().find_map(|argument| self.source(argument, at, sink, far - 1)),
            },
        }
    }

    /// Whether anybody outside can put something into the trigger.
    fn is_fed(&self) -> bool {
        let is_clock =
            |kind: &str| ["Recurrence", "SlidingWindow"].iter().any(|own| kind.eq_ignore_ascii_case(own));
        self.definition
            .triggers
            .iter()
            .any(|trigger| !trigger.node.get("type").and_then(|kind| kind.as_str()).is_some_and(is_clock))
    }

    fn of_reference(&self, call: &Call, name: &str, sink: Sink, far: usize) -> Option<String> {
        // How an action ended is no text of anybody's.
        let status = ["status", "statusCode", "code", "startTime", "endTime", "headers"];
        if call.access.first().and_then(|access| access.key.as_str()).is_some_and(|key| status.contains(&key))
        {
            return None;
        }
        if self.definition.trigger(name).is_some() {
            return self.is_fed().then(|| "the trigger".to_owned());
        }
        let [id] = self.definition.named(name) else { return None };
        self.of_action(*id, sink, far)
    }

    /// Where the outputs of an action come from.
    fn of_action(&self, id: ActionId, sink: Sink, far: usize) -> Option<String> {
        if let Some(known) = self.known.borrow().get(&(id, sink)) {
            return known.clone();
        }
        // While it is worked out, a circle adds nothing.
        self.known.borrow_mut().insert((id, sink), None);
        let action = &self.definition[id];
        let kind = action.kind.to_ascii_lowercase();
        let found = match kind.as_str() {
            "compose" | "parsejson" | "join" | "table" => self.of_texts(id, sink, far),
            // What a Query looks at is not what it gives, and a Select gives what it makes of each item.
            "query" => self.of_list(id, "from", sink, far),
            "select" => self.of_part(id, "select", sink, far),
            _ if kind.starts_with("http") || kind.contains("apiconnection") => self.of_answer(id),
            _ => None,
        };
        self.known.borrow_mut().insert((id, sink), found.clone());
        found
    }

    /// What a service answers: somebody's text, but for what it says of a call that only acted or asked.
    fn of_answer(&self, id: ActionId) -> Option<String> {
        let operations = self.response.operations(id);
        let reads = operations.is_empty() || operations.iter().any(|one| one.class == Class::Read);
        reads.then(|| format!("the answer of `{}`", self.definition[id].name))
    }

    fn of_texts(&self, id: ActionId, sink: Sink, far: usize) -> Option<String> {
        self.of_some(id, sink, far, |_| true)
    }

    /// Where a part of an action's inputs comes from.
    fn of_part(&self, id: ActionId, part: &str, sink: Sink, far: usize) -> Option<String> {
        let part = self.definition[id].node.path(&["inputs", part])?.span();
        self.of_some(id, sink, far, |span| part.start <= span.start && span.end <= part.end)
    }

    fn of_some(
        &self,
        id: ActionId,
        sink: Sink,
        far: usize,
        is_wanted: impl Fn(Range<usize>) -> bool,
    ) -> Option<String> {
        self.texts
            .iter()
            .filter(|text| text.owner == Owner::Action(id) && is_wanted(text.node.span()))
            .filter_map(|text| text.parsed.as_deref().ok())
            .flat_map(Template::expressions)
            .find_map(|expr| self.source(expr, id, sink, far))
    }

    fn of_variable(&self, name: &str, sink: Sink, far: usize) -> Option<String> {
        const SETTING: [&str; 4] =
            ["SetVariable", "AppendToStringVariable", "AppendToArrayVariable", "InitializeVariable"];
        let sets = |id: ActionId| {
            let action = &self.definition[id];
            let is_named = |node: Node<'_>| {
                node.get("name")
                    .and_then(|name| name.as_str())
                    .is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            SETTING.iter().any(|kind| action.is(kind))
                && action.node.get("inputs").is_some_and(|inputs| {
                    is_named(inputs) || inputs.get("variables").is_some_and(|list| list.items().any(is_named))
                })
        };
        let from = self.definition.actions().map(|action| action.id).filter(|id| sets(*id));
        from.into_iter().find_map(|id| self.of_texts(id, sink, far))
    }

    /// The item that an action works on: of its own list, or of the innermost loop around it.
    fn of_item(&self, at: ActionId, sink: Sink, far: usize) -> Option<String> {
        if ["Select", "Query", "Table", "Join"].iter().any(|kind| self.definition[at].is(kind)) {
            return self.of_list(at, "from", sink, far);
        }
        let around = self.definition.lineage(at).skip(1).find(|around| around.is("Foreach"))?;
        self.of_list(around.id, "foreach", sink, far)
    }

    /// Where the list comes from that an action goes through.
    fn of_list(&self, id: ActionId, key: &str, sink: Sink, far: usize) -> Option<String> {
        let node = self.definition[id].node;
        let list = node.get(key).or_else(|| node.path(&["inputs", key]))?.span();
        self.of_some(id, sink, far, |span| span == list)
    }
}

/// Whether a step of a call goes into the outputs of an action.
fn reads_outputs(call: &Call) -> bool {
    let mut keys = call.access.iter().filter_map(|access| access.key.as_str());
    keys.any(|key| key.eq_ignore_ascii_case("outputs"))
}

/// The action whose results a call gives one of: `first(result('S'))`.
fn result_of(call: &Call) -> Option<&str> {
    if call.name.eq_ignore_ascii_case("result") {
        return first_text(call).map(|(name, _)| name);
    }
    let picks = ["first", "last"].iter().any(|name| call.name.eq_ignore_ascii_case(name));
    call.args.first()?.as_call().filter(|_| picks).and_then(result_of)
}

/// Whether a call is given a Kusto query, as an operation that takes one or at an address where one is taken.
fn queries(definition: &Definition<'_>, call: &ConnectorCall<'_>) -> bool {
    let at = || {
        let uri = definition.passed_on(call.asked.inputs.get("uri")?.as_str()?)?.0.to_ascii_lowercase();
        Some(QUERIED_AT.iter().any(|(host, path)| uri.starts_with(host) && uri.contains(path)))
    };
    call.asked.signatures.iter().any(|one| one.takes_kql) || at() == Some(true)
}

/// Whether a string is the query of such a call: its whole body, or what is called `query` in what it is given.
fn is_query(inputs: Node<'_>, node: Node<'_>) -> bool {
    ["body", "parameters", "queries"].iter().filter_map(|key| inputs.get(key)).any(|given| {
        let is_named = |key: &str| {
            let last = key.rsplit('/').next().unwrap_or(key);
            ["query", "body"].iter().any(|name| last.eq_ignore_ascii_case(name))
        };
        given.span() == node.span()
            || given.members().any(|(key, value)| value.span() == node.span() && is_named(key))
    })
}

/// Visits the expressions of an address with the part that each stands in: the host until a slash has come after the
/// scheme, the path after that. A `concat` is what its arguments are.
fn in_address<'t>(template: &'t Template, add: &mut impl FnMut(Sink, &'t Expr)) {
    let mut before = String::new();
    match template {
        Template::Literal(_) => {}
        Template::Expression(expr) => piece(expr, &mut before, add),
        Template::Interpolation(segments) => {
            for segment in segments {
                match segment {
                    Segment::Text { text, .. } => before.push_str(text),
                    Segment::Expr(expr) => piece(expr, &mut before, add),
                }
            }
        }
    }
}

fn piece<'t>(expr: &'t Expr, before: &mut String, add: &mut impl FnMut(Sink, &'t Expr)) {
    if let Some(text) = expr.as_str() {
        before.push_str(text);
        return;
    }
    if let Some(call) = expr.as_call().filter(|call| call.name.eq_ignore_ascii_case("concat")) {
        call.args.iter().for_each(|argument| piece(argument, before, add));
        return;
    }
    let after_scheme = before.split_once("://").map_or(before.as_str(), |(_, rest)| rest);
    let in_host = !after_scheme.contains(['/', '?', '#', '\u{0}']);
    add(if in_host { Sink::Host } else { Sink::Path }, expr);
    // Something stands here now; an address that begins with it has its host from it.
    before.push(if before.is_empty() { '\u{0}' } else { '_' });
}

fn is_made_by_service(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    MADE_BY_SERVICE.binary_search(&key.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use crate::base::json::Document;
    use crate::check::{self, Options};

    /// How many values reach a query from the inputs of one action.
    fn found(kind: &str, inputs: &str) -> usize {
        let text = format!(
            r#"{{"triggers": {{"manual": {{"type": "Request"}}}}, "actions": {{"A": {{"type": "{kind}", "inputs": {inputs}}}}}}}"#
        );
        let found = check::check(&Document::parse(&text).unwrap(), &Options::default());
        found.iter().filter(|finding| finding.rule.code == "CF7013").count()
    }

    /// How many requests go to a host that comes from outside, of those in a list that is gone through.
    fn hosts(list: &str, actions: &str) -> usize {
        let text = format!(
            r#"{{"triggers": {{"manual": {{"type": "Request"}}}}, "actions": {{
                "S": {{"type": "Scope", "actions": {{"G": {{"type": "Http", "inputs": {{"method": "GET", "uri": "https://x.example"}}}}}}}},
                "M": {{"type": "Select", "inputs": {{"from": "@triggerBody()?['l']", "select": {{"h": "@item()?['h']", "n": "@length(item()?['h'])"}}}}}},
                "N": {{"type": "Select", "inputs": {{"from": "@triggerBody()?['l']", "select": "@item()?['id']"}}}},
                "Q": {{"type": "Query", "inputs": {{"from": "@triggerBody()?['l']", "where": "@equals(item()?['h'], 'x')"}}}},
                "R": {{"type": "Query", "inputs": {{"from": "@parameters('l')", "where": "@equals(item(), triggerBody()?['h'])"}}}},
                "L": {{"type": "Foreach", "foreach": "{list}", "actions": {{{actions}}}}}}}}}"#
        );
        let found = check::check(&Document::parse(&text).unwrap(), &Options::default());
        found.iter().filter(|finding| finding.rule.code == "CF7010").count()
    }

    #[test]
    fn an_item_is_as_clean_as_its_list() {
        let at = |host: &str| {
            format!(
                r#""A": {{"type": "Http", "inputs": {{"method": "GET", "uri": "https://@{{{host}}}/x"}}}}"#
            )
        };
        let item = at("item()?['h']");
        for list in ["@triggerBody()?['l']", "@body('M')", "@body('Q')"] {
            assert_eq!(hosts(list, &item), 1, "{list}");
            assert_eq!(hosts(list, &at("items('L')?['h']")), 1, "{list}");
        }
        for list in ["@parameters('l')", "@body('R')", "@body('N')"] {
            assert_eq!(hosts(list, &item), 0, "{list}");
        }
        let within = |list: &str| {
            format!(r#""I": {{"type": "Foreach", "foreach": "{list}", "actions": {{{}}}}}"#, at("item()"))
        };
        assert_eq!(hosts("@parameters('l')", &within("@triggerBody()?['l']")), 1);
        assert_eq!(hosts("@triggerBody()?['l']", &within("@parameters('l')")), 0, "the inner loop's item");
        assert_eq!(hosts("@triggerBody()?['l']", &within("@item()?['l']")), 1);
    }

    #[test]
    fn what_a_scope_gave_is_what_its_actions_gave() {
        let at = |host: &str| {
            let uri = format!("https://@{{{host}}}/x");
            hosts(
                "@parameters('l')",
                &format!(r#""A": {{"type": "Http", "inputs": {{"method": "GET", "uri": "{uri}"}}}}"#),
            )
        };
        assert_eq!(at("first(result('S'))?['outputs']?['body']?['h']"), 1);
        assert_eq!(at("result('S')[0]?['outputs']?['body']"), 1);
        assert_eq!(at("first(result('S'))?['code']"), 0);
        assert_eq!(at("first(result('M'))?['outputs']"), 0);
    }

    const TEXT: &str = r#""T | where a == \"@{triggerBody()?['a']}\"""#;
    const CLEAN: &str = r#""T | where a == \"@{replace(triggerBody()?['a'], '\"', '')}\"""#;

    #[test]
    fn what_is_queried_over_the_web_is_a_query() {
        let http = |uri: &str, given: &str| {
            found("Http", &format!(r#"{{"method": "POST", "uri": "{uri}", {given}}}"#))
        };
        let hunting = "https://api.securitycenter.windows.com/api/advancedqueries/run";
        for uri in [
            hunting,
            "https://API.securitycenter.microsoft.com/api/advancedqueries/run/",
            "https://api.security.microsoft.com/api/advancedHunting/run",
            "https://api.loganalytics.io/v1/workspaces/@{parameters('w')}/query",
            "https://api.loganalytics.azure.com/v1/workspaces/w/query",
        ] {
            assert_eq!(http(uri, &format!(r#""body": {{"query": {TEXT}, "timespan": {TEXT}}}"#)), 1, "{uri}");
            assert_eq!(http(uri, &format!(r#""body": {{"Query": {CLEAN}}}"#)), 0, "{uri}");
        }
        let logs = "https://api.loganalytics.io/v1/workspaces/w/query";
        assert_eq!(http(logs, &format!(r#""queries": {{"query": {TEXT}}}"#)), 1);
        assert_eq!(
            http("https://api.loganalytics.io/v1/workspaces/w/metadata", &format!(r#""body": {TEXT}"#)),
            0
        );
        assert_eq!(
            http("https://x.example/api.loganalytics.io/query", &format!(r#""body": {{"query": {TEXT}}}"#)),
            0
        );
        assert_eq!(http(hunting, r#""body": null"#), 0);
    }

    #[test]
    fn what_a_connector_queries_is_a_query() {
        let call = |connector: &str, path: &str, body: &str| {
            let name = format!("@parameters('$connections')['{connector}']['connectionId']");
            let host = format!(r#"{{"connection": {{"name": "{name}"}}}}"#);
            found(
                "ApiConnection",
                &format!(r#"{{"host": {host}, "method": "post", "path": "{path}", "body": {body}}}"#),
            )
        };
        assert_eq!(call("azuremonitorlogs", "/queryData", TEXT), 1);
        assert_eq!(call("azuremonitorlogs", "/visualizeQuery", TEXT), 1);
        assert_eq!(call("azuremonitorlogs", "/queryData", CLEAN), 0);
        for path in ["/queryDataV2", "/visualizeQueryV2"] {
            assert_eq!(
                call("azuremonitorlogs", path, &format!(r#"{{"query": {TEXT}, "timerange": {TEXT}}}"#)),
                1
            );
        }
        assert_eq!(call("wdatp", "/api/advancedqueries/run", &format!(r#"{{"Query": {TEXT}}}"#)), 1);
        assert_eq!(call("wdatp", "/api/alerts", &format!(r#"{{"Query": {TEXT}}}"#)), 0);
        let flow = |parameters: &str| {
            let api = "/providers/Microsoft.PowerApps/apis/shared_azuremonitorlogs";
            let host = format!(r#"{{"connectionName": "x", "operationId": "QueryData", "apiId": "{api}"}}"#);
            found("OpenApiConnection", &format!(r#"{{"host": {host}, "parameters": {parameters}}}"#))
        };
        assert_eq!(flow(&format!(r#"{{"body": {TEXT}, "subscriptions": {TEXT}}}"#)), 1);
        assert_eq!(flow(&format!(r#"{{"body/query": {TEXT}}}"#)), 1);
    }
}
