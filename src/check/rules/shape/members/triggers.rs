//! Trigger types, and the members of each.

use crate::base::json::Node;

use super::calls::{
    API_CONNECTION, API_MANAGEMENT, API_NOTIFICATION, HTTP, HTTP_WEBHOOK, JSON_SCHEMA, METHOD, OPEN_API,
    SERVICE_PROVIDER, api_webhook_trigger, not_empty,
};
use super::judge::Judge;
use super::kind::{Computed, Kind, Shape, Type, is_arm, may, must};
use super::settings::{RECURRENCE, TRIGGER};

/// The types, by name as the designer writes it. The service compares them in any case.
pub(super) static TYPES: &[(&str, &Shape)] = &[
    ("ApiConnection", &API_POLL),
    ("ApiConnectionNotification", &API_NOTIFIED),
    ("ApiConnectionWebhook", &API_WEBHOOK),
    ("ApiManagement", &MANAGED),
    ("Batch", &BATCH),
    ("Http", &HTTP_POLL),
    ("HttpWebhook", &HTTP_CALLBACK),
    ("Manual", &REQUEST),
    ("OpenApiConnection", &OPEN_API_POLL),
    ("OpenApiConnectionNotification", &OPEN_API_PUSH),
    ("OpenApiConnectionWebhook", &OPEN_API_PUSH),
    ("Recurrence", &SCHEDULED),
    ("Request", &REQUEST),
    ("ServiceProvider", &PROVIDED),
    ("SlidingWindow", &SLIDING),
];

/// The triggers of a definition.
pub(super) fn triggers(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    if node.as_str().is_some_and(is_arm) || !judge.is(node, Type::Object) {
        return;
    }
    node.items().for_each(|trigger| judge.within(trigger, |judge| self::trigger(judge, trigger)));
}

fn trigger(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    let kind = node.get_ignore_case("type").and_then(|kind| kind.as_str()).unwrap_or_default();
    let known = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind));
    judge.shape(node, known.map_or(&OTHER, |(_, shape)| shape));
}

const REPEATED: Kind = Kind::Object(&RECURRENCE);

/// Written by the service; ignored on the way in.
const EVALUATED: Kind = Kind::Plain(&[Type::Object, Type::Text, Type::Null]);

/// Triggers that ask at intervals.
macro_rules! polling {
    ($($name:ident: $kind:expr;)+) => {
        $(static $name: Shape = Shape::new(&[
            must("inputs", $kind, "what to ask"),
            must("recurrence", REPEATED, "when to ask, with `frequency` and `interval`"),
            may("evaluatedRecurrence", EVALUATED),
        ])
        .with(TRIGGER)
        .computed(Computed::ByArm);)+
    };
}

/// Triggers that are called.
macro_rules! called {
    ($($name:ident: $kind:expr;)+) => {
        $(static $name: Shape = Shape::new(&[must("inputs", $kind, "what calls the trigger")])
            .with(TRIGGER)
            .computed(Computed::ByArm);)+
    };
}

polling! {
    API_POLL: Kind::Object(&API_CONNECTION);
    HTTP_POLL: Kind::Object(&HTTP);
    OPEN_API_POLL: Kind::Object(&OPEN_API);
}

called! {
    API_NOTIFIED: Kind::Object(&API_NOTIFICATION);
    API_WEBHOOK: Kind::Own(api_webhook_trigger);
    HTTP_CALLBACK: Kind::Object(&HTTP_WEBHOOK);
    OPEN_API_PUSH: Kind::Object(&OPEN_API);
    BATCH: Kind::Object(&BATCHES);
}

/// A trigger that may ask at intervals.
static PROVIDED: Shape = Shape::new(&[
    must("inputs", Kind::Object(&SERVICE_PROVIDER), "the connector operation that starts a run"),
    may("recurrence", REPEATED),
    may("evaluatedRecurrence", EVALUATED),
])
.with(TRIGGER)
.computed(Computed::ByArm);

static MANAGED: Shape = Shape::new(&[
    must("inputs", Kind::Object(&API_MANAGEMENT), "the API to ask"),
    may("recurrence", REPEATED),
    may("evaluatedRecurrence", EVALUATED),
])
.with(TRIGGER)
.computed(Computed::ByArm);

static REQUEST: Shape =
    Shape::new(&[may("inputs", Kind::Object(&REQUESTED))]).with(TRIGGER).computed(Computed::ByArm);

static REQUESTED: Shape =
    Shape::new(&[may("schema", JSON_SCHEMA), may("method", METHOD), may("relativePath", Kind::Text)])
        .open()
        .also(|judge, node| {
            if node.get_ignore_case("relativePath").is_some() {
                judge.lacks(node, &HTTP, &["method"]);
            }
        });

static SCHEDULED: Shape = Shape::new(&[
    must("recurrence", REPEATED, "when to run, with `frequency` and `interval`"),
    may("inputs", Kind::Any),
    may("evaluatedRecurrence", EVALUATED),
])
.with(TRIGGER)
.computed(Computed::ByArm);

static SLIDING: Shape = Shape::new(&[
    must("recurrence", REPEATED, "the length of a window, with `frequency` and `interval`"),
    may("inputs", Kind::Object(&DELAY)),
    may("evaluatedRecurrence", EVALUATED),
])
.with(TRIGGER)
.computed(Computed::ByArm);

static DELAY: Shape = Shape::new(&[may("delay", Kind::Duration)]);

static BATCHES: Shape = Shape::new(&[
    must("mode", Kind::Word(&["Inline", "IntegrationAccount"]), "`Inline` or `IntegrationAccount`"),
    may("batchGroupName", Kind::Text),
    may("configurations", Kind::Own(configurations)),
]);

fn configurations(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    static CONFIGURATION: Shape =
        Shape::new(&[must("releaseCriteria", Kind::Object(&RELEASE), "when the batch is processed")])
            .computed(Computed::ByArm);
    static RELEASE: Shape = Shape::new(&[
        may("messageCount", Kind::Positive),
        may("batchSize", Kind::Positive),
        may("recurrence", REPEATED),
    ])
    .also(not_empty);
    if !node.as_str().is_some_and(super::kind::is_computed) && judge.is(node, Type::Object) {
        node.items().for_each(|one| judge.shape(one, &CONFIGURATION));
    }
}

/// A trigger of a type that no table describes.
static OTHER: Shape = Shape::new(&[
    may("inputs", Kind::Any),
    may("recurrence", REPEATED),
    may("evaluatedRecurrence", EVALUATED),
])
.with(TRIGGER)
.computed(Computed::ByArm);
