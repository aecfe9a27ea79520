//! Whom and what a run never touches: accounts and devices that a deployment protects, and accounts that products made for
//! themselves. Compared by every identifier that is known, in any case, before a question and again once the state is read.

use serde_json::Value as Json;

use super::context::{Context, Use};
use super::ir::{Term, Test};
use super::targets::first;
use crate::ingest::special::{
    EMERGENCY_ACCOUNTS, MARKED_DEVICES, NAMED_DEVICES, PRODUCT_ACCOUNTS, SERVICE_ACCOUNTS, SPELT_APART,
};
use crate::ingest::{EntityKind, Field};

/// Name of the step that holds the protected accounts in lower case.
pub(super) const PROTECTED_ACCOUNTS: &str = "Protected_accounts";
/// Name of the step that holds the protected devices in lower case.
pub(super) const PROTECTED_DEVICES: &str = "Protected_devices";

/// Whether a playbook asks about any device whether it is protected: it acts on devices, or on what lies on one.
pub(super) fn about_devices(uses: &[Use<'_>]) -> bool {
    uses.iter().any(|one| {
        let mut read = Context::new(one).identifiers_read().into_iter();
        one.kind() == EntityKind::Device || read.any(|(kind, _)| kind == EntityKind::Device)
    })
}

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

/// That nothing in the name of an account or a device suggests that many depend on it, by the habits that selection goes by too.
/// What has such a name is asked about: it may be none, and people know.
pub(super) fn plainly_named(kind: EntityKind, entity: &Term) -> Option<Test> {
    let named = |field: Field| super::targets::lower(entity.clone().get(field.name()));
    let replaced = |text: Term, pairs: &[(&str, &str)]| {
        pairs.iter().fold(text, |text, (from, to)| {
            Term::Apply("replace", vec![text, Term::text(*from), Term::text(*to)])
        })
    };
    match kind {
        EntityKind::Account => {
            // A quote before each name, so that its beginning can be looked for.
            let names =
                vec![Term::text("\""), first(named(Field::Upn), "@"), Term::text("\""), named(Field::Name)];
            let names = replaced(Term::Apply("concat", names), &[("_", "-"), (".", "-")]);
            let begins = SERVICE_ACCOUNTS.iter().chain(EMERGENCY_ACCOUNTS).map(|begin| format!("\"{begin}"));
            let without = begins.fold(names.clone(), |text, begin| replaced(text, &[(&begin, "")]));
            Some(Test::Equals(names, without))
        }
        EntityKind::Device => {
            const DIGITS: [(&str, &str); 10] = [
                ("0", ""),
                ("1", ""),
                ("2", ""),
                ("3", ""),
                ("4", ""),
                ("5", ""),
                ("6", ""),
                ("7", ""),
                ("8", ""),
                ("9", ""),
            ];
            let host = replaced(first(named(Field::Name), "."), &[("_", "-")]);
            let host = replaced(replaced(host, &DIGITS), SPELT_APART);
            let parts = Term::Apply("split", vec![host, Term::text("-")]);
            Some(shares_nothing(parts, NAMED_DEVICES.iter().flat_map(|(words, _)| *words).copied()))
        }
        _ => None,
    }
}

/// That no tag of a list says that many depend on a device, however it is spaced and cased.
pub(super) fn unmarked(tags: Term) -> Test {
    let text = Term::Apply("toLower", vec![Term::Apply("string", vec![tags])]);
    let plain = [" ", "-", "_", "."]
        .iter()
        .fold(text, |text, gap| Term::Apply("replace", vec![text, Term::text(*gap), Term::text("")]));
    let words = MARKED_DEVICES.iter().flat_map(|(words, _)| *words);
    let words: Vec<String> = words.flat_map(|word| [(*word).to_owned(), format!("{word}s")]).collect();
    shares_nothing(Term::Apply("json", vec![plain]), words.iter().map(String::as_str))
}

/// That none of some words is on a list.
fn shares_nothing<'w>(list: Term, words: impl Iterator<Item = &'w str>) -> Test {
    let words = Json::from_iter(words).to_string();
    let both = vec![list, Term::Apply("json", vec![Term::text(words)])];
    Test::Empty(Term::Apply("join", vec![Term::Apply("intersection", both), Term::text("")]))
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
    use serde_json::json;

    use super::super::eval::Run;
    use super::*;
    use crate::ingest::incident::{Entity, Remediation, Verdict};
    use crate::ingest::special::special;

    /// What the protected lists of a run hold: some hosts make a list of one empty text out of nothing.
    const ACCOUNTS: [&str; 4] = ["", "break-glass@contoso.com", "s-1-5-21-1-2-3-1105", "svc-erp"];
    const DEVICES: [&str; 3] = ["dc01.corp.contoso.com", "dc01", "0a1b2c"];

    fn eval(term: &Term, entity: &Json) -> Json {
        let run = Run::default().knowing(PROTECTED_ACCOUNTS, json!(ACCOUNTS));
        run.knowing(PROTECTED_DEVICES, json!(DEVICES)).at(entity).eval(term)
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

    fn entity(kind: EntityKind, field: Field, text: &str) -> Entity {
        Entity {
            kind,
            fields: [(field, text.to_owned())].into(),
            verdict: Verdict::default(),
            remediation: Remediation::default(),
            roles: Vec::new(),
            tags: Vec::new(),
            alerts: Vec::new(),
            pointers: Vec::new(),
        }
    }

    /// Selection and the playbook go by the same habits.
    #[test]
    fn names_that_suggest_a_server_or_a_service_are_no_plain_names() {
        let plain = |kind, entity: &Json| {
            eval(&plainly_named(kind, &Term::This).unwrap().term(), entity) == json!(true)
        };
        for (name, is_plain) in [
            ("DC01.corp.contoso.com", false),
            ("fra_dc_02", false),
            ("dc-paris", false),
            ("Hyper-V-1", false),
            ("domain-controller", false),
            ("ns1", false),
            ("vmhost1", false),
            ("laptop-0042.dc.contoso.com", true),
            ("dcx1", true),
            ("hvac-controller", true),
            ("", true),
        ] {
            let entity = entity(EntityKind::Device, Field::Name, name);
            assert_eq!(special(&entity).is_none(), is_plain, "{name}");
            assert_eq!(plain(EntityKind::Device, &json!({ "name": name })), is_plain, "{name}");
        }
        for (upn, is_plain) in [
            ("SVC_backup@contoso.com", false),
            ("sa.sql@contoso.com", false),
            ("break_glass1@contoso.com", false),
            ("sally@contoso.com", true),
            ("mara.lindqvist@svc-contoso.com", true),
        ] {
            let entity = entity(EntityKind::Account, Field::Upn, upn);
            assert_eq!(special(&entity).is_none(), is_plain, "{upn}");
            assert_eq!(plain(EntityKind::Account, &json!({ "upn": upn })), is_plain, "{upn}");
            assert_eq!(plain(EntityKind::Account, &json!({ "upn": null, "name": upn })), is_plain, "{upn}");
        }
        for (tags, is_plain) in [
            (json!(["Domain Controllers"]), false),
            (json!(["finance", "Tier-0"]), false),
            (json!(["Hyper_V"]), false),
            (json!(["finance", "a \"quoted\" tag"]), true),
            (json!([]), true),
        ] {
            assert_eq!(eval(&unmarked(Term::This).term(), &tags) == json!(true), is_plain, "{tags}");
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
