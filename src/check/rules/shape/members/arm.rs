//! A deployment template around workflows: the template, its parameters, its resources, and more closely workflows and
//! API connections.

use crate::base::json::Node;

use super::codes::WRONG_VALUE;
use super::judge::Judge;
use super::kind::{Computed, Kind, Shape, Type, is_arm, may, must};

const OBJECT: Kind = Kind::Plain(&[Type::Object]);
const TEXT: Kind = Kind::Plain(&[Type::Text]);
const NUMBER: Kind = Kind::Integer;

/// Judges a template and the ones in it. The definitions in them are judged by themselves.
pub(super) fn template(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    judge.shape(node, &TEMPLATE);
}

static TEMPLATE: Shape = Shape::new(&[
    must("$schema", Kind::Own(address), "the address of the deployment template language"),
    must("contentVersion", Kind::Filled, "four numbers with dots, such as `1.0.0.0`"),
    may("languageVersion", TEXT),
    may("apiProfile", TEXT),
    may("metadata", OBJECT),
    may("definitions", OBJECT),
    may("imports", Kind::Plain(&[Type::Object, Type::Array])),
    may("extensions", OBJECT),
    may("parameters", Kind::Own(|judge, node| map(judge, node, &PARAMETER))),
    may("functions", Kind::Plain(&[Type::Array])),
    may("variables", OBJECT),
    must("resources", Kind::Own(resources), "what is deployed"),
    may("outputs", Kind::Own(|judge, node| map(judge, node, &OUTPUT))),
])
.computed(Computed::ByArm)
.also(|judge, node| {
    static NAMED: Shape =
        Shape::new(&[must("languageVersion", TEXT, "`2.0`, since the resources have names")]);
    if node.get("resources").is_some_and(|resources| resources.is_object()) {
        judge.lacks(node, &NAMED, &["languageVersion"]);
    }
});

fn address(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    let Some(text) = node.as_str() else { return judge.wrong_type(node, "a string") };
    if !text.trim_end_matches('#').to_ascii_lowercase().ends_with("deploymenttemplate.json") {
        let help =
            "such as `https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#`";
        judge.say(&WRONG_VALUE, node, "is no address of a deployment template", Some(help.to_owned()));
    }
}

fn map(judge: &mut Judge<'_, '_>, node: Node<'_>, shape: &'static Shape) {
    if judge.is(node, Type::Object) {
        node.items().for_each(|item| judge.shape(item, shape));
    }
}

const TYPES: &[&str] = &["array", "bool", "int", "object", "secureObject", "secureString", "string"];

static PARAMETER: Shape = Shape::new(&[
    may("type", Kind::Word(TYPES)),
    may("defaultValue", Kind::Any),
    may("allowedValues", Kind::Plain(&[Type::Array])),
    may("minValue", NUMBER),
    may("maxValue", NUMBER),
    may("minLength", NUMBER),
    may("maxLength", NUMBER),
    may("metadata", OBJECT),
    may("nullable", Kind::Plain(&[Type::Boolean])),
    may("items", Kind::Any),
    may("prefixItems", Kind::Plain(&[Type::Array])),
    may("properties", OBJECT),
    may("additionalProperties", Kind::Any),
    may("discriminator", OBJECT),
    may("sealed", Kind::Plain(&[Type::Boolean])),
    may("$ref", TEXT),
])
.computed(Computed::ByArm)
.also(typed);

static OUTPUT: Shape = Shape::new(&[may("type", Kind::Word(TYPES)), may("$ref", TEXT)])
    .computed(Computed::ByArm)
    .open()
    .also(typed);

fn typed(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    static TYPED: Shape = Shape::new(&[must("type", Kind::Any, "the type of the value, such as `string`")]);
    if node.get("$ref").is_none() {
        judge.lacks(node, &TYPED, &["type"]);
    }
}

