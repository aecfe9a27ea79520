//! The binary from the outside: arguments in; standard output, standard error, exit status and files out.
//!
//! What a person reads is kept in snapshots under `snapshots/`. Each test works in a folder of its own, so no path of a
//! machine appears in them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::support;

/// A folder with files, in which commands run.
pub(crate) struct Bench {
    folder: TempDir,
}

/// What a command gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) shown: String,
}

impl Bench {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A folder with a small incident and a review that fits it.
    fn new() -> Self {
        let bench = Self::empty();
        bench.write("incident.json", &format!("{:#}\n", incident()));
        bench.write("review.yaml", REVIEW);
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Every file in the folder.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        support::files(self.folder.path())
    }

    /// Runs `counterflow` with arguments separated by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        self.run_with(arguments, "")
    }

    pub(crate) fn run_with(&self, arguments: &str, stdin: &str) -> Ran {
        let mut command = Command::cargo_bin("counterflow").unwrap();
        for variable in ["COLUMNS", "CLICOLOR", "CLICOLOR_FORCE", "NO_COLOR", "TERM", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        command.current_dir(self.folder.path()).args(arguments.split_whitespace()).write_stdin(stdin);
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (code, stdout, stderr) =
            (output.status.code().unwrap(), text(output.stdout), text(output.stderr));
        let mut shown = format!("$ counterflow {arguments}\n");
        for (name, text) in [("standard output", &stdout), ("standard error", &stderr)] {
            if !text.is_empty() {
                shown.push_str(&format!("──── {name}\n{text}"));
                assert!(text.ends_with('\n'), "{name} does not end with a line feed: {text:?}");
            }
        }
        shown.push_str(&format!("──── exit status {code}\n"));
        Ran { code, stdout, stderr, shown }
    }
}

/// What a new version, pattern or operation would change in every snapshot.
pub(crate) const PASSING: &[(&str, &str)] = &[
    (concat!("counterflow ", env!("CARGO_PKG_VERSION")), "counterflow [version]"),
    (r"\d+ operations rest on", "[count] operations rest on"),
    (r"(before you deploy: ).*", "$1[operations]"),
    (r"(?m)^  (the incident names no|no technique, alert category)[^:\n]*: .*\n", ""),
    (r"(Only in a rollback\n  ).*", "$1[patterns]"),
];

/// Compares with a snapshot.
macro_rules! shows {
    ($name:literal, $ran:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        $crate::command::PASSING.iter().for_each(|(from, to)| settings.add_filter(from, *to));
        settings.bind(|| insta::assert_snapshot!($name, &$ran.shown));
    }};
}

fn incident() -> Json {
    json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#security/incidents(alerts())/$entity",
        "id": "4711",
        "displayName": "Sign-in from an unfamiliar place after a mail with a link",
        "severity": "medium",
        "status": "active",
        "classification": "unknown",
        "createdDateTime": "2026-03-04T09:01:31Z",
        "incidentWebUrl": "https://security.microsoft.com/incident2/4711",
        "alerts": [{
            "id": "al-1",
            "title": "Unfamiliar sign-in properties",
            "severity": "medium",
            "status": "new",
            "category": "InitialAccess",
            "mitreTechniques": ["T1078.004", "T1566.002"],
            "evidence": [
                {
                    "@odata.type": "#microsoft.graph.security.userEvidence",
                    "verdict": "suspicious",
                    "remediationStatus": "active",
                    "userAccount": {
                        "azureAdUserId": "8aec67e7-3bb8-58b2-a0ee-8514d2775539",
                        "userPrincipalName": "mara@contoso.example",
                    },
                },
                {
                    "@odata.type": "#microsoft.graph.security.urlEvidence",
                    "verdict": "malicious",
                    "remediationStatus": "active",
                    "url": "https://signin.contoso-accounts.example/login",
                },
            ],
        }],
    })
}

const REVIEW: &str = "\
incident: 4711
reviewed:
  by: [ines@contoso.example]
  on: 2026-03-12
classification: true-positive
techniques:
  confirmed: [T1078.004]
