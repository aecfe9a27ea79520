//! Functions that read the run: triggers, actions, loops, variables and parameters. What they give is decided by the
//! definition around the expression.

use super::super::types::{Field, Kinds, Record};
use super::{Function, INT, Returns, STRING, any, function, number, text};

const CONTEXT: Returns = Returns::Context;

pub(super) static FUNCTIONS: &[Function] = &[
    function("action", &[], Returns::Record(&ACTION)),
    function("actions", &[text("actionName")], CONTEXT),
    function("appsetting", &[text("name")], Returns::One(Kinds::ANY)).standard_only(),
    function("body", &[text("actionName")], CONTEXT),
    function("formDataMultiValues", &[text("actionName"), text("key")], Returns::Array(Kinds::ANY)),
    function("formDataValue", &[text("actionName"), text("key")], STRING),
    function("items", &[text("loopName")], CONTEXT),
    function("iterationIndexes", &[text("loopName")], INT),
    function("listCallbackUrl", &[], STRING),
    function("multipartBody", &[text("actionName"), number("index")], Returns::One(Kinds::ANY)),
    function("outputs", &[text("actionName")], CONTEXT),
    function("parameters", &[text("parameterName")], CONTEXT),
    // The designer's signature lets the name be left out.
    function("result", &[text("scopedActionName")], Returns::Array(Kinds::OBJECT)).optional(1),
    function("trigger", &[], CONTEXT),
    function("triggerBody", &[], CONTEXT),
    function("triggerFormDataMultiValues", &[any("key")], Returns::Array(Kinds::ANY)),
    function("triggerFormDataValue", &[any("key")], STRING),
    function("triggerMultipartBody", &[number("index")], Returns::One(Kinds::ANY)),
    function("triggerOutputs", &[], CONTEXT),
    function("variables", &[text("variableName")], CONTEXT),
    function("workflow", &[], Returns::Record(&WORKFLOW)),
];

const TEXT: Kinds = Kinds::STRING.or(Kinds::NULL);

/// What `workflow()` gives. Source: the function reference, `workflow`.
pub static WORKFLOW: Record = Record {
    members: &[
        Field::new("name", TEXT),
        Field::new("type", TEXT),
        Field::new("id", TEXT),
        Field::new("location", TEXT),
        Field::new("tags", Kinds::OBJECT),
        Field::record("run", &RUN),
    ],
    is_closed: false,
};

static RUN: Record = Record {
    members: &[Field::new("name", TEXT), Field::new("type", TEXT), Field::new("id", TEXT)],
    is_closed: false,
};

/// What `action()` and `actions('…')` give. Source: the function reference, and the samples of exception handling.
pub static ACTION: Record = Record { members: STEP, is_closed: false };

/// What `trigger()` gives; observed on the Standard host.
pub static TRIGGER: Record = Record { members: STEP, is_closed: false };

const STEP: &[Field] = &[
    Field::new("name", TEXT),
    Field::new("startTime", TEXT),
    Field::new("endTime", TEXT),
    Field::new("trackingId", TEXT),
    Field::new("clientTrackingId", TEXT),
    Field::new("originHistoryName", TEXT),
    Field::new("code", TEXT),
    Field::new("status", TEXT),
    Field::new("inputs", Kinds::ANY),
    Field::new("outputs", Kinds::ANY),
    Field::new("error", Kinds::ANY),
];