/// A list, or with language version 2.0 an object keyed by symbolic name.
fn resources(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    if matches!(Type::of(node), Type::Array | Type::Object) {
        node.items().for_each(|item| judge.shape(item, &RESOURCE));
    } else {
        judge.wrong_type(node, "an array or an object");
    }
}

/// One thing to deploy. Workflows and API connections are looked at closely, others for what every resource has.
static RESOURCE: Shape = Shape::new(&[
    may("type", Kind::Filled),
    may("apiVersion", Kind::Filled),
    may("name", Kind::Filled),
    may("location", TEXT),
    may("kind", Kind::Plain(&[Type::Text, Type::Null])),
    may("condition", Kind::Boolean),
    may("copy", Kind::Object(&COPY)),
    may("dependsOn", Kind::List(&Kind::Filled)),
    may("tags", Kind::Own(tags)),
    may("resources", Kind::Own(resources)),
    may("existing", Kind::Plain(&[Type::Boolean])),
])
.computed(Computed::ByArm)
.open()
.also(|judge, node| {
    static NAMED: Shape = Shape::new(&[
        must("type", Kind::Any, "the resource type"),
        must("name", Kind::Any, "the name of the resource"),
    ]);
    if node.get("import").is_none() && node.get("extension").is_none() {
        judge.lacks(node, &NAMED, &["type", "name"]);
    }
    let kind = node.get_ignore_case("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let is_deployed = node.get("existing").is_none();
    match kind.as_str() {
        "microsoft.logic/workflows" if is_deployed => judge.shape(node, &WORKFLOW),
        "microsoft.web/connections" if is_deployed => judge.shape(node, &CONNECTION),
        "microsoft.resources/deployments" => judge.shape(node, &DEPLOYMENT),
        _ if kind.ends_with("/contenttemplates") || kind.ends_with("/templatespecs/versions") => {
            if let Some(inner) = node.path(&["properties", "mainTemplate"]) {
                template(judge, inner);
            }
        }
        _ => {}
    }
});

/// Words by which resources are found, if any.
fn tags(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    const TAGS: Kind = Kind::Map(&Kind::Plain(&[Type::Text, Type::Number, Type::Boolean, Type::Null]));
    if !node.is_null() {
        judge.value(node, &TAGS);
    }
}

static COPY: Shape = Shape::new(&[
    must("name", Kind::Filled, "the name of the loop"),
    must("count", Kind::Integer, "how many to make"),
    may("mode", Kind::Word(&["parallel", "serial"])),
    may("batchSize", Kind::Positive),
])
.computed(Computed::ByArm);

static WORKFLOW: Shape = Shape::new(&[
    must(
        "apiVersion",
        Kind::Word(&[
            "2015-02-01-preview",
            "2015-08-01-preview",
            "2016-06-01",
            "2016-10-01",
            "2017-07-01",
            "2018-07-01-preview",
            "2019-05-01",
        ]),
        "`2017-07-01` or `2019-05-01`",
    ),
    must("location", Kind::Filled, "where the workflow runs, such as `[resourceGroup().location]`"),
    may("identity", Kind::Object(&IDENTITY)),
    must("properties", Kind::Object(&WORKFLOW_PROPERTIES), "the workflow"),
])
.computed(Computed::ByArm)
.open();

/// The identity of a workflow: its own, or one user-assigned.
static IDENTITY: Shape = Shape::new(&[
    must(
        "type",
        Kind::Word(&["None", "SystemAssigned", "UserAssigned"]),
        "`SystemAssigned` or `UserAssigned`",
    ),
    may("userAssignedIdentities", Kind::Map(&Kind::Plain(&[Type::Object, Type::Text]))),
    may("principalId", TEXT),
    may("tenantId", TEXT),
])
.computed(Computed::ByArm)
.also(|judge, node| {
    static NAMED: Shape = Shape::new(&[must(
        "userAssignedIdentities",
        Kind::Any,
        "an object whose one key is the identity's id",
    )]);
    let kind = node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    if !kind.eq_ignore_ascii_case("UserAssigned") {
        return;
    }
    judge.lacks(node, &NAMED, &["userAssignedIdentities"]);
    if let Some(list) = node.get("userAssignedIdentities").filter(Node::is_object) {
        match list.items().count() {
            1 => {}
            0 => judge.say(&super::codes::WRONG_SIZE, list, "names no identity", None),
            _ => {
                let problem = "names several identities; a workflow has one";
                judge.say(&super::codes::WRONG_SIZE, list, problem, None);
            }
        }
    }
});

static WORKFLOW_PROPERTIES: Shape = Shape::new(&[
    must("definition", Kind::Of(&[Type::Object]), "the workflow itself"),
    may("parameters", Kind::Own(values)),
    may("state", Kind::Word(&["Completed", "Deleted", "Disabled", "Enabled", "NotSpecified", "Suspended"])),
    may("provisioningState", TEXT),
    may("accessControl", Kind::Object(&ACCESS)),
    may("integrationAccount", Kind::Of(&[Type::Object, Type::Null])),
    may("integrationServiceEnvironment", Kind::Of(&[Type::Object, Type::Null])),
    may("endpointsConfiguration", Kind::Of(&[Type::Object])),
    may("runtimeConfiguration", Kind::Of(&[Type::Object])),
    may("sku", Kind::Of(&[Type::Object])),
    may("accessEndpoint", TEXT),
    may("createdTime", TEXT),
    may("changedTime", TEXT),
    may("version", TEXT),
])
.computed(Computed::ByArm);

/// The values for the parameters of a definition.
fn values(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    if node.as_str().is_some_and(is_arm) || !judge.is(node, Type::Object) {
        return;
    }
    for (name, value) in node.members() {
        judge.shape(value, &VALUE);
        if let Some(list) = value.get("value").filter(|_| name == "$connections") {
            judge.value(list, &CONNECTION_VALUES);
        }
    }
}

static VALUE: Shape = Shape::new(&[
    must("value", Kind::Any, "the value; it never stands by itself"),
    may("type", super::definition::VALUE_TYPE),
    may("metadata", Kind::Plain(&[Type::Object, Type::Text])),
    may("description", TEXT),
])
.computed(Computed::ByArm);

const CONNECTION_VALUES: Kind = Kind::Map(&Kind::Object(&CONNECTION_VALUE));

static CONNECTION_VALUE: Shape = Shape::new(&[
    must("connectionId", Kind::Filled, "the resource id of the connection"),
    may("connectionName", Kind::Filled),
    must("id", Kind::Filled, "the id of the managed API"),
    may("connectionProperties", Kind::Object(&CONNECTION_PROPERTIES)),
    may("authentication", Kind::Object(&CONNECTION_AUTHENTICATION)),
])
.computed(Computed::ByArm);

static CONNECTION_PROPERTIES: Shape =
    Shape::new(&[may("authentication", Kind::Object(&CONNECTION_AUTHENTICATION))])
        .computed(Computed::ByArm)
        .open();

static CONNECTION_AUTHENTICATION: Shape = Shape::new(&[
    must("type", Kind::Word(&["ManagedServiceIdentity"]), "`ManagedServiceIdentity`"),
    may("identity", Kind::Filled),
    may("audience", Kind::Filled),
])
.computed(Computed::ByArm);

/// Who may call, read and manage a workflow.
static ACCESS: Shape = Shape::new(&[
    may("triggers", Kind::Object(&POLICY)),
    may("actions", Kind::Object(&POLICY)),
    may("contents", Kind::Object(&POLICY)),
    may("workflowManagement", Kind::Object(&POLICY)),
])
.computed(Computed::ByArm);

static POLICY: Shape = Shape::new(&[
    may(
        "allowedCallerIpAddresses",
        Kind::Own(|judge, node| match node.is_null() {
            true => {}
            false => judge.value(node, &ADDRESS_LIST),
        }),
    ),
    may("openAuthenticationPolicies", Kind::Of(&[Type::Object])),
    may("sasAuthenticationPolicy", Kind::Of(&[Type::Object])),
])
.computed(Computed::ByArm);

const ADDRESS_LIST: Kind = Kind::List(&Kind::Object(&ADDRESSES));

static ADDRESSES: Shape =
    Shape::new(&[must("addressRange", Kind::Filled, "a range of addresses, such as `10.0.0.0/24`")])
        .computed(Computed::ByArm);

static CONNECTION: Shape = Shape::new(&[
    must(
        "apiVersion",
        Kind::Word(&["2015-08-01-preview", "2016-06-01", "2018-07-01-preview"]),
        "`2016-06-01`",
    ),
    must("location", Kind::Filled, "where the connection lives, such as `[resourceGroup().location]`"),
    may("kind", Kind::Word(&["V1", "V2"])),
    must("properties", Kind::Object(&API_CONNECTION), "the connection"),
])
.computed(Computed::ByArm)
.open();

static API_CONNECTION: Shape = Shape::new(&[
    may("displayName", TEXT),
    must("api", Kind::Object(&API), "the connector"),
    may("parameterValueType", Kind::Word(&["Alternative"])),
    may("customParameterValues", Kind::Of(&[Type::Object, Type::Null])),
    may("parameterValues", Kind::Of(&[Type::Object, Type::Null])),
    may("alternativeParameterValues", Kind::Of(&[Type::Object, Type::Null])),
    may("nonSecretParameterValues", Kind::Of(&[Type::Object, Type::Null])),
    may("parameterValueSet", Kind::Object(&VALUE_SET)),
    may("statuses", Kind::Of(&[Type::Array, Type::Null])),
    may("testLinks", Kind::Of(&[Type::Array, Type::Null])),
])
.computed(Computed::ByArm)
.open();

static API: Shape = Shape::new(&[must("id", Kind::Own(api_id), "the id of the managed API")])
    .computed(Computed::ByArm)
    .open();

fn api_id(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    let Some(text) = node.as_str() else { return judge.wrong_type(node, "a string") };
    let lower = text.to_ascii_lowercase();
    let names_one = ["/managedapis/", "/customapis/"]
        .iter()
        .any(|part| lower.split_once(part).is_some_and(|(_, name)| !name.is_empty()));
    if !text.starts_with('[') && !names_one {
        let help = "such as `/subscriptions/…/providers/Microsoft.Web/locations/westeurope/managedApis/azuresentinel`";
        judge.say(&WRONG_VALUE, node, "is no id of a managed or custom API", Some(help.to_owned()));
    }
}

static VALUE_SET: Shape =
    Shape::new(&[must("name", Kind::Filled, "the set of values"), may("values", Kind::Of(&[Type::Object]))])
        .computed(Computed::ByArm);

static DEPLOYMENT: Shape = Shape::new(&[must(
    "properties",
    Kind::Object(&DEPLOYMENT_PROPERTIES),
    "what is deployed, with `mode` and `template`",
)])
.computed(Computed::ByArm)
.open();

static DEPLOYMENT_PROPERTIES: Shape = Shape::new(&[
    must("mode", Kind::Word(&["Incremental", "Complete"]), "`Incremental` or `Complete`"),
    may("template", Kind::Own(template)),
    may("templateLink", Kind::Of(&[Type::Object])),
    may("parameters", Kind::Of(&[Type::Object, Type::Null])),
    may("expressionEvaluationOptions", Kind::Object(&EVALUATION)),
])
.computed(Computed::ByArm)
.open();

static EVALUATION: Shape = Shape::new(&[may("scope", Kind::Word(&["inner", "outer", "notSpecified"]))])
    .computed(Computed::ByArm)
    .open();