entities:
  compromised: [mara@contoso.example, https://signin.contoso-accounts.example/login]
decisions:
  - pattern: identity/disable-account
    decision: forbid
    reason: The user runs payroll this week, and ending the sessions was enough.
";

/// A definition with a slip: `Tell` runs after an action that is not there.
const BROKEN: &str = r#"{
  "definition": {
    "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
    "contentVersion": "1.0.0.0",
    "triggers": { "manual": { "type": "Request", "kind": "Http", "inputs": {} } },
    "actions": {
      "Read_user": { "type": "Compose", "inputs": "@triggerBody()?['user']", "runAfter": {} },
      "Tell": {
        "type": "Compose",
        "inputs": "@outputs('Read_user')",
        "runAfter": { "Read_users": ["Succeeded"] }
      }
    }
  }
}
"#;

#[test]
fn build_writes_every_file_and_says_which() {
    let bench = Bench::new();
    let ran = bench.run("build incident.json --review review.yaml --out out");
    shows!("build", ran);
    assert_eq!(ran.code, 0);
    let listed: Vec<&str> = ran.stdout.lines().skip(1).map(str::trim).collect();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    let written = support::files(&bench.path("out"));
    assert_eq!(sorted, written.keys().map(String::as_str).collect::<Vec<_>>());
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(bench.folder.path()).unwrap().count(), 3);
}

#[test]
fn build_makes_the_targets_and_the_mode_that_are_asked_for() {
    let bench = Bench::new();
    for (target, there, absent) in
        [("logicapp", "logicapp/", "powerautomate/"), ("powerautomate", "powerautomate/", "logicapp/")]
    {
        let ran = bench.run(&format!("build incident.json --target {target} --mode one-shot --out {target}"));
        assert_eq!(ran.code, 0, "{}", ran.shown);
        let written = support::files(&bench.path(target));
        assert!(
            written.keys().any(|path| path.starts_with(there))
                && !written.keys().any(|path| path.starts_with(absent))
        );
        let plan: Json = serde_json::from_slice(&written["plan.json"]).unwrap();
        assert_eq!(plan["mode"], "one-shot");
    }
}

#[test]
fn build_again_replaces_what_an_earlier_build_made() {
    let bench = Bench::new();
    assert_eq!(bench.run("build incident.json --out deep/down/out").code, 0);
    let first = bench.files();
    // What another version made, and this one no longer does.
    let plan = bench.path("deep/down/out/plan.json");
    let mut earlier: Json = serde_json::from_slice(&fs::read(&plan).unwrap()).unwrap();
    earlier["files"].as_array_mut().unwrap().push(json!("logicapp/old.json"));
    fs::write(&plan, earlier.to_string()).unwrap();
    fs::write(bench.path("deep/down/out/logicapp/old.json"), "{}").unwrap();
    assert_eq!(bench.run("build incident.json --out deep/down/out").code, 0);
    assert!(bench.files() == first, "the second build is not the same as the first");
}

#[test]
fn a_refused_build_says_why_and_leaves_the_folder_as_it_was() {
    let bench = Bench::new();
    assert_eq!(bench.run("build incident.json --out out").code, 0);
    let mut harmless = incident();
    harmless["classification"] = json!("falsePositive");
    bench.write("harmless.json", &format!("{harmless:#}\n"));
    let before = bench.files();
    let ran = bench.run("build harmless.json --out out");
    shows!("build-refused", ran);
    assert_eq!(ran.code, 1);
    assert!(bench.files() == before, "a refused build has changed something");
    assert_eq!(bench.run("build harmless.json --out new").code, 1);
    assert!(!bench.path("new").exists());
}

