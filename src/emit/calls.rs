//! Calls of catalogue operations: which action type, which transport, where each argument travels.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::leaves::{Leaves, call};
use super::sink::Sink;
use super::trigger::Trigger;
use super::values::escaped;
use crate::data::connector::{
    self, Class, CloudEndpoints, Host, Location, Operation, Parameter, Secure, Service,
};
use crate::expr::Expr;
use crate::expr::escape::{self, Part};
use crate::plan::ir::Value;
use crate::select::Profile;

/// Name of the action that reads the client secret in a flow.
const SECRET_STEP: &str = "Get_client_secret";

/// Makes the calls of one playbook and remembers what they used.
pub(super) struct Calls<'p> {
    /// The cloud: its authority is for hosts without a managed identity.
    pub cloud: &'p CloudEndpoints,
    /// Schema name of the environment variable that refers to the client secret.
    pub secret_variable: &'p str,
    /// The profile, whose values some operations send.
    pub profile: Option<&'p Profile>,
    /// Operations used, by id.
    pub operations: BTreeMap<&'static str, &'static Operation>,
    /// Connectors used, by API name.
    pub connectors: BTreeSet<String>,
    /// Web APIs used.
    pub services: BTreeSet<Service>,
}

/// The parameter that holds the base URL of an API.
pub(super) fn endpoint_parameter(service: Service) -> &'static str {
    match service {
        Service::Graph => "GraphEndpoint",
        Service::Defender => "DefenderEndpoint",
        Service::Arm => "ArmEndpoint",
        Service::Storage => "StorageEndpoint",
    }
}

/// The base URL of an API for a deployment, and what the parameter is for.
pub(super) fn endpoint(service: Service, profile: &Profile) -> (String, String) {
    let base = profile.cloud.endpoints().endpoint(service).base.clone();
    match service {
        Service::Storage => {
            let account = profile.state.account.as_deref().unwrap_or_default();
            let doc = "Address of the tables in the storage account that keeps the notes.";
            (base.replace("{account}", account), doc.to_owned())
        }
        _ => (base, format!("Base URL and token audience of {} in your cloud.", service.title())),
    }
}

impl<'p> Calls<'p> {
    /// Nothing used yet.
    pub(super) fn new(cloud: &'p CloudEndpoints, secret_variable: &'p str) -> Self {
        Self {
            cloud,
            secret_variable,
            profile: None,
            operations: BTreeMap::new(),
            connectors: BTreeSet::new(),
            services: BTreeSet::new(),
        }
    }

    /// Notes what starts the run.
    pub(super) fn started_by(&mut self, trigger: Trigger) -> Result<(), String> {
        if let Some(id) = trigger.operation() {
            let operation = connector::known(id).ok_or_else(|| format!("`{id}` is not in the catalogue"))?;
            self.connectors.insert(operation.connector.clone());
            self.operations.insert(&operation.id, operation);
        }
        Ok(())
    }

    /// The action of a call, without `runAfter`.
    pub(super) fn action(
        &mut self,
        leaves: &Leaves<'_>,
        id: &str,
        arguments: &[(String, Value)],
        timeout: Option<&str>,
    ) -> Result<Json, String> {
        let operation = leaves
            .operation(id)
            .filter(|operation| operation.hosts.contains(&leaves.host))
            .ok_or_else(|| format!("`{id}` is not offered in {}", leaves.host.title()))?;
        let known = connector::alias(id).map(|alias| &alias.arguments[..]).unwrap_or_default();
        let bound = bind(operation, arguments, known, self.profile)?;
        let mut action = match (operation.service, leaves.host) {
            (Some(service), _) => self.http(leaves, operation, service, &bound),
            (None, Host::LogicApp) => api_connection(leaves, operation, &bound),
            (None, Host::PowerAutomate) => open_api(leaves, operation, &bound),
        };
        if let Some(policy) = retry_policy(operation, leaves.host) {
            action["inputs"]["retryPolicy"] = policy;
        }
        if let Some(timeout) = timeout {
            action["limit"] = json!({ "timeout": timeout });
        }
        secure(&mut action, operation);
        if operation.asynchronous {
            action["operationOptions"] = json!("DisableAsyncPattern");
        }
        match operation.service {
            Some(service) => self.services.insert(service),
            None => self.connectors.insert(operation.connector.clone()),
        };
        self.operations.insert(&operation.id, operation);
        Ok(action)
    }

