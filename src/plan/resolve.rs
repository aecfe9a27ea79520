//! Entities that an incident names without the id that the calls take: found by name or security identifier where an operation
//! does that, and said in the report where none does or none is found.

use serde_json::Value as Json;

use super::context::step;
use super::ir::{Step, StepKind, Term, Test, Value};
use super::protection::{identifiers, known_as, unprotected};
use super::respond::{append, no_items, result};
use super::targets::{self, lower};
use crate::base::graph::{Status, Statuses};
use crate::ingest::{DOMAIN_SID, EntityKind, Field, LONGEST_DOMAIN_SID};

/// Devices as they came, with an id or without.
const COLLECTED: &str = "Collected_device";
/// The variable that holds the devices found by name.
const BY_NAME: &str = "devices_by_name";
/// Most devices that are looked for, and most accounts.
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
        EntityKind::Account => accounts(fields, name, collected),
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

/// Name of the list of what accounts are called that have neither id nor name in Entra ID and were not found there; the empty
/// text for the others.
pub(super) const NAMELESS: &str = "Accounts_without_id";
/// Name of the list of accounts that were found by their security identifier.
pub(super) const BY_SID: &str = "Accounts_by_SID";
/// Name of the step that asks the directory for them.
pub(super) const LOOK_UP: &str = "Look_up_accounts";

/// Microsoft Graph takes the object id or the user principal name of an account. One that alerts name by its security identifier
/// alone is looked up; an account with none of the three is local or on-premises only, and the report says so.
fn accounts(fields: &[Field], name: String, collected: impl Fn(String) -> Step) -> Vec<Step> {
    let list = collected(name);
    let from = Term::Rows(list.name.clone());
    std::iter::once(list).chain(accounts_by_sid(&from, fields)).collect()
}

/// The steps that look up those accounts of a list by their security identifier that have neither id nor name in Entra ID, in one
/// call, and make accounts of the answer. What the list knows by its id or name too is left out of that, so that nothing
/// is acted on twice; so is a security identifier that several users have.
///
/// Whom a deployment protects by any name is not looked up. What was found is compared with the same lists again.
pub(super) fn accounts_by_sid(accounts: &Term, fields: &[Field]) -> [Step; 4] {
    const SIDS: &str = "SIDs_to_look_up";
    let this = |field: Field| Term::This.get(field.name());
    let nothing = || Test::All(vec![Test::Empty(this(Field::Id)), Test::Empty(this(Field::Upn))]);
    let kind = EntityKind::Account;

    let sid = lower(this(Field::Sid));
    let length = Term::Apply("length", vec![sid.clone()]);
    let mut wanted = vec![
        nothing(),
        Test::Holds(Term::Apply("startsWith", vec![sid.clone(), Term::text(DOMAIN_SID.to_lowercase())])),
        Test::Holds(Term::Apply("lessOrEquals", vec![length, Term::Number(LONGEST_DOMAIN_SID as i64)])),
        Test::Contains(sid, Term::text(";")).negated(),
    ];
    wanted.extend(unprotected(kind, &known_as(kind, identifiers(kind, &Term::This))));
    let wanted = vec![Test::All(wanted).term(), this(Field::Sid), Term::text(NOBODY)];
    let sids = StepKind::Map { from: accounts.clone(), to: Value::Term(Term::Apply("if", wanted)) };

    let each = Term::Apply("union", vec![Term::Rows(SIDS.into()), Term::Rows(SIDS.into())]);
    let most = Term::Apply("take", vec![each, Term::Number(MOST + 1)]);
    let head = "onPremisesSecurityIdentifier eq '";
    let between = format!("' or {head}");
    let values = [("'", "''"), (";", between.as_str())]
        .into_iter()
        .fold(Term::Apply("join", vec![most, Term::text(";")]), |text, (from, to)| {
            Term::Apply("replace", vec![text, Term::text(from), Term::text(to)])
        });
    let filter = vec![Term::text(head), values, Term::text("'")];
    let find = StepKind::Call {
        operation: "http.graph.findUsers".to_owned(),
        arguments: vec![("filter".to_owned(), Value::Term(Term::Apply("concat", filter)))],
        timeout: None,
    };

    let answer = Term::Apply("coalesce", vec![Term::Answer(LOOK_UP.into()).get("value"), no_items()]);
    let text = |of: Term| Term::Apply("toLower", vec![Term::Apply("string", vec![of])]);
    // In the text of a list, no value can pretend to be the name of a member: its quotes have a backslash before them.
    let member = |name: &str, value: Term| {
        Term::Apply("concat", vec![Term::text(format!("\"{name}\":\"")), lower(value), Term::text("\"")])
    };
    let found = |name: &str| Term::This.get(name);
    let same = member("onpremisessecurityidentifier", found("onPremisesSecurityIdentifier"));
    let parts = Term::Apply("length", vec![Term::Apply("split", vec![text(answer.clone()), same])]);
    let one = Test::Equals(parts, Term::Number(2));
    let new = |field: Field, name: &str| {
        Test::Contains(text(accounts.clone()), member(field.name(), found(name))).negated()
    };
    let new = Test::All(vec![one.clone(), new(Field::Id, "id"), new(Field::Upn, "userPrincipalName")]);
    let only =
        |test: &Test, value: Term| Value::Term(Term::Apply("if", vec![test.term(), value, Term::text("")]));
    let members = fields.iter().map(|field| {
        let value = match field {
            Field::Id => only(&new, lower(found("id"))),
            Field::Upn => only(&new, found("userPrincipalName")),
            Field::Sid => only(&one, found("onPremisesSecurityIdentifier")),
            Field::Name => Value::Term(found("onPremisesSamAccountName")),
            Field::DisplayName => Value::Term(found("displayName")),
            _ => Value::Literal(Json::Null),
        };
        (field.name().to_owned(), value)
    });
    let members = Value::Object(members.collect());

    let here = Test::Contains(text(Term::Rows(BY_SID.into())), member(Field::Sid.name(), this(Field::Sid)));
    let lost = Test::All(vec![nothing(), Test::Any(vec![Test::Empty(this(Field::Sid)), here.negated()])]);
    let named = Term::Apply("concat", vec![targets::label(kind, &Term::This), Term::text("; ")]);
    let named = Term::Apply("if", vec![lost.term(), named, Term::text("")]);
    [
        step(SIDS.into(), Vec::new(), sids),
        Step {
            note: Some(
                "The incident may know an account by its security identifier alone. Nobody has S-1-0-0."
                    .into(),
            ),
            ..step(LOOK_UP.into(), Vec::new(), find)
        },
        step(BY_SID.into(), Vec::new(), StepKind::Map { from: answer, to: members }),
        step(NAMELESS.into(), Vec::new(), StepKind::Map { from: accounts.clone(), to: Value::Term(named) }),
    ]
}