#[test]
fn a_folder_with_files_of_others_is_not_touched() {
    let bench = Bench::new();
    bench.write("out/precious.txt", "mine");
    let before = bench.files();
    let ran = bench.run("build incident.json --out out");
    shows!("build-into-foreign-folder", ran);
    assert_eq!(ran.code, 2);
    assert!(bench.files() == before, "something has changed");
    // Nor where a build made the rest.
    assert_eq!(bench.run("build incident.json --out built").code, 0);
    for theirs in ["built/.git/HEAD", "built/logicapp/notes.md", "built/zz/empty/.keep"] {
        bench.write(theirs, "mine");
        let before = bench.files();
        let ran = bench.run("build incident.json --out built");
        assert_eq!(ran.code, 2, "{}", ran.shown);
        assert!(ran.stderr.contains("is nothing that a build made"), "{}", ran.stderr);
        assert!(bench.files() == before, "something has changed");
        fs::remove_file(bench.path(theirs)).unwrap();
        fs::remove_dir(bench.path(theirs).parent().unwrap()).ok();
    }
    fs::remove_dir_all(bench.path("built")).unwrap();
    // A file in the place of the folder is not replaced either.
    let ran = bench.run("build incident.json --out review.yaml");
    assert_eq!(ran.code, 2, "{}", ran.shown);
    assert!(bench.files() == before, "something has changed");
}

#[test]
fn a_file_of_comments_decides_nothing_where_nothing_must_be_decided() {
    let bench = Bench::new();
    bench.write("empty.yaml", "# to be filled in\n");
    let plain = bench.run("plan incident.json --format json");
    let empty = bench.run("plan incident.json --profile empty.yaml --format json");
    assert_eq!((empty.code, empty.stdout), (plain.code, plain.stdout));
    let ran = bench.run("plan incident.json --review empty.yaml");
    assert!(ran.code == 1 && ran.stderr.contains("lacks `reviewed`"), "{}", ran.shown);
}

#[test]
fn plan_shows_what_would_be_built_and_why() {
    let bench = Bench::new();
    shows!("plan", bench.run("plan incident.json --review review.yaml"));
    shows!("plan-unreviewed", bench.run("plan incident.json"));
}

#[test]
fn plan_is_for_programs_too() {
    let bench = Bench::new();
    let mut ran = bench.run("plan incident.json --review review.yaml --format json");
    let mut plan: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&plan["form"], &plan["reviewed"]), (&json!("graph_incident"), &json!(true)));
    // What is found goes to standard error: standard output is the plan and nothing else.
    assert!(ran.code == 0 && !ran.stderr.contains("error["));
    // A new pattern is one more that the incident has nothing for.
    plan["refused"].as_array_mut().unwrap().retain(|refused| refused["reasons"][0]["code"] == "forbidden");
    ran.shown = format!("{plan:#}\n");
    shows!("plan-json", ran);
}

#[test]
fn programs_get_an_object_whatever_is_wrong() {
    let bench = Bench::new();
    bench.write("broken.json", "{ \"id\": ");
    fs::write(bench.path("picture.json"), [0x89, b'P', b'N', b'G', 0xFF]).unwrap();
    for (file, command) in [
        ("broken.json", "plan"),
        ("broken.json", "check"),
        ("picture.json", "check"),
        ("picture.json", "plan"),
    ] {
        let ran = bench.run(&format!("{command} {file} --format json"));
        let report: Json =
            serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("no JSON:\n{}", ran.shown));
        assert!(
            report["diagnostics"][0]["code"].as_str().is_some_and(|code| code.starts_with("CF")),
            "{}",
            ran.shown
        );
        assert!(ran.code == 1 && ran.stderr.is_empty(), "{}", ran.shown);
    }
}

