//! Entities that an incident names without the id that the calls take: found by name where an operation does that, and
//! said in the report where none does or none is found.

use super::context::step;
use super::ir::{Step, StepKind, Term, Test, Value};
use super::respond::{append, result};
use super::targets;
use crate::base::graph::{Status, Statuses};
use crate::ingest::{EntityKind, Field};

/// Devices as they came, with an id or without.
const COLLECTED: &str = "Collected_device";
/// The variable that holds the devices found by name.
const BY_NAME: &str = "devices_by_name";
/// Most devices that are looked for.
const MOST: i64 = 10;

/// What finds the ids of a kind; the list called `name` is the result. `collected` is a step that collects into the name
/// that it is given.
pub(super) fn by_name(
    kind: EntityKind,
    fields: &[Field],
    name: String,
    collected: impl Fn(String) -> Step,
) -> Vec<Step> {
    match kind {
        EntityKind::Device => devices(fields, name, collected),
        EntityKind::Account => accounts(name, collected),
        _ => vec![collected(name)],
    }
}

/// The name of the list of what came of a kind, with an id or without; `name` is that of the list with ids.
pub(super) fn collected(kind: EntityKind, name: String) -> String {
    match kind {
        EntityKind::Device => COLLECTED.to_owned(),
        _ => name,
    }
}

/// Defender for Endpoint reads a device by its name too, and its answer has the id.
fn devices(fields: &[Field], name: String, collected: impl Fn(String) -> Step) -> Vec<Step> {
    const UNNAMED: &str = "Devices_without_id";
    const EACH: &str = "Find_devices_by_name";
    const FIND: &str = "Find_device";
    let field = |field: Field| Term::This.get(field.name());
    let without = Test::All(vec![Test::Empty(field(Field::Id)), Test::Empty(field(Field::Name)).negated()]);
    let named = || Term::Item(EACH.into()).get(Field::Name.name());
    let find = step(
        FIND.into(),
        Vec::new(),
        StepKind::Call {
            operation: "http.mde.getMachine".to_owned(),
            arguments: vec![("machine".to_owned(), Value::Term(named()))],
            timeout: None,
        },
    );
    let members = fields.iter().map(|field| {
        let value = match field {
            Field::Id => Term::Apply("toLower", vec![Term::Answer(FIND.into()).get("id")]),
            field => Term::Item(EACH.into()).get(field.name()),
        };
        (field.name().to_owned(), Value::Term(value))
    });
    let keep = StepKind::Append { variable: BY_NAME, value: Value::Object(members.collect()) };
    let keep = step("Keep_device".into(), vec![(FIND.into(), Statuses::SUCCEEDED)], keep);
    let lost = Statuses::of([Status::Failed, Status::TimedOut]);
    let unknown = append(
        "No_device".into(),
        vec![(FIND.into(), lost)],
        result("Find the device", named(), "left alone", Term::text(NO_ID)),
    );
    let items = Term::Apply("take", vec![Term::Rows(UNNAMED.into()), Term::Number(MOST)]);
    let all = Term::Apply("union", vec![Term::Rows(COLLECTED.into()), Term::Variable(BY_NAME)]);
    vec![
        step("Declare_devices_by_name".into(), Vec::new(), StepKind::Declare { variable: BY_NAME }),
        collected(COLLECTED.into()),
        step(
            UNNAMED.into(),
            Vec::new(),
            StepKind::Filter { from: Term::Rows(COLLECTED.into()), test: without },
        ),
        Step {
            note: Some("Alerts may name a device without its id.".into()),
            ..step(EACH.into(), Vec::new(), StepKind::ForEach { items, body: vec![find, keep, unknown] })
        },
        step(name, Vec::new(), StepKind::Filter { from: all, test: Test::Empty(field(Field::Id)).negated() }),
    ]
}

const NO_ID: &str = "no id was found for it: the incident has only its name";

/// Name of the list of what accounts are called that have neither id nor name in Entra ID; the empty text for the others.
pub(super) const NAMELESS: &str = "Accounts_without_id";

/// Microsoft Graph takes the object id or the user principal name; an account with neither is local or on-premises only, and
/// the report says so.
fn accounts(name: String, collected: impl Fn(String) -> Step) -> Vec<Step> {
    let field = |field: Field| Term::This.get(field.name());
    let without = Test::All(vec![Test::Empty(field(Field::Id)), Test::Empty(field(Field::Upn))]);
    let named = vec![targets::label(EntityKind::Account, &Term::This), Term::text("; ")];
    let named = Term::Apply("concat", named);
    let named = Term::Apply("if", vec![without.term(), named, Term::text("")]);
    let list = collected(name);
    let from = Term::Rows(list.name.clone());
    let names = StepKind::Map { from, to: Value::Term(named) };
    vec![list, step(NAMELESS.into(), Vec::new(), names)]
}
