//! Looking for incidents in Microsoft Graph, for tenants and hosts without Microsoft Sentinel.
//!
//! A workflow of its own looks every few minutes and calls the response workflow once for each new incident. So a response
//! that waits for a person holds up nobody, and its run is about one incident. What has been started is marked on the
//! incident by a tag: it outlives runs and deployments, and people see it. The mark is put first: of two mistakes, an
//! incident that nobody was asked about shows as a failed run here, and being asked twice is worse.
//!
//! It starts what the playbook is for and nothing else: a run that finds out by itself that it is not meant has left a mark
//! on the incident all the same.
//!
//! Incidents that were merged into others have the status `redirected` and are not started; the one that took them in
//! changed by that and is found itself.

use serde_json::{Map, Value as Json, json};

use super::calls::Calls;
use super::fold;
use super::leaves::{Leaves, answer, call};
use crate::expr::{Expr, escape};
use crate::ingest::incident::Severity;
use crate::plan::Playbook;
use crate::plan::ir::{Like, Parameter, ParameterKind, Term, Value};
use crate::select::Profile;

/// Incidents on a page, as the operation asks for them.
const PAGE: i64 = 50;
/// Most pages of one look.
const PAGES: u16 = 20;

const SKIP: &str = "skip";
const FOUND: &str = "incidents";
const LIST: &str = "List_incidents";
const SHORT: &str = "Incidents_in_short";
const NEW: &str = "New_incidents";
const EACH: &str = "Each_new_incident";
const START: &str = "Start_response";
const LOOK_BACK: &str = "LookBackMinutes";
const MAX_RUNS: &str = "MaxRuns";

/// Where the call of the response workflow stands in the definition.
pub(super) const START_AT: &str = "/actions/Each_new_incident/actions/Start_response";

/// The workflow that looks, as a playbook without steps: its name and what a deployment sets.
pub(super) fn playbook(main: &Playbook, profile: &Profile) -> Playbook {
    let number = |name, value: i64, doc| Parameter {
        name,
        kind: ParameterKind::Number,
        default: Some(json!(value)),
        doc,
    };
    let look_back = 3 * i64::from(profile.trigger.every_minutes) + 5;
    let enabled = main.parameters.iter().filter(|parameter| parameter.name == "Enabled").cloned();
    let own = [
        number(
            LOOK_BACK,
            look_back,
            "How far back to look for incidents that changed; more after the look was switched off for a while.",
        ),
        number(MAX_RUNS, 10, "Most responses that one look starts; the next look starts the rest."),
    ];
    Playbook {
        role: main.role,
        name: format!("{}-poll", main.name),
        description: format!("Looks for new incidents and starts {} for each.", main.name),
        mode: main.mode,
        like: None,
        parameters: enabled.chain(own).collect(),
        unasked: Vec::new(),
        steps: Vec::new(),
    }
}

/// The tag on an incident that the playbook was started for.
pub(super) fn started_tag(main: &Playbook) -> String {
    format!("{} started", main.name)
}

/// The trigger: every few minutes.
pub(super) fn trigger(profile: &Profile) -> Map<String, Json> {
    let every = profile.trigger.every_minutes;
    let recurrence = json!({
        "type": "Recurrence",
        "recurrence": { "frequency": "Minute", "interval": every },
    });
    Map::from_iter([("Recurrence".to_owned(), recurrence)])
}

/// The body that the response workflow is called with: the id of the incident under the name of its input.
pub(super) fn incident_body(input: &str) -> Json {
    json!({ input: escape::whole(&this().get("id")) })
}

