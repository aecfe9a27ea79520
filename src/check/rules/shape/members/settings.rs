//! What triggers and actions of every type may have: retries, recurrence, concurrency, switches, limits.

use super::kind::{Computed, Kind, Member, Shape, Type, may, must};

const OBJECT: Kind = Kind::Of(&[Type::Object]);

/// The members of every action.
pub(super) static ACTION: &[Member] = &[
    must("type", Kind::Filled, "what the action does"),
    may("kind", Kind::Text),
    may("runAfter", RUN_AFTER),
    may("description", Kind::Plain(&[Type::Text])),
    may("metadata", Kind::Of(&[Type::Object, Type::Null])),
    may("operationOptions", OPTIONS),
    may("runtimeConfiguration", RUNTIME),
    may("trackedProperties", OBJECT),
    may("limit", Kind::Object(&LIMIT)),
    may("transitions", OBJECT),
];

/// The members of every trigger.
pub(super) static TRIGGER: &[Member] = &[
    must("type", Kind::Filled, "what starts the workflow"),
    may("kind", Kind::Text),
    may("conditions", CONDITIONS),
    may("splitOn", Kind::Expression),
    may("splitOnConfiguration", Kind::Object(&SPLIT_ON)),
    may("correlation", Kind::Object(&CORRELATION)),
    may("description", Kind::Plain(&[Type::Text])),
    may("metadata", Kind::Of(&[Type::Object, Type::Null])),
    may("operationOptions", OPTIONS),
    may("runtimeConfiguration", RUNTIME),
];

/// Which actions this one waits for. What the statuses are is judged by a rule of its own.
const RUN_AFTER: Kind = Kind::Map(&Kind::List(&Kind::Text));

const CONDITIONS: Kind = Kind::List(&Kind::Object(&CONDITION));

static CONDITION: Shape = Shape::new(&[may("expression", Kind::Expression), may("dependsOn", Kind::Text)])
    .computed(Computed::ByArm);

static SPLIT_ON: Shape =
    Shape::new(&[may("correlation", Kind::Object(&CORRELATION))]).computed(Computed::ByArm);

static CORRELATION: Shape = Shape::new(&[may("clientTrackingId", Kind::Text)]);

/// Every switch of the public SDK's enumeration.
pub(super) const OPTIONS: Kind = Kind::Words(&[
    "Asynchronous",
    "DisableAsyncPattern",
    "DisableAutomaticDecompression",
    "EnableSchemaValidation",
    "FailWhenIterationFailed",
    "FailWhenLimitsReached",
    "IncludeAuthorizationHeadersInOutputs",
    "None",
    "PersistRequestContextForConcurrencyControl",
    "PreserveHttpContent",
    "Sequential",
    "SingleInstance",
    "SuppressWorkflowHeaders",
    "SuppressWorkflowHeadersOnResponse",
]);

/// Where the service stops waiting or looping.
pub(super) static LIMIT: Shape =
    Shape::new(&[may("count", Kind::Positive), may("timeout", Kind::Duration)]).computed(Computed::ByArm);

pub(super) const RUNTIME: Kind = Kind::Object(&RUNTIME_CONFIGURATION);

static RUNTIME_CONFIGURATION: Shape = Shape::new(&[
    may("concurrency", Kind::Object(&CONCURRENCY)),
    may("paginationPolicy", Kind::Object(&PAGINATION)),
    may("contentTransfer", Kind::Object(&CONTENT_TRANSFER)),
    may("requestOptions", Kind::Object(&REQUEST_OPTIONS)),
    may("secureData", Kind::Object(&SECURE_DATA)),
    may("staticResult", Kind::Object(&STATIC_RESULT)),
]);

static CONCURRENCY: Shape = Shape::new(&[
    may("runs", Kind::Positive),
    may("maximumWaitingRuns", Kind::Positive),
    may("repetitions", Kind::Positive),
]);