    /// What a host must do once before its first HTTP call: flows read their client secret, Logic Apps have an identity.
    pub(super) fn before_http(&mut self, leaves: &Leaves<'_>) -> Result<Vec<(String, Json)>, String> {
        if leaves.host == Host::LogicApp {
            return Ok(Vec::new());
        }
        let variable = Value::Literal(json!(self.secret_variable));
        let arguments = [("variable".to_owned(), variable)];
        let read = self.action(leaves, "commondataserviceforapps.readSecret", &arguments, None)?;
        Ok(vec![(SECRET_STEP.to_owned(), read)])
    }

    fn http(
        &self,
        leaves: &Leaves<'_>,
        operation: &Operation,
        service: Service,
        bound: &[(&Parameter, Bound<'_>)],
    ) -> Json {
        let endpoint = call("parameters", vec![Expr::str((leaves.parameter)(endpoint_parameter(service)))]);
        let mut inputs = Map::new();
        inputs.insert("method".to_owned(), json!(operation.method));
        inputs
            .insert("uri".to_owned(), json!(escape::interpolate(&uri(leaves, &endpoint, operation, bound))));
        for (key, location) in [("headers", Location::Header), ("queries", Location::Query)] {
            let members = flat(leaves, bound, location);
            if !members.is_empty() {
                inputs.insert(key.to_owned(), Json::Object(members));
            }
        }
        if let Some(body) = body(leaves, bound) {
            inputs.insert("body".to_owned(), body);
        }
        inputs.insert("authentication".to_owned(), self.authentication(leaves, service, &endpoint));
        let mut action = json!({ "type": "Http", "inputs": inputs });
        if leaves.host == Host::PowerAutomate {
            // The client secret passes through the inputs.
            action["runtimeConfiguration"] = json!({ "secureData": { "properties": ["inputs"] } });
        }
        action
    }

    fn authentication(&self, leaves: &Leaves<'_>, service: Service, endpoint: &Expr) -> Json {
        let known = self.cloud.endpoint(service);
        let audience = match known.audience == known.base {
            true => escape::whole(endpoint),
            false => escape::literal(&known.audience),
        };
        match leaves.host {
            Host::LogicApp => json!({ "type": "ManagedServiceIdentity", "audience": audience }),
            Host::PowerAutomate => {
                let parameter = |name: &str| {
                    escape::whole(&call("parameters", vec![Expr::str((leaves.parameter)(name))]))
                };
                let answer = call("body", vec![Expr::str(SECRET_STEP)]);
                json!({
                    "type": "ActiveDirectoryOAuth",
                    "authority": escape::literal(&self.cloud.authority),
                    "tenant": parameter("TenantId"),
                    "audience": audience,
                    "clientId": parameter("ClientId"),
                    "secret": escape::whole(&answer.get("EnvironmentVariableSecretValue")),
                })
            }
        }
    }
}

/// How often a call is tried again on 408, 429, 5xx and lost connections. A call that may be repeated is, at growing
/// distances: 4 times, about 150 seconds in all, which outlasts the minute in which Graph and Defender count their
/// calls. One that may not be is tried once: the first attempt may have reached its end, and the service then refuses
/// the second, so that what was done would be reported as failed.
///
/// Count 1 to 90, interval from PT5S (limits of Azure Logic Apps and of Power Automate); both forms are those of
/// published definitions. No webhook of Power Automate was seen with a policy, so none gets one.
fn retry_policy(operation: &Operation, host: Host) -> Option<Json> {
    if operation.webhook && host == Host::PowerAutomate {
        return None;
    }
    // A comment may be written twice: that does less harm than a record that is missing.
    Some(match operation.idempotent || operation.class == Class::Annotate {
        true => json!({ "type": "exponential", "count": 4, "interval": "PT10S" }),
        false => json!({ "type": "none" }),
    })
}

/// Hides in run histories what the operation says is secret, besides what the transport hides already.
fn secure(action: &mut Json, operation: &Operation) {
    if operation.secure.is_empty() {
        return;
    }
    let hidden = action["runtimeConfiguration"]["secureData"]["properties"].as_array().cloned();
    let hidden: BTreeSet<String> =
        hidden.iter().flatten().filter_map(|one| one.as_str()).map(str::to_owned).collect();
    let sides = operation.secure.iter().map(|side| match side {
        Secure::Inputs => "inputs".to_owned(),
        Secure::Outputs => "outputs".to_owned(),
    });
    let all: BTreeSet<String> = hidden.into_iter().chain(sides).collect();
    action["runtimeConfiguration"]["secureData"]["properties"] = json!(all);
}

/// What a parameter gets: an argument of the call, the operation's own constant, or a text of the profile.
enum Bound<'a> {
    Argument(&'a Value),
    Constant(&'a Json),
    Profile(&'a str),
}

/// Pairs the operation's parameters with arguments; every required one must have one, and none may be left over, but for
/// those that an alias knows for another host.
fn bind<'a>(
    operation: &'a Operation,
    arguments: &'a [(String, Value)],
    known: &[String],
    profile: Option<&'a Profile>,
) -> Result<Vec<(&'a Parameter, Bound<'a>)>, String> {
    for (name, _) in arguments {
        if !known.contains(name) && !operation.arguments().any(|parameter| parameter.name == *name) {
            return Err(format!("`{}` has no argument `{name}`", operation.id));
        }
    }
    let mut bound = Vec::new();
    for parameter in &operation.parameters {
        let argument = arguments.iter().find(|(name, _)| *name == parameter.name).map(|(_, value)| value);
        if let Some(member) = &parameter.profile {
            let text = profile.and_then(|profile| of_profile(profile, member));
            let text = text.ok_or_else(|| format!("`{}` needs `{member}` of the profile", operation.id))?;
            bound.push((parameter, Bound::Profile(text)));
            continue;
        }
        match (&parameter.constant, argument) {
            (Some(constant), _) => bound.push((parameter, Bound::Constant(constant))),
            (None, Some(value)) => bound.push((parameter, Bound::Argument(value))),
            (None, None) if parameter.required => {
                return Err(format!("`{}` needs the argument `{}`", operation.id, parameter.name));
            }
            (None, None) => {}
        }
    }
    Ok(bound)
}

/// The text of a member of the profile that operations may send.
fn of_profile<'a>(profile: &'a Profile, member: &str) -> Option<&'a str> {
    let account = profile.automation.as_ref();
    let ticket = profile.ticket.as_ref();
    match member {
        "automation/subscription" => account.map(|account| account.subscription.as_str()),
        "automation/resource_group" => account.map(|account| account.resource_group.as_str()),
        "automation/account" => account.map(|account| account.account.as_str()),
        "ticket/project" => ticket.and_then(|ticket| ticket.project.as_deref()),
        "ticket/issue_type" => ticket.and_then(|ticket| ticket.issue_type.as_deref()),
        "ticket/table" => ticket.map(|ticket| ticket.table.as_deref().unwrap_or("incident")),
        "isolation" => Some(profile.isolation.word()),
        _ => None,
    }
}

fn value(leaves: &Leaves<'_>, parameter: &Parameter, bound: &Bound<'_>) -> Json {
    match bound {
        Bound::Constant(constant) => escaped(constant),
        Bound::Profile(text) => Json::String(escape::literal(text)),
        Bound::Argument(value) => leaves.value(value, Sink::from(parameter.format)),
    }
}

/// `{endpoint}/path/{encoded argument}`.
fn uri(
    leaves: &Leaves<'_>,
    endpoint: &Expr,
    operation: &Operation,
    bound: &[(&Parameter, Bound<'_>)],
) -> Vec<Part> {
    let mut parts = vec![Part::Expr(endpoint.clone())];
    parts.extend(path(leaves, operation, bound));
    parts
}

/// `/path/{encoded argument}`.
fn path(leaves: &Leaves<'_>, operation: &Operation, bound: &[(&Parameter, Bound<'_>)]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = operation.path.as_deref().unwrap_or("/");
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, tail)| tail.split_once('}').map(|split| (before, split)))
    {
        parts.push(Part::Text(before.to_owned()));
        let argument = bound.iter().find(|(parameter, _)| parameter.name == name).map(|(_, bound)| bound);
        match argument {
            Some(Bound::Argument(Value::Term(term))) => {
                parts.push(Part::Expr(Sink::UrlSegment.hole(leaves.expr(term))));
            }
            Some(Bound::Argument(Value::Text(text))) => parts.extend(leaves.parts(text, Sink::UrlSegment)),
            Some(Bound::Argument(Value::Literal(literal))) => parts.push(path_literal(literal)),
            // Published playbooks spell the fixed parts of a connector's path as they are: `poster/Flow bot`.
            Some(Bound::Constant(Json::String(text))) if operation.service.is_none() => {
                parts.push(Part::Text(text.clone()));
            }
            Some(Bound::Constant(literal)) => parts.push(path_literal(literal)),
            Some(Bound::Profile(text)) => parts.push(Part::Text(Sink::UrlSegment.data(text))),
            _ => {}
        }
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    parts
}