#[test]
fn slips_in_the_inputs_are_drawn_where_they_are() {
    let bench = Bench::new();
    bench.write("broken.json", "{\n  \"id\": \"4711\",\n  \"alerts\": [,]\n}\n");
    shows!("incident-not-json", bench.run("plan broken.json"));
    bench.write("alert.json", "{ \"id\": \"a\", \"incidentId\": \"4711\", \"providerAlertId\": \"a\", \"title\": \"t\", \"evidence\": [] }\n");
    shows!("incident-is-an-alert", bench.run("plan alert.json"));
    bench.write("flow.json", "{ \"definition\": { \"triggers\": {}, \"actions\": {} } }\n");
    shows!("incident-is-a-workflow", bench.run("plan flow.json"));
    bench.write(
        "two.json",
        &json!({ "value": [incident(), { "id": "4712", "displayName": "Another", "alerts": [] }] })
            .to_string(),
    );
    shows!("several-incidents", bench.run("plan two.json"));
    shows!("several-incidents-none-chosen", bench.run("plan two.json --incident 4713"));
    assert_eq!(bench.run("plan two.json --incident 4711").code, 0);

    bench.write("review.yaml", &REVIEW.replace("confirmed", "confirmd").replace("forbid", "forbidden"));
    shows!("review-misspelt", bench.run("plan incident.json --review review.yaml"));
    bench.write("review.yaml", &REVIEW.replace("incident: 4711", "incident: 4712"));
    shows!("review-of-another-incident", bench.run("plan incident.json --review review.yaml"));
    bench.write("review.yaml", &REVIEW.replace("disable-account", "disable-acount"));
    shows!("review-unknown-pattern", bench.run("plan incident.json --review review.yaml"));
    bench.write(
        "review.yaml",
        &REVIEW.replace("mara@contoso", "mira@contoso").replace("[T1078.004]", "[T1078.003]"),
    );
    shows!("review-unknown-entity", bench.run("plan incident.json --review review.yaml"));
    bench.write("review.yaml", "incident: 4711\nreviewed: [\n");
    shows!("review-not-yaml", bench.run("plan incident.json --review review.yaml"));

    bench.write("review.yaml", &REVIEW.replace("identity/disable-account", "disable-acount"));
    assert!(
        bench
            .run("plan incident.json --review review.yaml")
            .stderr
            .contains("did you mean `identity/disable-account`?")
    );

    bench.write("profile.yaml", "approval:\n  timeout: two hours\n  aprovers: [mara@contoso.example]\n");
    shows!("profile-misspelt", bench.run("plan incident.json --profile profile.yaml"));
}

/// One sentence says which file was given, instead of every key that does not fit.
#[test]
fn a_file_in_the_place_of_another_is_named() {
    let bench = Bench::new();
    bench.write("review.yaml", REVIEW);
    bench.write("profile.yaml", "organisation: Contoso\napproval: { timeout: PT2H }\n");
    bench.write("counterflow.yaml", "rules: { CF2: info }\n");
    bench.write("broken.json", BROKEN);
    let cases = [
        ("incident.json --review profile.yaml", "this is a profile, not a review"),
        ("incident.json --profile review.yaml", "this is a review, not a profile"),
        ("review.yaml", "this is a review, not an incident export"),
        ("profile.yaml", "this is a profile, not an incident export"),
        ("incident.json --review incident.json", "this is an incident export, not a review"),
        ("incident.json --profile incident.json", "this is an incident export, not a profile"),
        (
            "incident.json --profile counterflow.yaml",
            "this is a configuration of `counterflow check`, not a profile",
        ),
        ("incident.json --review broken.json", "this is a workflow definition, not a review"),
    ];
    for (arguments, sentence) in cases {
        let ran = bench.run(&format!("plan {arguments}"));
        assert_eq!((ran.code, ran.stderr.matches("error[").count()), (1, 1), "{}", ran.shown);
        assert!(ran.stderr.contains(sentence), "{}", ran.shown);
    }
    bench.write("counterflow.yaml", REVIEW);
    let ran = bench.run("check broken.json");
    assert!(ran.stdout.contains("this is a review, not a configuration"), "{}", ran.shown);
    // What looks like a value and is none.
    let profiles = [
        ("notify:\n  to: #soc\n", "a `#` after a space begins a comment"),
        ("approval:\n  approvers:\n    -ines@contoso.example\n", "write `- ines@contoso.example`"),
        ("limits: { targets: \"10\" }\n", "Take away the quotes."),
        ("severity: high\n", "Its members: `at_least`."),
        ("approval:\n\u{a0}\u{a0}timeout: PT2H\n", "U+00A0 stands in the indentation"),
    ];
    for (profile, sentence) in profiles {
        bench.write("profile.yaml", profile);
        let ran = bench.run("plan incident.json --profile profile.yaml");
        assert_eq!((ran.code, ran.stderr.matches("error[").count()), (1, 1), "{}", ran.shown);
        assert!(ran.stderr.contains(sentence), "{}", ran.shown);
    }
    // Mistakes in both files are told at once.
    bench.write("review.yaml", "incident:4711\n");
    bench.write("profile.yaml", "approval: {\n");
    let ran = bench.run("plan incident.json --review review.yaml --profile profile.yaml");
    assert!(ran.stderr.contains("CF9152") && ran.stderr.contains("CF9153"), "{}", ran.shown);
}