/// The security identifier that is nobody's: it stands for those that are not looked up, so that the call never lacks one.
///
/// Source: Microsoft, [MS-DTYP] 2.4.2.4 "Well-Known SID Structures", NULL.
const NOBODY: &str = "S-1-0-0";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::eval::Run;
    use super::super::protection::PROTECTED_ACCOUNTS;
    use super::*;

    const FOUND: &str = "Found_account";
    const FIELDS: [Field; 5] = [Field::Id, Field::Name, Field::DisplayName, Field::Upn, Field::Sid];

    fn account(id: &str, upn: &str, name: &str, sid: &str) -> Json {
        let there = |text: &str| if text.is_empty() { Json::Null } else { json!(text) };
        json!({ "id": id, "name": there(name), "displayName": null, "upn": there(upn), "sid": there(sid) })
    }

    fn user(id: &str, upn: &str, sid: &str) -> Json {
        json!({
            "id": id, "userPrincipalName": upn, "mail": upn, "displayName": upn,
            "onPremisesSamAccountName": upn.split('@').next(), "onPremisesSecurityIdentifier": sid,
        })
    }

    /// What the directory is asked, what accounts that gives, and who is left without an id.
    fn looked_up(accounts: &Json, answer: Json) -> (String, Json, String) {
        let protected = json!(["", "svc-erp", "s-1-5-21-1-2-3-500", "boss@contoso.com"]);
        let mut run = Run::default().knowing(PROTECTED_ACCOUNTS, protected).knowing(FOUND, accounts.clone());
        let [sids, call, by_sid, nameless] = accounts_by_sid(&Term::Rows(FOUND.into()), &FIELDS);
        run.map(&sids);
        let StepKind::Call { arguments, .. } = &call.kind else { panic!("no call") };
        let asked = run.value(&arguments[0].1);
        run = run.knowing(LOOK_UP, answer);
        run.map(&by_sid);
        run.map(&nameless);
        let nameless = run.eval(&Term::Apply("join", vec![Term::Rows(NAMELESS.into()), Term::text("")]));
        let found = run.given[BY_SID].clone();
        (asked.as_str().unwrap().to_owned(), found, nameless.as_str().unwrap().to_owned())
    }

    #[test]
    fn an_account_known_by_its_security_identifier_is_found() {
        let accounts = json!([
            account("f00d", "mara@contoso.com", "mara", "S-1-5-21-1-2-3-1001"),
            account("", "", "tom", "S-1-5-21-1-2-3-1002"),
            account("", "", "tom", "S-1-5-21-1-2-3-1002"),
            account("", "", "gone", "S-1-5-21-1-2-3-1003"),
            account("", "", "SYSTEM", "S-1-5-18"),
            account("", "", "nothing but a name", ""),
        ]);
        let answer = json!({ "value": [user("BEEF", "tom@contoso.com", "S-1-5-21-1-2-3-1002")] });
        let (asked, found, nameless) = looked_up(&accounts, answer);
        let each = ["S-1-0-0", "S-1-5-21-1-2-3-1002", "S-1-5-21-1-2-3-1003"]
            .map(|sid| format!("onPremisesSecurityIdentifier eq '{sid}'"));
        assert_eq!(asked, each.join(" or "));
        let tom = json!({
            "id": "beef", "name": "tom", "displayName": "tom@contoso.com", "upn": "tom@contoso.com",
            "sid": "S-1-5-21-1-2-3-1002",
        });
        assert_eq!(found, json!([tom]));
        assert_eq!(nameless, "gone; SYSTEM; nothing but a name; ");
    }

    #[test]
    fn an_account_that_may_be_several_users_is_left_alone() {
        let accounts = json!([account("", "", "tom", "S-1-5-21-1-2-3-1002")]);
        let both = ["a@contoso.com", "b@contoso.com"].map(|upn| user(upn, upn, "S-1-5-21-1-2-3-1002"));
        let (_, found, nameless) = looked_up(&accounts, json!({ "value": both }));
        let found = found.as_array().unwrap();
        assert!(found.iter().all(|one| one["id"] == "" && one["upn"] == ""), "{found:?}");
        assert_eq!(nameless, "tom; ");
    }

    /// One alert says the id of an account and another its security identifier: it is acted on once, and not told as left alone.
    #[test]
    fn what_the_incident_knows_by_its_id_too_is_not_there_twice() {
        for known in [account("beef", "", "", ""), account("", "Tom@contoso.com", "", "")] {
            let accounts = json!([known, account("", "", "tom", "S-1-5-21-1-2-3-1002")]);
            let answer = json!({ "value": [user("BEEF", "tom@contoso.com", "S-1-5-21-1-2-3-1002")] });
            let (_, found, nameless) = looked_up(&accounts, answer);
            assert_eq!((&found[0]["id"], &found[0]["upn"]), (&json!(""), &json!("")));
            assert_eq!(nameless, "");
        }
    }

    #[test]
    fn nobody_protected_is_looked_up_and_no_answer_is_nobody() {
        let accounts = json!([
            account("", "", "SVC-ERP", "S-1-5-21-1-2-3-1004"),
            account("", "", "admin", "S-1-5-21-1-2-3-500"),
            account("", "", "krbtgt", "S-1-5-21-1-2-3-502"),
            account("", "", "WS0042$", "S-1-5-21-1-2-3-1005"),
        ]);
        let (asked, found, nameless) = looked_up(&accounts, Json::Null);
        assert_eq!(asked, "onPremisesSecurityIdentifier eq 'S-1-0-0'");
        assert_eq!(found, json!([]));
        assert_eq!(nameless, "SVC-ERP; admin; krbtgt; WS0042$; ");
    }

    /// Whom the directory knows by a protected name is protected, whatever the incident calls them.
    #[test]
    fn an_account_that_was_found_is_compared_by_every_name() {
        let accounts = json!([account("", "", "nobody", "S-1-5-21-1-2-3-1006")]);
        let answer = json!({ "value": [user("cafe", "boss@contoso.com", "S-1-5-21-1-2-3-1006")] });
        let (_, found, _) = looked_up(&accounts, answer);
        let kind = EntityKind::Account;
        let touch = Test::All(unprotected(kind, &known_as(kind, identifiers(kind, &Term::This)))).term();
        for (listed, may_touch) in [("boss@contoso.com", false), ("boss", false), ("bos", true)] {
            let run = Run::default().knowing(PROTECTED_ACCOUNTS, json!([listed]));
            assert_eq!(run.at(&found[0]).eval(&touch), json!(may_touch), "{listed}");
        }
    }

    #[test]
    fn a_security_identifier_neither_leaves_its_quotes_nor_crowds_out_the_others() {
        let evil = "S-1-5-21-' or id ne '";
        let long = format!("S-1-5-21-{}", "1".repeat(10_000));
        let mut accounts = vec![
            account("", "", "a", evil),
            account("", "", "b", &long),
            account("", "", "c", "@{parameters('Approvers')}' or id ne '"),
            account("", "", "e", &format!("S-1-5-21-{}", ";".repeat(40))),
        ];
        accounts.extend((0..40).map(|at| account("", "", "d", &format!("S-1-5-21-1-2-3-{at}"))));
        let (asked, ..) = looked_up(&json!(accounts), json!({ "value": [] }));
        assert!(asked.contains("eq 'S-1-5-21-'' or id ne '''"), "{asked}");
        assert!(!asked.contains(&long) && !asked.contains("@{"), "{asked}");
        assert_eq!(asked.matches("onPremisesSecurityIdentifier eq '").count(), 11, "{asked}");
    }

    #[test]
    fn a_name_that_looks_like_a_member_of_an_account_hides_nobody() {
        let accounts = json!([
            account("f00d", "", "\"id\":\"beef\"", "\"upn\":\"tom@contoso.com\""),
            account("", "", "tom", "S-1-5-21-1-2-3-1002"),
        ]);
        let answer = json!({ "value": [user("beef", "tom@contoso.com", "S-1-5-21-1-2-3-1002")] });
        assert_eq!(looked_up(&accounts, answer).1[0]["id"], "beef");
    }
}