/// The actions: read the pages, keep what is new, start a response for each. `start` is the call of the response
/// workflow, for the incident of the loop.
pub(super) fn actions(
    leaves: &Leaves<'_>,
    calls: &mut Calls<'_>,
    profile: &Profile,
    main: &Playbook,
    start: Json,
) -> Result<Map<String, Json>, String> {
    let tag = started_tag(main);
    let whole = |expr: &Expr| Json::String(escape::whole(expr));
    let list = calls.action(
        leaves,
        "http.graph.listIncidents",
        &[
            ("$filter".to_owned(), Value::Term(changed_lately())),
            ("$skip".to_owned(), Value::Term(Term::Apply("string", vec![Term::Variable(SKIP)]))),
        ],
        None,
    )?;
    let page = call("coalesce", vec![call("body", vec![Expr::str(LIST)]).get("value"), empty_list()]);
    let in_short = call("body", vec![Expr::str(SHORT)]);
    let union = call("union", vec![call("variables", vec![Expr::str(FOUND)]), in_short]);
    let no_next = call("empty", vec![answer(LIST).get("@odata.nextLink")]);
    let pages = json!({
        "type": "Until",
        "expression": whole(&no_next),
        "limit": { "count": PAGES, "timeout": "PT30M" },
        "actions": chained(vec![
            (LIST, list),
            // Alerts are large, and of them only what they name is needed.
            (SHORT, json!({ "type": "Select", "inputs": { "from": whole(&page), "select": in_short_of() } })),
            ("Incidents_so_far", json!({ "type": "Compose", "inputs": whole(&union) })),
            ("Keep_incidents", json!({
                "type": "SetVariable",
                "inputs": { "name": FOUND, "value": "@outputs('Incidents_so_far')" },
            })),
            ("Next_page", json!({ "type": "IncrementVariable", "inputs": { "name": SKIP, "value": PAGE } })),
        ]),
    });
    let max_runs = leaves.expr(&Term::Parameter(MAX_RUNS.to_owned()));
    let found = call("body", vec![Expr::str(NEW)]);
    // Oldest first: the list has the most recent at the top.
    let oldest_first = call("take", vec![call("reverse", vec![found.clone()]), max_runs.clone()]);
    let each = json!({
        "type": "Foreach",
        "foreach": whole(&oldest_first),
        "actions": one_incident(leaves, calls, &tag, start)?,
        "runtimeConfiguration": { "concurrency": { "repetitions": 1 } },
    });
    let more = call("greater", vec![call("length", vec![found]), max_runs]);
    let too_many = json!({
        "type": "Terminate",
        "inputs": {
            "runStatus": "Failed",
            "runError": {
                "code": "TooManyIncidents",
                "message": "There were more new incidents than MaxRuns; the rest is for the next look.",
            },
        },
        "runAfter": {},
    });
    let mut steps = vec![
        ("Declare_skip", declare(SKIP, "integer", json!(0))),
        ("Declare_incidents", declare(FOUND, "array", json!([]))),
    ];
    let secret = calls.before_http(leaves)?;
    steps.extend(secret.iter().map(|(name, action)| (name.as_str(), action.clone())));
    steps.extend([
        ("Every_page", pages),
        (
            NEW,
            json!({
                "type": "Query",
                "inputs": {
                    "from": whole(&call("variables", vec![Expr::str(FOUND)])),
                    "where": whole(&is_new(leaves, profile, main.like.as_ref(), &tag)),
                },
            }),
        ),
        (EACH, each),
        (
            "More_than_allowed",
            json!({
                "type": "If",
                "expression": { "equals": [whole(&more), true] },
                "actions": { "Too_many": too_many },
                "else": { "actions": {} },
            }),
        ),
    ]);
    Ok(chained(steps))
}

/// Read the incident once more, mark it, start the response, and take the mark away where that failed. The mark replaces all tags,
/// and what people have added since the list was read must stay. The last action stands for a start
/// that succeeded: without it a mark taken away would make the failure a success.
fn one_incident(
    leaves: &Leaves<'_>,
    calls: &mut Calls<'_>,
    tag: &str,
    start: Json,
) -> Result<Map<String, Json>, String> {
    const NOW: &str = "Get_incident_now";
    let id = || ("incident".to_owned(), Value::Term(Term::Item(EACH.to_owned()).get("id")));
    let read = calls.action(leaves, "http.graph.getIncident", &[id()], None)?;
    let none = || Term::Apply("json", vec![Term::text("[]")]);
    let tags = || Term::Apply("coalesce", vec![Term::Answer(NOW.to_owned()).get("customTags"), none()]);
    let own = Term::Apply("createArray", vec![Term::text(tag)]);
    let mut set_tags = |tags: Term| {
        let arguments = [id(), ("tag".to_owned(), Value::Term(tags))];
        calls.action(leaves, "http.graph.updateIncident", &arguments, None)
    };
    let mark = set_tags(Term::Apply("union", vec![tags(), own]))?;
    let mut unmark = set_tags(tags())?;
    unmark["runAfter"] = json!({ START: ["Failed", "TimedOut"] });
    let mut steps = chained(vec![
        (NOW, read),
        ("Mark_as_started", mark),
        (START, start),
        ("Started", json!({ "type": "Compose", "inputs": escape::whole(&this().get("id")) })),
    ]);
    steps.insert("Take_mark_away".to_owned(), unmark);
    Ok(steps)
}