#[test]
fn a_file_that_is_no_text_is_a_refusal() {
    let bench = Bench::new();
    fs::write(bench.path("picture.json"), [0x89, b'P', b'N', b'G', 0xFF]).unwrap();
    shows!("incident-no-text", bench.run("plan picture.json"));
    shows!("check-no-text", bench.run("check picture.json"));
}

#[test]
fn what_we_build_passes_our_check() {
    let bench = Bench::new();
    assert_eq!(bench.run("build incident.json --out out").code, 0);
    let zip = support::files(&bench.path("out")).into_keys().find(|path| path.ends_with(".zip")).unwrap();
    shows!("check-our-own", bench.run(&format!("check out/logicapp/azuredeploy.json out/{zip}")));
}

#[test]
fn check_finds_a_slip_and_says_where() {
    let bench = Bench::new();
    bench.write("broken.json", BROKEN);
    shows!("check-broken", bench.run("check broken.json"));
    let ran = bench.run("check broken.json --format json");
    shows!("check-broken-json", ran);
    assert!(ran.stderr.is_empty());
    assert_eq!(bench.run("check broken.json --exit-zero").code, 0);
    assert_eq!(bench.run("--exit-zero check broken.json").code, 0);
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let bench = Bench::new();
    shows!("check-stdin", bench.run_with("check -", BROKEN));
    assert_eq!(bench.run_with("plan -", &incident().to_string()).code, 0);
}

#[test]
fn standard_input_cannot_be_two_files() {
    let bench = Bench::new();
    let ran = bench.run_with("plan - --review -", &incident().to_string());
    assert_eq!(ran.code, 2, "{}", ran.shown);
}

#[test]
fn what_is_wrong_in_a_profile_is_shown_there() {
    let bench = Bench::new();
    bench.write("profile.yaml", "approval:\n  approvers: [Mara@contoso.example]\n");
    let ran = bench.run("plan incident.json --profile profile.yaml");
    assert!(ran.stderr.contains("CF9105") && ran.stderr.contains("--> profile.yaml:2:15"), "{}", ran.shown);
}

