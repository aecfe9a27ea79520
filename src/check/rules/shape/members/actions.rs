//! Action types, and the members of each.

use crate::base::json::Node;

use super::calls::{
    API_CONNECTION, API_WEBHOOK, FUNCTION, HTTP, HTTP_WEBHOOK, JSON_SCHEMA, OPEN_API, SEND_TO_BATCH,
    SERVICE_PROVIDER, WORKFLOW, api_management_action, not_empty,
};
use super::codes::WRONG_SIZE;
use super::judge::Judge;
use super::kind::{Computed, Kind, Shape, Type, is_computed, may, must};
use super::settings::{ACTION, LIMIT};

const ARRAY: Kind = Kind::Of(&[Type::Array]);

/// The types whose members are known, by name as the designer writes it. The service compares them in any case.
pub(super) static TYPES: &[(&str, &Shape)] = &[
    ("ApiConnection", &INPUTS_API_CONNECTION),
    ("ApiConnectionWebhook", &INPUTS_API_WEBHOOK),
    ("ApiManagement", &INPUTS_API_MANAGEMENT),
    ("AppendToArrayVariable", &INPUTS_SET),
    ("AppendToStringVariable", &INPUTS_SET),
    ("Compose", &INPUTS_ANY),
    ("DecrementVariable", &INPUTS_STEP),
    ("Expression", &INPUTS_EXPRESSION),
    ("Foreach", &FOREACH),
    ("Function", &INPUTS_FUNCTION),
    ("Http", &INPUTS_HTTP),
    ("HttpWebhook", &INPUTS_HTTP_WEBHOOK),
    ("If", &IF),
    ("IncrementVariable", &INPUTS_STEP),
    ("InitializeVariable", &INPUTS_INITIALIZE),
    ("InvokeFunction", &INPUTS_LOCAL_FUNCTION),
    ("JavaScriptCode", &INPUTS_SCRIPT),
    ("Join", &INPUTS_JOIN),
    ("OpenApiConnection", &INPUTS_OPEN_API),
    ("OpenApiConnectionWebhook", &INPUTS_OPEN_API),
    ("ParseJson", &INPUTS_PARSE),
    ("PowershellCode", &INPUTS_POWERSHELL),
    ("Query", &INPUTS_QUERY),
    ("Response", &INPUTS_RESPONSE),
    ("Scope", &SCOPE),
    ("Select", &INPUTS_SELECT),
    ("SendToBatch", &INPUTS_BATCH),
    ("ServiceProvider", &INPUTS_SERVICE_PROVIDER),
    ("SetVariable", &INPUTS_SET),
    ("Switch", &SWITCH),
    ("Table", &INPUTS_TABLE),
    ("Terminate", &INPUTS_TERMINATE),
    ("Until", &UNTIL),
    ("Wait", &INPUTS_WAIT),
    ("Workflow", &INPUTS_WORKFLOW),
];

/// Types that are known by name only.
pub(super) static NAMED: &[&str] = &[
    "Agent",
    "AgentHandoff",
    "As2Decode",
    "As2Encode",
    "CSharpScriptCode",
    "ChunkText",
    "EdifactDecode",
    "EdifactEncode",
    "FlatFileDecoding",
    "FlatFileEncoding",
    "FlatFileSchemaGeneration",
    "Hl7Decode",
    "Hl7Encode",
    "IntegrationAccountArtifactLookup",
    "Liquid",
    "NestedAgent",
    "ParseDocument",
    "RosettaNetDecode",
    "RosettaNetEncode",
    "RosettaNetWaitForResponse",
    "RuleExecute",
    "SwiftDecode",
    "SwiftEncode",
    "X12Decode",
    "X12Encode",
    "XmlCompose",
    "XmlParse",
    "XmlValidation",
    "Xslt",
];

/// The actions of a container.
pub(super) fn actions(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    if node.as_str().is_some_and(super::kind::is_arm) || !judge.is(node, Type::Object) {
        return;
    }
    node.items().for_each(|action| judge.within(action, |judge| self::action(judge, action)));
}

