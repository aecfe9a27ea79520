//! The inputs of triggers and actions that call something: HTTP, connectors, functions, other workflows.

use crate::base::json::Node;
use crate::workflow::asked::METHODS;

use super::codes::WRONG_VALUE;
use super::judge::Judge;
use super::kind::{Computed, Kind, Member, Shape, Type, may, must};
use super::settings::{OPTIONS, RETRY};

const MAP: Kind = Kind::Of(&[Type::Object]);

const HEADERS: Kind = Kind::Map(&Kind::Of(&[Type::Text, Type::Number, Type::Boolean, Type::Null]));

/// A JSON Schema with which a payload is read.
pub(super) const JSON_SCHEMA: Kind = Kind::Of(&[Type::Object, Type::Array, Type::Boolean]);

pub(super) const METHOD: Kind = Kind::Word(&METHODS);

/// What every call may have.
static CALL: &[Member] = &[
    may("authentication", Kind::Object(&AUTHENTICATION)),
    may("retryPolicy", Kind::Object(&RETRY)),
    may("operationOptions", OPTIONS),
];

/// An HTTP request.
pub(super) static HTTP: Shape = Shape::new(&[
    must("method", METHOD, "the HTTP method"),
    must("uri", Kind::Filled, "the address to call"),
    may("headers", HEADERS),
    may("queries", MAP),
    may("body", Kind::Any),
    may("cookie", Kind::Text),
])
.with(CALL);

static UNSUBSCRIBE: Shape = Shape::new(&[
    may("method", METHOD),
    may("uri", Kind::Filled),
    may("url", Kind::Text),
    may("headers", HEADERS),
    may("queries", MAP),
    may("body", Kind::Any),
    may("cookie", Kind::Text),
])
.with(CALL);

pub(super) static HTTP_WEBHOOK: Shape = Shape::new(&[
    must("subscribe", Kind::Object(&HTTP), "the request that registers the callback"),
    may("unsubscribe", Kind::Object(&UNSUBSCRIBE)),
    may("schema", JSON_SCHEMA),
])
.with(CALL);

/// A call of a managed connector.
pub(super) static API_CONNECTION: Shape = Shape::new(&[
    must("host", Kind::Object(&API_HOST), "the connection"),
    must("method", METHOD, "the HTTP method of the operation"),
    must("path", Kind::Filled, "the path of the operation"),
    may("queries", MAP),
    may("headers", HEADERS),
    may("body", Kind::Any),
    may("schema", JSON_SCHEMA),
    may("accessKeyType", ACCESS_KEY),
    may("api", MAP),
])
.with(CALL);

const ACCESS_KEY: Kind = Kind::Word(&["Primary", "Secondary"]);

/// A subscription through a managed connector.
pub(super) static API_WEBHOOK: Shape = Shape::new(&[
    must("host", Kind::Object(&API_HOST), "the connection"),
    may("method", METHOD),
    may("path", Kind::Filled),
    may("queries", MAP),
    may("headers", HEADERS),
    may("body", Kind::Any),
    may("schema", JSON_SCHEMA),
    may("accessKeyType", ACCESS_KEY),
    may("api", MAP),
    may("subscribe", MAP),
    may("unsubscribe", MAP),
])
.with(CALL)
.also(|judge, node| {
    if node.get_ignore_case("subscribe").is_none() {
        judge.lacks(node, &API_CONNECTION, &["path"]);
    }
});

/// The subscription of a trigger: its body carries the address to call back.
pub(super) fn api_webhook_trigger(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    static BODY: Shape =
        Shape::new(&[must("body", Kind::Any, "it carries the callback address, `@{listCallbackUrl()}`")]);
    judge.shape(node, &API_WEBHOOK);
    if node.is_object() && node.get_ignore_case("subscribe").is_none() {
        judge.lacks(node, &BODY, &["body"]);
        if let Some(body) = node.get("body") {
            judge.value(body, &Kind::Plain(&[Type::Object, Type::Text]));
        }
    }
}

static API_HOST: Shape = Shape::new(&[
    must("connection", Kind::Object(&API_CONNECTION_NAME), "which connection is used"),
    may("api", MAP),
]);

static API_CONNECTION_NAME: Shape =
    Shape::new(&[may("name", Kind::Filled), may("referenceName", Kind::Filled), may("id", Kind::Filled)])
        .also(not_empty);

/// Says that an object has no members at all.
pub(super) fn not_empty(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    if node.is_object() && node.items().next().is_none() {
        judge.say(&super::codes::WRONG_SIZE, node, "has no members", None);
    }
}