/// Who approves and who is protected: what a profile forgets is said before the night on which it matters, and at its place.
#[test]
fn what_a_profile_forgets_is_told() {
    let accounts = "protected: { accounts: [emergency@contoso.example] }\n";
    let two = "approval:\n  approvers: [ines@contoso.example, pavel@contoso.example]\n";
    let twice = "approval:\n  approvers: [ines@contoso.example, Ines@contoso.example]\n";
    let one = "approval:\n  approvers: [ines@contoso.example]\n";
    let same = "approval:\n  approvers: [ines@contoso.example, Emergency@contoso.example]\n";
    let got = "approval:\n  approvers: [ines@contoso.example, Jan@contoso.example]\n";
    let cases: [(&str, &str, &[&str]); 7] = [
        (two, accounts, &[]),
        (two, "", &["CF9111 | the playbook acts on accounts, and the profile protects none"]),
        (two, "protected: { accounts: [], devices: [dc01] }\n", &["CF9111 | the playbook acts on accounts"]),
        (one, accounts, &["CF9110 | only one person can approve\n | profile.yaml:2:14"]),
        (twice, accounts, &["CF9110 | only one person can approve: ines@contoso.example is named 2 times"]),
        (
            same,
            accounts,
            &["CF9112 | the approver Emergency@contoso.example is a protected account | profile.yaml:2:37"],
        ),
        (got, accounts, &["CF9105 | the approver Jan@contoso.example got a message of the incident"]),
    ];
    let bench = Bench::new();
    let mut mail = incident();
    mail["alerts"][0]["evidence"].as_array_mut().unwrap().push(json!({
        "@odata.type": "#microsoft.graph.security.analyzedMessageEvidence",
        "networkMessageId": "0a0b0c0d-0000-0000-0000-000000000001",
        "recipientEmailAddress": "jan@contoso.example",
    }));
    bench.write("incident.json", &mail.to_string());
    let known = ["CF9105", "CF9110", "CF9111", "CF9112"];
    for (approval, protected, expected) in cases {
        bench.write("profile.yaml", &format!("{approval}{protected}"));
        let ran = bench.run("build incident.json --profile profile.yaml --mode one-shot --out out");
        assert_eq!(ran.code, 0, "{}", ran.shown);
        let told: Vec<_> =
            ran.stderr.split("\n\n").filter(|one| known.iter().any(|code| one.contains(code))).collect();
        assert_eq!(told.len(), expected.len(), "{approval}{protected}{}", ran.stderr);
        for (told, expected) in told.iter().zip(expected) {
            for part in expected.split(" | ") {
                assert!(told.contains(part), "{part}: {told}");
            }
        }
    }
    // The messages of the next incident have other recipients.
    bench.write("profile.yaml", &format!("{got}{accounts}"));
    assert!(!bench.run("plan incident.json --profile profile.yaml").stderr.contains("CF9105"));
}

/// No playbook can do without its trigger, its questions and its secret: a connector that is not there refuses the target.
#[test]
fn a_target_without_its_connectors_is_refused() {
    let people = "approvers: [ines@contoso.example, pavel@contoso.example]";
    let teams = "channel: teams, teams: { team: 11111111-2222-4333-8444-555555555555, channel: '19:soc@thread.tacv2' }";
    let cases = [
        ("approvals", "powerautomate", "", Some("choose `approval.channel: teams`")),
        ("approvals", "powerautomate", teams, None),
        ("approvals", "logicapp", "", None),
        ("office365", "logicapp", "", Some("choose `approval.channel: teams`")),
        ("office365", "logicapp", teams, None),
        ("azuresentinel", "logicapp", "", Some("choose `trigger.logicapp: graph-polling`")),
        ("commondataserviceforapps", "powerautomate", "", Some("take it from `unavailable_connectors`")),
    ];
    let bench = Bench::new();
    for (connector, target, channel, help) in cases {
        let approval = [people, channel].join(if channel.is_empty() { "" } else { ", " });
        bench.write(
            "profile.yaml",
            &format!("approval: {{ {approval} }}\nunavailable_connectors: [{connector}]\n"),
        );
        let ran = bench.run(&format!(
            "build incident.json --review review.yaml --profile profile.yaml --target {target} --out out"
        ));
        assert_eq!(ran.code, i32::from(help.is_some()), "{}", ran.shown);
        assert_eq!(ran.stderr.contains("CF9168"), help.is_some(), "{}", ran.shown);
        assert!(ran.stderr.contains(help.unwrap_or_default()), "{}", ran.shown);
        assert!(help.is_none() || ran.stderr.contains("--> profile.yaml:2:26"), "{}", ran.shown);
    }
}

#[test]
fn what_cannot_be_read_is_no_finding() {
    let bench = Bench::new();
    shows!("check-missing", bench.run("check missing.json"));
    shows!("build-missing", bench.run("build missing.json --out out"));
    // A report to ignore is not asked for, so this stays a failure.
    assert_eq!(bench.run("check missing.json --exit-zero").code, 2);
    let ran = bench.run("plan .");
    assert_eq!(ran.code, 2, "{}", ran.shown);
}