static PAGINATION: Shape = Shape::new(&[may("minimumItemCount", Kind::Positive)]);

static CONTENT_TRANSFER: Shape = Shape::new(&[may("transferMode", Kind::Text)]).open();

static REQUEST_OPTIONS: Shape = Shape::new(&[may("timeout", Kind::Duration)]).open();

static SECURE_DATA: Shape = Shape::new(&[must(
    "properties",
    Kind::List(&Kind::Word(&["inputs", "outputs"])),
    "which sides are hidden in the run history, `inputs`, `outputs` or both",
)])
.computed(Computed::ByArm);

static STATIC_RESULT: Shape = Shape::new(&[
    must("name", Kind::Filled, "the key of the mocked result in `staticResults`"),
    may("staticResultOptions", Kind::Word(&["Enabled", "Disabled"])),
])
.computed(Computed::ByArm);

/// How often and how long apart a failed call is tried again.
pub(super) static RETRY: Shape = Shape::new(&[
    must(
        "type",
        Kind::Word(&["default", "exponential", "fixed", "none"]),
        "`default`, `none`, `fixed` or `exponential`",
    ),
    may("count", Kind::Positive),
    may("interval", Kind::Duration),
    may("minimumInterval", Kind::Duration),
    may("maximumInterval", Kind::Duration),
    may("httpStatusCodes", Kind::List(&Kind::Integer)),
])
.also(|judge, node| {
    let kind = node.get_ignore_case("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    if ["fixed", "exponential"].iter().any(|timed| timed.eq_ignore_ascii_case(kind)) {
        judge.lacks(node, &TIMED_RETRY, &["count", "interval"]);
    }
});

static TIMED_RETRY: Shape = Shape::new(&[
    must("count", Kind::Positive, "how often to try again, 1 to 90"),
    must("interval", Kind::Duration, "how long to wait between, such as `PT20S`"),
]);

/// When a polling or scheduled trigger fires.
pub(super) static RECURRENCE: Shape = Shape::new(&[
    must(
        "frequency",
        Kind::Word(&["Second", "Minute", "Hour", "Day", "Week", "Month", "Year"]),
        "the unit of the interval",
    ),
    must("interval", Kind::Positive, "how many units lie between two firings"),
    may("startTime", Kind::Text),
    may("endTime", Kind::Text),
    may("timeZone", Kind::Text),
    may("count", Kind::Positive),
    may("schedule", Kind::Object(&SCHEDULE)),
]);

static SCHEDULE: Shape = Shape::new(&[
    may("hours", Kind::Own(|judge, node| numbers(judge, node, 23))),
    may("minutes", Kind::Own(|judge, node| numbers(judge, node, 59))),
    may("weekDays", Kind::Own(week_days)),
    may("monthDays", Kind::Of(&[Type::Array, Type::Number])),
    may("monthlyOccurrences", Kind::Plain(&[Type::Array])),
]);

/// One number from 0, or several.
fn numbers(judge: &mut super::judge::Judge<'_, '_>, node: crate::base::json::Node<'_>, most: i64) {
    if node.is_array() {
        return node.items().for_each(|item| numbers(judge, item, most));
    }
    if node.as_str().is_some_and(super::kind::is_computed) {
        return;
    }
    match super::judge::integer(node) {
        None => judge.wrong_type(node, "a whole number or an array of them"),
        Some(number) if (0..=most).contains(&number) => {}
        Some(number) => {
            let problem = format!("is {number}; 0 to {most} is allowed");
            judge.say(&super::codes::WRONG_SIZE, node, &problem, None);
        }
    }
}

fn week_days(judge: &mut super::judge::Judge<'_, '_>, node: crate::base::json::Node<'_>) {
    const DAYS: Kind =
        Kind::Word(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]);
    match node.as_str() {
        Some(_) => judge.value(node, &DAYS),
        None => judge.value(node, &Kind::List(&DAYS)),
    }
}