/// A notification through a managed connector.
pub(super) static API_NOTIFICATION: Shape = Shape::new(&[
    must("host", Kind::Object(&API_HOST), "the connection"),
    must("fetch", Kind::Object(&TEMPLATED_CALL), "the call that reads what is new"),
    must("subscribe", Kind::Object(&TEMPLATED_CALL), "the call that registers the callback"),
])
.with(CALL)
.open();

static TEMPLATED_CALL: Shape = Shape::new(&[
    must("pathTemplate", Kind::Object(&PATH_TEMPLATE), "the path of the operation"),
    must("method", METHOD, "the HTTP method of the operation"),
    may("queries", MAP),
    may("headers", HEADERS),
    may("body", Kind::Any),
])
.open();

static PATH_TEMPLATE: Shape =
    Shape::new(&[must("template", Kind::Filled, "the path, with names in braces"), may("parameters", MAP)]);

/// A call of a connector operation in Power Automate.
pub(super) static OPEN_API: Shape = Shape::new(&[
    must("host", Kind::Object(&OPEN_API_HOST), "the connector, the operation and the connection"),
    may("parameters", Kind::Of(&[Type::Object, Type::Null])),
    may("schema", JSON_SCHEMA),
])
.with(CALL);

static OPEN_API_HOST: Shape = Shape::new(&[
    must("operationId", Kind::Filled, "the operation of the connector"),
    may("apiId", Kind::Filled),
    may("connectionName", Kind::Filled),
    may("connectionReferenceName", Kind::Filled),
    may("connection", MAP),
])
.also(|judge, node| {
    static NAMED: Shape = Shape::new(&[
        must("connectionName", Kind::Filled, "a key of `connectionReferences`"),
        must("apiId", Kind::Filled, "the connector, `/providers/Microsoft.PowerApps/apis/shared_…`"),
    ]);
    let has = |name: &str| node.get_ignore_case(name).is_some();
    if has("connectionName") {
        judge.lacks(node, &NAMED, &["apiId"]);
    } else if !has("connectionReferenceName") && !has("connection") {
        judge.lacks(node, &NAMED, &["connectionName"]);
    }
});

/// A call through API Management; a trigger need not name the method.
pub(super) static API_MANAGEMENT: Shape = Shape::new(&[
    must("api", Kind::Object(&API_ID), "the API"),
    must("pathTemplate", Kind::Object(&PATH_TEMPLATE), "the path of the operation"),
    may("method", METHOD),
    may("headers", HEADERS),
    may("queries", MAP),
    may("body", Kind::Any),
    may("subscriptionKey", Kind::Text),
])
.with(CALL);

pub(super) fn api_management_action(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    judge.shape(node, &API_MANAGEMENT);
    if node.is_object() {
        judge.lacks(node, &HTTP, &["method"]);
    }
}

static API_ID: Shape = Shape::new(&[must("id", Kind::Filled, "the resource id of the API")]).open();

/// A built-in connector of a Standard project.
pub(super) static SERVICE_PROVIDER: Shape = Shape::new(&[
    must(
        "serviceProviderConfiguration",
        Kind::Object(&PROVIDER),
        "the connector, the operation and the connection",
    ),
    may("parameters", MAP),
])
.with(CALL);

static PROVIDER: Shape = Shape::new(&[
    must("operationId", Kind::Filled, "the operation of the connector"),
    must("serviceProviderId", Kind::Filled, "the connector, `/serviceProviders/…`"),
    may("connectionName", Kind::Filled),
]);

pub(super) static FUNCTION: Shape = Shape::new(&[
    must("function", Kind::Object(&FUNCTION_ID), "the function, by its resource id or its connection"),
    may("method", METHOD),
    may("headers", HEADERS),
    may("queries", MAP),
    may("body", Kind::Any),
    may("uri", Kind::Text),
])
.with(CALL);

static FUNCTION_ID: Shape = Shape::new(&[
    may("id", Kind::Filled),
    may("connectionName", Kind::Filled),
    may("name", Kind::Text),
    may("type", Kind::Text),
])
.also(not_empty);

/// A call of another workflow.
pub(super) static WORKFLOW: Shape = Shape::new(&[
    must("host", Kind::Object(&WORKFLOW_HOST), "the workflow to call"),
    may("headers", HEADERS),
    may("body", Kind::Any),
])
.with(CALL);