#[test]
fn explain_tells_what_a_code_means() {
    let bench = Bench::new();
    shows!("explain", bench.run("explain CF2001"));
    assert_eq!(bench.run("explain cf2001").stdout, bench.run("explain runafter-missing-action").stdout);
    shows!("explain-unknown", bench.run("explain runafter-missing-acton"));
    shows!("explain-far-off", bench.run("explain zebra"));
}

/// Every rule has an explanation, and every line of the list is one that `explain` knows.
#[test]
fn rules_are_listed_and_each_is_explained() {
    let bench = Bench::new();
    let listed = bench.run("rules");
    assert_eq!(listed.code, 0);
    let mut last = String::new();
    for line in listed.stdout.lines() {
        let [code, _, name] = line.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert!(last.as_str() < code, "{code} comes after {last}");
        code.clone_into(&mut last);
        let explained = bench.run(&format!("explain {code}"));
        assert_eq!(explained.code, 0);
        assert!(explained.stdout.starts_with(&format!("{code} {name} (")), "{}", explained.stdout);
    }
}

#[test]
fn patterns_operations_and_schemas_are_listed_and_shown() {
    let bench = Bench::new();
    let lines =
        |command: &str| -> Vec<String> { bench.run(command).stdout.lines().map(str::to_owned).collect() };
    for (command, texts) in [("patterns", "playbook-templates"), ("connectors", "")] {
        let list = lines(&format!("{command} list"));
        assert_eq!(list, lines(command), "`list` is what the command does by itself");
        assert!(list.len() >= 15, "{list:#?}");
        for id in list.iter().map(|line| line.split_whitespace().next().unwrap()) {
            let shown = bench.run(&format!("{command} show {id}"));
            assert_eq!(shown.code, 0, "{}", shown.shown);
            if !texts.is_empty() {
                let file =
                    fs::read_to_string(support::root().join(texts).join(format!("{id}.yaml"))).unwrap();
                assert_eq!(shown.stdout, file);
            }
        }
    }
    shows!("patterns-show-unknown", bench.run("patterns show identity/disable-acount"));
    shows!("connectors-show", bench.run("connectors show incident.comment"));
    shows!("connectors-show-unknown", bench.run("connectors show http.graph.getusr"));
    let review = fs::read_to_string(support::root().join("schemas/review.schema.json")).unwrap();
    assert_eq!(bench.run("schema review").stdout, review);
    shows!("schema-unknown", bench.run("schema reviews"));
}

#[test]
fn help_and_version() {
    let bench = Bench::new();
    shows!("help", bench.run("--help"));
    for command in ["build", "plan", "check"] {
        let ran = bench.run(&format!("{command} --help"));
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains("Usage: counterflow"), "{}", ran.shown);
    }
    shows!("help-build", bench.run("build --help"));
    shows!("version", bench.run("--version"));
}

#[test]
fn a_wrong_usage_is_told() {
    let bench = Bench::new();
    shows!("usage-nothing", bench.run(""));
    shows!("usage-unknown-command", bench.run("biuld incident.json"));
    shows!("usage-unknown-target", bench.run("build incident.json --target azure --out out"));
    shows!("usage-no-out", bench.run("build incident.json"));
    assert_eq!(bench.files().len(), 2);
}

/// Control characters of an export never reach a terminal.
#[test]
fn an_export_cannot_paint_the_terminal() {
    let bench = Bench::new();
    let mut hostile = incident();
    for (member, text) in [("id", "4711\u{1B}[2J"), ("displayName", "\u{1B}]0;owned\u{7} gnp.\u{202E}exe")] {
        hostile[member] = json!(text);
    }
    hostile["alerts"][0]["mitreTechniques"] = json!(["T1\u{1B}[31m"]);
    bench.write("hostile.json", &hostile.to_string());
    for command in [
        "plan hostile.json",
        "plan hostile.json --review review.yaml",
        "plan hostile.json --incident 5",
        "build hostile.json --out out",
    ] {
        let ran = bench.run(command);
        let painted = |text: &str| text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202E}');
        assert!(!painted(&ran.stdout) && !painted(&ran.stderr), "{command}: {:?}", ran.shown);
    }
}