/// Incidents that changed since the time that is looked back to.
fn changed_lately() -> Term {
    let back = Term::Apply("sub", vec![Term::Number(0), Term::Parameter(LOOK_BACK.to_owned())]);
    let since = Term::Apply("addMinutes", vec![Term::Apply("utcNow", Vec::new()), back]);
    Term::Apply("concat", vec![Term::text("lastUpdateDateTime ge "), since])
}

/// What is kept of an incident of the list: with the text of its alerts, in small letters and without what spellings of one
/// tactic differ in.
fn in_short_of() -> Json {
    let item = |name: &str| call("item", Vec::new()).get(name);
    let plain = [" ", "-", "_"].into_iter().fold(lower(item("alerts")), |text, mark| {
        call("replace", vec![text, Expr::str(mark), Expr::str("")])
    });
    let member = |name: &str| (name.to_owned(), Json::String(escape::whole(&item(name))));
    let mut members: Map<String, Json> =
        ["id", "status", "severity", "customTags"].map(member).into_iter().collect();
    members.insert(ALERTS.to_owned(), Json::String(escape::whole(&plain)));
    Json::Object(members)
}

/// Member of an incident in short that holds the text of its alerts.
const ALERTS: &str = "alerts";

/// A value as text in small letters.
fn lower(value: Expr) -> Expr {
    call("toLower", vec![call("string", vec![call("coalesce", vec![value, Expr::str("")])])])
}

/// Whether an incident is open, severe enough, of the playbook's kind by name, and not yet started; none is while the
/// switch is off.
fn is_new(leaves: &Leaves<'_>, profile: &Profile, like: Option<&Like>, tag: &str) -> Expr {
    let item = |name: &str| call("item", Vec::new()).get(name);
    let one_of = |field: &str, words: &[&str]| {
        let words = words.iter().map(|word| Expr::str(*word)).collect();
        call("contains", vec![call("createArray", words), lower(item(field))])
    };
    let marked = Expr::str(format!("\"{}\"", tag.to_lowercase()));
    let severities: Vec<&str> =
        Severity::ALL.iter().filter(|one| **one >= profile.severity.at_least).map(|one| one.name()).collect();
    let mut tests = vec![
        leaves.expr(&Term::Parameter("Enabled".to_owned())),
        one_of("status", &["active", "inprogress", "awaitingaction"]),
        one_of("severity", &severities),
        call("not", vec![call("contains", vec![lower(item("customTags")), marked])]),
    ];
    let names = |text: String| call("contains", vec![item(ALERTS), Expr::str(text)]);
    let named: Vec<Expr> = like
        .into_iter()
        .flat_map(|like| {
            let techniques = like.techniques.iter().map(|id| format!("\"{}", id.to_lowercase()));
            techniques.chain(like.tactics.iter().map(|word| format!("\"category\":\"{word}")))
        })
        .map(names)
        .collect();
    tests.extend((!named.is_empty()).then(|| fold::call("or", named)));
    call("and", tests)
}

/// The incident of the loop.
fn this() -> Expr {
    call("items", vec![Expr::str(EACH)])
}

fn empty_list() -> Expr {
    call("json", vec![Expr::str("[]")])
}

fn declare(name: &str, kind: &str, value: Json) -> Json {
    json!({
        "type": "InitializeVariable",
        "inputs": { "variables": [{ "name": name, "type": kind, "value": value }] },
    })
}

/// Actions one after another, each after the success of the one before.
fn chained(steps: Vec<(&str, Json)>) -> Map<String, Json> {
    let mut actions = Map::new();
    let mut after = json!({});
    for (name, mut action) in steps {
        action["runAfter"] = std::mem::replace(&mut after, json!({ name: ["Succeeded"] }));
        actions.insert(name.to_owned(), action);
    }
    actions
}
