//! Whom and what a run never touches: accounts and devices that a deployment protects, and accounts that products made for
//! themselves. Compared by every identifier that is known, in any case, before a question and again once the state is read.

use super::ir::{Term, Test};
use super::targets::first;
use crate::ingest::special::PRODUCT_ACCOUNTS;
use crate::ingest::{EntityKind, Field};

/// Name of the step that holds the protected accounts in lower case.
pub(super) const PROTECTED_ACCOUNTS: &str = "Protected_accounts";
/// Name of the step that holds the protected devices in lower case.
pub(super) const PROTECTED_DEVICES: &str = "Protected_devices";

/// That an account or a device is not protected by any of its identifiers, and that it is no account that a product made for
/// itself, a computer's, a managed service's, or the one that signs the tickets of a domain.
///
/// `known_as` is what [`known_as`] made. Every text in it begins and ends with a quote, so that beginnings and ends can be
/// looked for; a quote inside a name can only make a playbook leave its owner alone.
pub(super) fn unprotected(kind: EntityKind, known_as: &Term) -> Vec<Test> {
    let listed = |list: &str| {
        let lists = vec![Term::Output(list.into()), Term::Apply("json", vec![known_as.clone()])];
        // A missing identifier is on no list, even where the list itself was made from an empty text.
        let found = Term::Apply("join", vec![Term::Apply("intersection", lists), Term::text("")]);
        Test::Empty(found)
    };
    match kind {
        EntityKind::Account => {
            let begins = PRODUCT_ACCOUNTS.iter().map(|(begin, _)| format!("\"{begin}"));
            let ends = ["$\"", "$@", "-502\""].map(str::to_owned);
            // The text without all of these is the same text where it holds none: shorter than looking for each.
            let without = begins.chain(ends).fold(known_as.clone(), |text, part| {
                Term::Apply("replace", vec![text, Term::text(part), Term::text("")])
            });
            vec![listed(PROTECTED_ACCOUNTS), Test::Equals(known_as.clone(), without)]
        }
        EntityKind::Device => vec![listed(PROTECTED_DEVICES)],
        _ => Vec::new(),
    }
}

/// The identifiers that an account or a device goes by, as the text of a list in lower case. A device is known by the
/// first label of its name too: alerts say `DC01` where people protect `dc01.corp.contoso.com`.
pub(super) fn known_as(kind: EntityKind, identifiers: Vec<(Field, Term)>) -> Term {
    let mut terms = Vec::new();
    for (field, term) in identifiers {
        if (kind, field) == (EntityKind::Device, Field::Name) {
            let name = Term::Apply("coalesce", vec![term.clone(), Term::text("")]);
            terms.push(first(name, "."));
        }
        terms.push(term);
    }
    let list = Term::Apply("string", vec![Term::Apply("createArray", terms)]);
    Term::Apply("toLower", vec![list])
}

/// The identifiers of an account or a device, as its fields have them.
pub(super) fn identifiers(kind: EntityKind, entity: &Term) -> Vec<(Field, Term)> {
    kind.identifying().iter().map(|field| (*field, entity.clone().get(field.name()))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    /// What the protected lists of a run hold: some hosts make a list of one empty text out of nothing.
    const ACCOUNTS: [&str; 4] = ["", "break-glass@contoso.com", "s-1-5-21-1-2-3-1105", "svc-erp"];
    const DEVICES: [&str; 3] = ["dc01.corp.contoso.com", "dc01", "0a1b2c"];

    /// Evaluates the few functions that the tests use, over an entity.
    fn eval(term: &Term, entity: &Json) -> Json {
        let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match term {
            Term::Text(text) => json!(text),
            Term::This => entity.clone(),
            Term::Get(inner, keys) => keys.iter().fold(eval(inner, entity), |value, key| value[key].clone()),
            Term::Output(name) if name == PROTECTED_ACCOUNTS => json!(ACCOUNTS),
            Term::Output(name) if name == PROTECTED_DEVICES => json!(DEVICES),
            Term::Apply(function, arguments) => {
                let values: Vec<Json> = arguments.iter().map(|argument| eval(argument, entity)).collect();
                let list = |at: usize| values[at].as_array().unwrap().clone();
                match *function {
                    "coalesce" => values.iter().find(|value| !value.is_null()).cloned().unwrap_or(Json::Null),
                    "createArray" => json!(values),
                    "string" => json!(text(&values[0])),
                    "toLower" => json!(text(&values[0]).to_lowercase()),
                    "json" => serde_json::from_str(&text(&values[0])).unwrap(),
                    "intersection" => list(0).into_iter().filter(|one| list(1).contains(one)).collect(),
                    "join" => json!(list(0).iter().map(text).collect::<Vec<_>>().join(&text(&values[1]))),
                    "split" => text(&values[0]).split(&text(&values[1])).collect(),
                    "first" => list(0)[0].clone(),
                    "replace" => json!(text(&values[0]).replace(&text(&values[1]), &text(&values[2]))),
                    "equals" => json!(values[0] == values[1]),
                    "empty" => json!(values[0].as_str().is_none_or(str::is_empty)),
                    "and" => json!(!values.contains(&json!(false))),
                    name => panic!("unexpected {name}"),
                }
            }
            other => panic!("unexpected {other:?}"),
        }
    }

    fn may_touch(kind: EntityKind, entity: &Json) -> bool {
        let known = known_as(kind, identifiers(kind, &Term::This));
        eval(&Test::All(unprotected(kind, &known)).term(), entity) == json!(true)
    }

    #[test]
    fn an_account_is_protected_by_any_identifier_in_any_case() {
        for entity in [
            json!({ "upn": "Break-Glass@Contoso.com" }),
            json!({ "upn": "somebody@contoso.com", "sid": "S-1-5-21-1-2-3-1105" }),
            json!({ "id": "f00d", "upn": null, "name": "SVC-ERP", "sid": "" }),
            json!({ "upn": "Sync_DC01_5c1f@contoso.onmicrosoft.com" }),
            json!({ "name": "MSOL_16fb75d0227d" }),
            json!({ "name": "krbtgt_4711" }),
            json!({ "name": "WS0042$" }),
            json!({ "upn": "gmsa-sql$@corp.contoso.com" }),
            json!({ "sid": "S-1-5-21-9-8-7-502" }),
        ] {
            assert!(!may_touch(EntityKind::Account, &entity), "{entity}");
        }
        for entity in [
            json!({ "id": "f00d", "upn": "mara.lindqvist@contoso.com", "name": "", "sid": null }),
            json!({ "upn": "synclair@contoso.com", "name": "svc-erp2" }),
            json!({ "upn": "o'brien\"@contoso.com" }),
        ] {
            assert!(may_touch(EntityKind::Account, &entity), "{entity}");
        }
    }

    #[test]
    fn a_device_is_protected_by_full_name_first_label_or_id() {
        for entity in [
            json!({ "name": "DC01" }),
            json!({ "name": "dc01.corp.contoso.com", "id": "ffff" }),
            json!({ "name": "dc01.other.example" }),
            json!({ "id": "0A1B2C", "name": null }),
        ] {
            assert!(!may_touch(EntityKind::Device, &entity), "{entity}");
        }
        assert!(may_touch(EntityKind::Device, &json!({ "name": "dc011.corp.contoso.com", "id": "ffff" })));
    }
}
