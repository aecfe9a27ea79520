//! The library against the response matrix: what a responder would do first about a technique, a pattern answers, or a
//! table here says why none does.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use counterflow::data::attack;
use counterflow::ingest::Verdict;
use counterflow::select::{Library, Pattern};

use crate::support;

/// The actions of the matrix that patterns carry out. An action against addresses is one pattern for each kind.
const PATTERNS: &[(&str, &[&str])] = &[
    ("ENTRA_CONFIRM_COMPROMISED", &["identity/confirm-compromised"]),
    ("ENTRA_REVOKE_SESSIONS", &["identity/revoke-sessions"]),
    ("ENTRA_DISABLE_USER", &["identity/disable-account"]),
    ("ENTRA_RESET_PASSWORD", &["identity/force-password-change"]),
    ("ENTRA_DELETE_AUTHENTICATOR", &["identity/remove-authenticators"]),
    ("ENTRA_DELETE_PHONE", &["identity/remove-phones"]),
    ("ENTRA_DELETE_FIDO2", &["identity/remove-passkeys"]),
    ("ENTRA_ISSUE_TAP", &["identity/ask-for-access-pass"]),
    ("ENTRA_REMOVE_ROLE", &["identity/remove-directory-roles"]),
    ("ENTRA_DISABLE_SP", &["application/disable-application"]),
    ("ENTRA_REVOKE_DELEGATED_GRANT", &["application/remove-consents"]),
    ("ENTRA_REMOVE_APP_SECRET", &["application/remove-secrets"]),
    ("MDI_DISABLE_AD_USER", &["identity/disable-on-premises-account"]),
    ("MDI_FORCE_PW_RESET", &["identity/reset-on-premises-password"]),
    ("MDO_SOFT_DELETE", &["mail/soft-delete-messages"]),
    ("EXO_DISABLE_INBOX_RULE", &["mail/disable-inbox-rules"]),
    ("EXO_DELETE_INBOX_RULE", &["mail/delete-inbox-rules"]),
    ("MDE_COLLECT_PACKAGE", &["device/collect-package"]),
    ("MDE_ISOLATE", &["device/isolate-device"]),
    ("MDE_AV_SCAN", &["device/scan"]),
    ("MDE_RESTRICT_EXEC", &["device/restrict-execution"]),
    ("MDE_STOP_QUARANTINE", &["file/stop-and-quarantine"]),
    ("MDE_INDICATOR_FILE", &["file/block-file"]),
    ("MDE_INDICATOR_NET", &["network/block-url", "network/block-ip"]),
];

/// Where the matrix and the library differ, and why the library is right: pattern, techniques, reason.
const EXCEPT: &[(&str, &[&str], &str)] = &[
    (
        "identity/confirm-compromised",
        &["T1566.002", "T1566.003", "T1204.001"],
        "the account is the recipient's: sessions end where a risk proves that somebody was taken in",
    ),
    (
        "identity/confirm-compromised",
        &["T1534", "T1098.002", "T1114", "T1114.002", "T1114.003", "T1564.008"],
        "such incidents name recipients and delegates too, and to confirm would raise the risk of all of them",
    ),
    (
        "identity/confirm-compromised",
        &["T1003.001", "T1552.001"],
        "whose credentials were lost the export does not say: it names who was signed in",
    ),
    (
        "identity/confirm-compromised",
        &["T1087", "T1087.004", "T1213.002", "T1530", "T1567", "T1567.002"],
        "people do the same every day: it takes a verdict on the account, or a technique of getting in",
    ),
    (
        "identity/confirm-compromised",
        &["T1528", "T1550", "T1556", "T1556.007"],
        "not the user's password is abused; the sub-techniques in which it is are answered by themselves",
    ),
    (
        "application/disable-application",
        &["T1087.004", "T1098", "T1114", "T1555.006"],
        "few such incidents are by way of an application, and then a verdict on it asks",
    ),
    ("network/block-url", &["T1190"], "indicators stop what a device calls, not who calls a server"),
    ("network/block-url", &["T1656"], "what is borrowed is a name; links are answered as phishing"),
    (
        "file/stop-and-quarantine",
        &["T1204", "T1566", "T1566.001", "T1570"],
        "the file lies in mailboxes or on several devices: it is blocked by its hash instead",
    ),
    (
        "identity/remove-authenticators",
        &["T1098", "T1556"],
        "the sub-techniques that add a method are answered by themselves",
    ),
    (
        "identity/remove-directory-roles",
        &["T1098", "T1136"],
        "the sub-technique that adds a role is answered by itself, and a new account is disabled whole",
    ),
    (
        "identity/remove-directory-roles",
        &["T1078.004"],
        "most accounts that were taken over hold their roles rightly: they are disabled, and the roles stay",
    ),
    (
        "identity/disable-on-premises-account",
        &["T1003"],
        "who was signed in where credentials were read is a victim",
    ),
];