pub(super) static SEND_TO_BATCH: Shape = Shape::new(&[
    must("batchName", Kind::Filled, "the batch"),
    must("content", Kind::Any, "the message"),
    must("host", Kind::Object(&WORKFLOW_HOST), "the workflow that receives the batch"),
    may("partitionName", Kind::Text),
    may("messageId", Kind::Text),
])
.with(CALL);

static WORKFLOW_HOST: Shape = Shape::new(&[
    may("triggerName", Kind::Filled),
    may("workflow", Kind::Object(&WORKFLOW_ID)),
    may("workflowReferenceName", Kind::Filled),
])
.also(|judge, node| {
    static NAMED: Shape = Shape::new(&[must("workflow", Kind::Any, "the workflow, by its `id`")]);
    if node.get_ignore_case("workflowReferenceName").is_none() {
        judge.lacks(node, &NAMED, &["workflow"]);
    }
});

static WORKFLOW_ID: Shape = Shape::new(&[
    must(
        "id",
        Kind::Own(|judge, node| match node.as_str() {
            None => judge.wrong_type(node, "a string"),
            // The service looks the workflow up when the definition is saved: "Expect fully qualified resource Id".
            Some(text) if text.is_empty() || text.starts_with('@') => {
                let help = "a resource id or, in a Standard project, the name of a workflow; an ARM expression may \
                            yield it";
                judge.say(
                    &WRONG_VALUE,
                    node,
                    "must be known when the workflow is saved",
                    Some(help.to_owned()),
                );
            }
            Some(_) => {}
        }),
        "the resource id of the workflow",
    ),
    may("name", Kind::Text),
    may("type", Kind::Text),
])
.computed(Computed::ByArm);

/// How a call proves who it is. The type decides which members go with it.
static AUTHENTICATION: Shape = Shape::new(&[must(
    "type",
    Kind::Word(&[
        "ActiveDirectoryOAuth",
        "Basic",
        "ClientCertificate",
        "ManagedServiceIdentity",
        "None",
        "Raw",
    ]),
    "the kind of authentication",
)])
.open()
.also(|judge, node| {
    let kind = node.get_ignore_case("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    let shape = match kind.to_ascii_lowercase().as_str() {
        "managedserviceidentity" => &IDENTITY,
        "activedirectoryoauth" => &OAUTH,
        "basic" => &BASIC,
        "clientcertificate" => &CERTIFICATE,
        "raw" => &RAW,
        "none" => &NO_AUTHENTICATION,
        _ => return,
    };
    judge.shape(node, shape);
});

static IDENTITY: Shape =
    Shape::new(&[may("type", Kind::Any), may("audience", Kind::Text), may("identity", Kind::Text)]);

static OAUTH: Shape = Shape::new(&[
    may("type", Kind::Any),
    must("tenant", Kind::Text, "the tenant"),
    must("audience", Kind::Text, "the resource the token is for"),
    must("clientId", Kind::Text, "the application"),
    may("secret", Kind::Text),
    may("pfx", Kind::Text),
    may("password", Kind::Text),
    may("authority", Kind::Text),
    may("credentialType", Kind::Text),
    may("resource", Kind::Text),
])
.also(|judge, node| {
    static PROOF: Shape = Shape::new(&[
        must("password", Kind::Text, "the password of the certificate"),
        must("secret", Kind::Text, "the client secret, from a parameter of type SecureString"),
    ]);
    beside(judge, node, "pfx", &PROOF);
});

/// Of two members the first must be there where another one is, and the second where it is not.
fn beside(judge: &mut Judge<'_, '_>, node: Node<'_>, other: &str, two: &'static Shape) {
    let at = usize::from(node.get_ignore_case(other).is_none());
    judge.lacks(node, two, &[two.members[at].name]);
}

static BASIC: Shape = Shape::new(&[
    may("type", Kind::Any),
    must("username", Kind::Text, "the user"),
    must("password", Kind::Text, "the password, from a parameter of type SecureString"),
]);

static CERTIFICATE: Shape = Shape::new(&[
    may("type", Kind::Any),
    must("pfx", Kind::Text, "the certificate, base64"),
    may("password", Kind::Text),
]);

static RAW: Shape = Shape::new(&[
    may("type", Kind::Any),
    may("value", Kind::Text),
    may("scheme", Kind::Text),
    may("parameter", Kind::Text),
])
.also(|judge, node| {
    static HEADER: Shape = Shape::new(&[
        must("parameter", Kind::Text, "what follows the scheme"),
        must("value", Kind::Text, "the value of the Authorization header"),
    ]);
    beside(judge, node, "scheme", &HEADER);
});

static NO_AUTHENTICATION: Shape = Shape::new(&[may("type", Kind::Any)]);