/// A fixed value as part of a path.
fn path_literal(literal: &Json) -> Part {
    let text = literal.as_str().map_or_else(|| literal.to_string(), str::to_owned);
    Part::Text(Sink::UrlSegment.data(&text))
}

/// Headers or query values. The service encodes both.
fn flat(leaves: &Leaves<'_>, bound: &[(&Parameter, Bound<'_>)], location: Location) -> Map<String, Json> {
    bound
        .iter()
        .filter(|(parameter, _)| parameter.location == location)
        .map(|(parameter, bound)| (escape::literal(parameter.field()), value(leaves, parameter, bound)))
        .collect()
}

fn body(leaves: &Leaves<'_>, bound: &[(&Parameter, Bound<'_>)]) -> Option<Json> {
    let mut body = None;
    for (parameter, bound) in bound.iter().filter(|(parameter, _)| parameter.location == Location::Body) {
        let tokens: Vec<&str> = parameter.field().split('/').collect();
        place(body.get_or_insert(Json::Null), &tokens, value(leaves, parameter, bound));
    }
    body
}

/// Puts a value at a path; a number in the path is a position in a list.
fn place(at: &mut Json, path: &[&str], value: Json) {
    let Some((token, rest)) = path.split_first() else {
        *at = value;
        return;
    };
    if let Ok(index) = token.parse::<usize>() {
        if !at.is_array() {
            *at = json!([]);
        }
        if let Json::Array(items) = at {
            items.resize(items.len().max(index + 1), Json::Null);
            place(&mut items[index], rest, value);
        }
    } else {
        if !at.is_object() {
            *at = json!({});
        }
        place(&mut at[escape::literal(token)], rest, value);
    }
}