/// A table of the shared facts, as rows by column; none, with a note, where the folder is absent.
fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = support::root().join("../shared/facts/attack").join(name);
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: there is no {}", path.display());
        return Vec::new();
    };
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
    let heads = lines.next().unwrap();
    lines.map(|cells| heads.iter().cloned().zip(cells).collect()).collect()
}

fn answers(pattern: &Pattern, technique: &str) -> bool {
    let parent = technique.split_once('.').map_or(technique, |(parent, _)| parent);
    pattern.answers.iter().any(|answer| match answer.technique.as_deref() {
        Some(own) => own == technique || own == parent,
        // What is done for any verdict is done whatever the technique.
        None => answer.verdict == Some(Verdict::Unknown),
    })
}

#[test]
fn the_first_choice_against_each_technique_is_a_pattern() {
    let library = Library::bundled();
    let mut by_artefact: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // The rows of an artefact stand in their order.
    for row in rows("artefact_actions.tsv") {
        by_artefact.entry(row["artefact"].clone()).or_default().push(row["action_id"].clone());
    }
    let mut open: BTreeSet<(String, String)> = BTreeSet::new();
    let mut used: BTreeSet<(String, String)> = BTreeSet::new();
    for row in rows("technique_matrix.tsv") {
        let technique = row["technique"].as_str();
        let mut held = Vec::new();
        for artefact in row["artefacts"].split(',') {
            let actions = by_artefact.get(artefact).into_iter().flatten();
            let first = actions
                .filter_map(|action| PATTERNS.iter().find(|(own, _)| own == action))
                .map(|(_, ids)| ids.iter().filter_map(|id| library.get(id)).collect::<Vec<_>>())
                .find(|patterns| !patterns.is_empty());
            let Some(patterns) = first else { continue };
            match patterns.iter().find(|pattern| answers(pattern, technique)) {
                Some(pattern) => held.push(pattern.id.as_str()),
                None => {
                    let id = patterns[0].id.as_str();
                    let is_excepted = EXCEPT.iter().any(|(own, of, _)| *own == id && of.contains(&technique));
                    let into = if is_excepted { &mut used } else { &mut open };
                    into.insert((technique.to_owned(), id.to_owned()));
                }
            }
        }
        println!("{technique:10} {:48} {}", row["name"], held.join(", "));
    }
    assert!(open.is_empty(), "nobody answers {open:#?}");
    if !by_artefact.is_empty() {
        let here = EXCEPT.iter().filter(|(pattern, ..)| library.get(pattern).is_some());
        let each = here.flat_map(|(id, of, _)| of.iter().map(|one| ((*one).to_owned(), (*id).to_owned())));
        let idle: Vec<_> = each.filter(|one| !used.contains(one)).collect();
        assert!(idle.is_empty(), "no exceptions any more: {idle:?}");
    }
}

#[test]
fn every_technique_that_a_pattern_answers_exists() {
    for pattern in Library::bundled().iter() {
        for id in pattern.answers.iter().filter_map(|answer| answer.technique.as_deref()) {
            let found = attack::technique(id).unwrap_or_else(|| panic!("{}: {id}", pattern.id));
            assert_eq!(attack::resolve(id).id, found.id, "{}: {id} was revoked", pattern.id);
        }
    }
}

/// Where both are chosen, one runs before the other: by its phase, or because it says so. What a pattern repeats in its own act
/// comes after it.
#[test]
fn patterns_run_in_the_order_of_the_matrix() {
    let library = Library::bundled();
    let of = |action: &str| -> Vec<&Pattern> {
        let ids = PATTERNS.iter().filter(|(own, _)| *own == action).flat_map(|(_, ids)| ids.iter());
        ids.filter_map(|id| library.get(id)).collect()
    };
    let mut wrong = Vec::new();
    for row in rows("action_order.tsv") {
        let (before, after) = (row["before"].as_str(), row["after"].as_str());
        for (first, second) in
            of(before).into_iter().flat_map(|first| of(after).into_iter().map(move |second| (first, second)))
        {
            let declared = second.after.contains(&first.id);
            let calls: BTreeSet<&str> = second.acting().map(|call| call.call.as_str()).collect();
            if first.acting().skip(1).any(|call| calls.contains(call.call.as_str())) {
                continue;
            }
            if first.phase > second.phase || (first.phase == second.phase && !declared) {
                wrong.push(format!("{} before {}: {}", first.id, second.id, row["reason"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