fn action(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    let kind = node.get_ignore_case("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    let known = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind));
    judge.shape(node, known.map_or(&OTHER, |(_, shape)| shape));
}

const ACTIONS: Kind = Kind::Own(actions);

/// Actions under a key of their own: the other branch of a condition, the default of a switch.
static BRANCH: Shape = Shape::new(&[may("actions", ACTIONS)]).computed(Computed::ByArm);

/// An action of that one member beside those that all have.
macro_rules! inputs {
    ($($name:ident: $kind:expr, $about:literal;)+) => {
        $(static $name: Shape =
            Shape::new(&[must("inputs", $kind, $about)]).with(ACTION).computed(Computed::ByArm);)+
    };
}

inputs! {
    INPUTS_API_CONNECTION: Kind::Object(&API_CONNECTION), "the connector operation to call";
    INPUTS_API_WEBHOOK: Kind::Object(&API_WEBHOOK), "the connector operation to call";
    INPUTS_API_MANAGEMENT: Kind::Own(api_management_action), "the API to call";
    INPUTS_ANY: Kind::Any, "the value to compose";
    INPUTS_FUNCTION: Kind::Object(&FUNCTION), "the function to call";
    INPUTS_HTTP: Kind::Object(&HTTP), "the request to send";
    INPUTS_HTTP_WEBHOOK: Kind::Object(&HTTP_WEBHOOK), "the requests that register and remove the callback";
    INPUTS_OPEN_API: Kind::Object(&OPEN_API), "the connector operation to call";
    INPUTS_BATCH: Kind::Object(&SEND_TO_BATCH), "the batch and the message";
    INPUTS_SERVICE_PROVIDER: Kind::Object(&SERVICE_PROVIDER), "the connector operation to call";
    INPUTS_WORKFLOW: Kind::Object(&WORKFLOW), "the workflow to call";
    INPUTS_INITIALIZE: Kind::Object(&VARIABLES), "the variables to make";
    INPUTS_SET: Kind::Object(&SET), "the variable and its value";
    INPUTS_STEP: Kind::Object(&STEP), "the variable and by how much it changes";
    INPUTS_PARSE: Kind::Object(&PARSE), "the content and its schema";
    INPUTS_QUERY: Kind::Object(&QUERY), "the array and the condition";
    INPUTS_SELECT: Kind::Object(&SELECT), "the array and what becomes of each item";
    INPUTS_TABLE: Kind::Object(&TABLE), "the array and the format";
    INPUTS_JOIN: Kind::Object(&JOIN), "the array and the separator";
    INPUTS_RESPONSE: Kind::Object(&RESPONSE), "the answer to the caller";
    INPUTS_TERMINATE: Kind::Object(&TERMINATE), "the status the run ends with";
    INPUTS_WAIT: Kind::Object(&WAIT), "how long, or until when, to wait";
    INPUTS_SCRIPT: Kind::Object(&SCRIPT), "the script to run";
    INPUTS_POWERSHELL: Kind::Object(&POWERSHELL), "the script to run";
    INPUTS_LOCAL_FUNCTION: Kind::Object(&LOCAL_FUNCTION), "the function to call";
}

static VARIABLES: Shape = Shape::new(&[must(
    "variables",
    Kind::Own(variables),
    "a list of variables, each with `name` and `type`",
)])
.computed(Computed::ByArm);

fn variables(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    if judge.is(node, Type::Array) {
        if node.items().next().is_none() {
            judge.say(&WRONG_SIZE, node, "is empty", Some("name at least one variable".to_owned()));
        }
        node.items().for_each(|variable| judge.shape(variable, &VARIABLE));
    }
}

static VARIABLE: Shape = Shape::new(&[
    must("name", Kind::Filled, "the name of the variable"),
    // The type itself is judged by a rule of its own.
    must("type", Kind::Text, "`Array`, `Boolean`, `Float`, `Integer`, `Object` or `String`"),
    may("value", Kind::Any),
])
.computed(Computed::ByArm);

static SET: Shape = Shape::new(&[
    must("name", Kind::Filled, "the name of the variable"),
    must("value", Kind::Any, "the value it gets"),
]);

static STEP: Shape =
    Shape::new(&[must("name", Kind::Filled, "the name of the variable"), may("value", Kind::Number)]);

static PARSE: Shape = Shape::new(&[
    must("content", Kind::Any, "the JSON to read"),
    must("schema", JSON_SCHEMA, "the JSON Schema of the content"),
]);

static QUERY: Shape = Shape::new(&[
    must("from", ARRAY, "the array to filter"),
    must("where", Kind::Expression, "a condition on `item()`"),
]);

static SELECT: Shape = Shape::new(&[
    must("from", ARRAY, "the array to go through"),
    must("select", Kind::Of(&[Type::Object, Type::Array, Type::Text]), "what each item becomes"),
]);

static TABLE: Shape = Shape::new(&[
    must("from", ARRAY, "the array to show"),
    must("format", Kind::Word(&["CSV", "HTML"]), "`CSV` or `HTML`"),
    may("columns", Kind::List(&Kind::Object(&COLUMN))),
]);

static COLUMN: Shape =
    Shape::new(&[may("header", Kind::Text), must("value", Kind::Any, "what stands in the column")])
        .computed(Computed::ByArm);

static JOIN: Shape = Shape::new(&[
    must("from", ARRAY, "the array to join"),
    must("joinWith", Kind::Text, "what stands between the items"),
]);

static RESPONSE: Shape = Shape::new(&[
    must("statusCode", Kind::Integer, "a 2xx, 4xx or 5xx status"),
    may("headers", Kind::Map(&Kind::Of(&[Type::Text, Type::Number, Type::Boolean, Type::Null]))),
    may("body", Kind::Any),
    may("schema", JSON_SCHEMA),
]);

static TERMINATE: Shape = Shape::new(&[
    must(
        "runStatus",
        Kind::Word(&["Cancelled", "Failed", "Succeeded"]),
        "`Succeeded`, `Failed` or `Cancelled`",
    ),
    may("runError", Kind::Object(&RUN_ERROR)),
]);

static RUN_ERROR: Shape = Shape::new(&[may("code", Kind::Text), may("message", Kind::Text)]);

static WAIT: Shape =
    Shape::new(&[may("interval", Kind::Object(&INTERVAL)), may("until", Kind::Object(&MOMENT))]).also(
        |judge, node| match node.items().count() {
            1 => {}
            0 => {
                let help = "add `interval` with `count` and `unit`, or `until` with `timestamp`";
                judge.say(&WRONG_SIZE, node, "has no members", Some(help.to_owned()));
            }
            _ => judge.say(&WRONG_SIZE, node, "has both `interval` and `until`; only one may stand", None),
        },
    );

static INTERVAL: Shape = Shape::new(&[
    must("count", Kind::Positive, "how many units to wait"),
    must(
        "unit",
        Kind::Word(&["Second", "Minute", "Hour", "Day", "Week", "Month"]),
        "`Second`, `Minute`, `Hour`, `Day`, `Week` or `Month`",
    ),
]);

static MOMENT: Shape = Shape::new(&[must("timestamp", Kind::Filled, "a time as ISO 8601 writes it")]);

static SCRIPT: Shape = Shape::new(&[
    must("code", Kind::Filled, "the JavaScript"),
    may("explicitDependencies", Kind::Object(&DEPENDENCIES)),
]);

static DEPENDENCIES: Shape =
    Shape::new(&[may("actions", Kind::List(&Kind::Text)), may("includeTrigger", Kind::Boolean)]);

static POWERSHELL: Shape =
    Shape::new(&[must("CodeFile", Kind::Filled, "a script beside the workflow")]).open();

static LOCAL_FUNCTION: Shape = Shape::new(&[
    must("functionName", Kind::Filled, "the function of the project"),
    may("parameters", Kind::Of(&[Type::Object])),
])
.open();

static INPUTS_EXPRESSION: Shape = Shape::new(&[
    must("kind", Kind::Text, "what is worked out, such as `AddToTime`"),
    must("inputs", Kind::Of(&[Type::Object]), "what it is worked out of"),
])
.with(ACTION)
.computed(Computed::ByArm)
.also(|judge, node| {
    static TIMES: Shape = Shape::new(&[
        must("baseTime", Kind::Any, "the time to begin with"),
        must("interval", Kind::Any, "how many units"),
        must("timeUnit", Kind::Any, "the unit, such as `Day`"),
        must("sourceTimeZone", Kind::Any, "the time zone of the given time"),
        must("destinationTimeZone", Kind::Any, "the time zone wanted"),
    ]);
    let kind = node.get_ignore_case("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
    let needed: &[&str] = match kind.to_ascii_lowercase().as_str() {
        "addtotime" | "subtractfromtime" => &["baseTime", "interval", "timeUnit"],
        "converttimezone" => &["baseTime", "sourceTimeZone", "destinationTimeZone"],
        "getfuturetime" | "getpasttime" => &["interval", "timeUnit"],
        _ => &[],
    };
    if let Some(inputs) = node.get_ignore_case("inputs").filter(Node::is_object) {
        judge.lacks(inputs, &TIMES, needed);
    }
});

static IF: Shape = Shape::new(&[
    must("expression", Kind::Own(condition), "the condition"),
    must("actions", ACTIONS, "what runs when the condition holds; `{}` for nothing"),
    may("else", Kind::Object(&BRANCH)),
])
.with(ACTION)
.computed(Computed::ByArm);

static SWITCH: Shape = Shape::new(&[
    must(
        "expression",
        Kind::Plain(&[Type::Text, Type::Number, Type::Boolean]),
        "the value compared with each case",
    ),
    must("cases", Kind::Own(cases), "the branches, each with `case` and `actions`"),
    may("default", Kind::Object(&BRANCH)),
])
.with(ACTION)
.computed(Computed::ByArm);

fn cases(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    static CASE: Shape = Shape::new(&[
        must(
            "case",
            Kind::Plain(&[Type::Text, Type::Number, Type::Boolean]),
            "the value that selects this branch",
        ),
        may("actions", ACTIONS),
    ])
    .computed(Computed::ByArm);
    if !node.as_str().is_some_and(super::kind::is_arm) && judge.is(node, Type::Object) {
        node.items().for_each(|case| judge.shape(case, &CASE));
    }
}

static FOREACH: Shape = Shape::new(&[
    must("foreach", ARRAY, "the array to go through"),
    must("actions", ACTIONS, "what runs for each item"),
])
.with(ACTION)
.computed(Computed::ByArm);

static UNTIL: Shape = Shape::new(&[
    must("expression", Kind::Own(condition), "tested after each round; the loop ends when it holds"),
    must("limit", Kind::Own(until_limit), "`count`, `timeout` or both"),
    must("actions", ACTIONS, "what runs in each round"),
])
.with(ACTION)
.computed(Computed::ByArm);

fn until_limit(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    judge.value(node, &Kind::Object(&LIMIT));
    not_empty(judge, node);
}

static SCOPE: Shape = Shape::new(&[must("actions", ACTIONS, "what the scope holds; `{}` for nothing")])
    .with(ACTION)
    .computed(Computed::ByArm);

/// An action of a type that no table describes.
static OTHER: Shape = Shape::new(&[
    may("inputs", Kind::Any),
    may("expression", Kind::Any),
    may("foreach", Kind::Any),
    may("actions", ACTIONS),
    may("else", Kind::Object(&BRANCH)),
    may("cases", Kind::Plain(&[Type::Object])),
    may("default", Kind::Object(&BRANCH)),
    may("channels", Kind::Plain(&[Type::Object])),
    may("tools", Kind::Own(tools)),
])
.with(ACTION)
.computed(Computed::ByArm);

/// What an agent may call.
fn tools(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    static TOOL: Shape = Shape::new(&[may("actions", ACTIONS)]).computed(Computed::ByArm).open();
    if judge.is(node, Type::Object) {
        node.items().for_each(|tool| judge.shape(tool, &TOOL));
    }
}

/// A condition: an expression, or a tree with one operator a node.
fn condition(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    if node.as_str().is_some_and(is_computed) {
        return;
    }
    if !node.is_object() {
        return judge.wrong_type(node, "an expression or an object such as `{\"equals\": [1, 1]}`");
    }
    let mut members = node.members();
    let (Some((operator, parts)), None) = (members.next(), members.next()) else {
        let help = "a node has one operator; join several with `and` or `or`".to_owned();
        let count = node.items().count();
        return judge.say(&WRONG_SIZE, node, &format!("has {count} operators"), Some(help));
    };
    match operator.to_ascii_lowercase().as_str() {
        "and" | "or" => {
            if judge.is(parts, Type::Array) {
                parts.items().filter(Node::is_object).for_each(|part| condition(judge, part));
            }
        }
        "not" => match Type::of(parts) {
            Type::Object => condition(judge, parts),
            Type::Array if parts.items().count() > 1 => {
                judge.say(&WRONG_SIZE, parts, "has more than one part", Some("`not` turns one".to_owned()));
            }
            Type::Array | Type::Text | Type::Boolean => {}
            _ => judge.wrong_type(parts, "a condition"),
        },
        _ => judge.value(parts, &Kind::Plain(&[Type::Array, Type::Text, Type::Object])),
    }
}