/// The expression by which a Logic App names a connection.
pub(super) fn connection_reference(connector: &str) -> String {
    let connection =
        call("parameters", vec![Expr::str("$connections")]).field(connector).field("connectionId");
    escape::whole(&connection)
}

fn api_connection(leaves: &Leaves<'_>, operation: &Operation, bound: &[(&Parameter, Bound<'_>)]) -> Json {
    let mut inputs = Map::new();
    let host = json!({ "connection": { "name": connection_reference(&operation.connector) } });
    inputs.insert("host".to_owned(), host);
    if let Some(method) = operation.method.as_ref().filter(|_| !operation.webhook) {
        inputs.insert("method".to_owned(), json!(method.to_lowercase()));
    }
    inputs.insert("path".to_owned(), json!(escape::interpolate(&path(leaves, operation, bound))));
    let mut content = body(leaves, bound);
    if let Some(callback) = &operation.callback {
        let tokens: Vec<&str> = callback.field.split('/').collect();
        place(content.get_or_insert(Json::Null), &tokens, json!("@{listCallbackUrl()}"));
    }
    if let Some(content) = content {
        inputs.insert("body".to_owned(), content);
    }
    let queries = flat(leaves, bound, Location::Query);
    if !queries.is_empty() {
        inputs.insert("queries".to_owned(), Json::Object(queries));
    }
    let kind = if operation.webhook { "ApiConnectionWebhook" } else { "ApiConnection" };
    json!({ "type": kind, "inputs": inputs })
}

fn open_api(leaves: &Leaves<'_>, operation: &Operation, bound: &[(&Parameter, Bound<'_>)]) -> Json {
    let api = format!("shared_{}", operation.connector);
    let parameters: Map<String, Json> = bound
        .iter()
        .map(|(parameter, bound)| {
            let name = parameter.pa_field.as_deref().unwrap_or_else(|| parameter.field());
            (escape::literal(name), value(leaves, parameter, bound))
        })
        .collect();
    let kind = if operation.webhook { "OpenApiConnectionWebhook" } else { "OpenApiConnection" };
    json!({
        "type": kind,
        "inputs": {
            "host": {
                "connectionName": api,
                "operationId": operation.operation_id,
                "apiId": format!("/providers/Microsoft.PowerApps/apis/{api}"),
            },
            "parameters": parameters,
            "authentication": "@parameters('$authentication')",
        },
    })
}
