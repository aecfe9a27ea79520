//! What a project decides about findings, and the forms in which machines read them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::command::Bench;

/// Two findings: an error in one file, a warning in the other.
fn bench() -> Bench {
    let bench = Bench::empty();
    let fixture = |rule: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/check").join(rule);
        fs::read_to_string(path.join("err.json")).unwrap()
    };
    bench.write("flows/order.json", &fixture("runafter-missing-action"));
    bench.write("flows/un used,%.json", &fixture("unused-connection"));
    bench
}

/// Whoever weighs a family of rules does not ask for those that are for others.
#[test]
fn a_weight_for_a_family_switches_nothing_on() {
    let bench = bench();
    let count = |rules: &str| {
        bench.write("counterflow.yaml", &format!("rules: {{ {rules} }}\n"));
        let ran = bench.run("check flows --format json");
        let report: Json = serde_json::from_str(&ran.stdout).unwrap();
        report["diagnostics"].as_array().unwrap().len()
    };
    let plain = count("");
    assert_eq!(count("CF2: info, CF4: error, all: warning"), plain);
    assert!(count("CF2001: off") < plain);
    let auditors = counterflow::pipeline::rules()
        .filter(|rule| rule.audience > counterflow::base::diagnostic::Audience::Default);
    let named: Vec<String> = auditors.map(|rule| format!("{}: info", rule.code)).collect();
    assert!(count(&named.join(", ")) > plain);
}

const BOTH: &str = "check flows/order.json";

#[test]
fn github_reads_one_command_for_each_finding() {
    let bench = bench();
    shows!("check-github", bench.run("check flows/order.json --format github"));
}

#[test]
fn build_servers_read_junit() {
    let bench = bench();
    let ran = bench.run("check flows/order.json --format junit");
    shows!("check-junit", ran);
    // A build server knows a test by its name, also after lines have moved.
    let names = |text: &str| -> Vec<String> {
        text.split("<testcase ").skip(1).map(|one| one.split('>').next().unwrap().to_owned()).collect()
    };
    let text = fs::read_to_string(bench.path("flows/order.json")).unwrap();
    bench.write("flows/order.json", &format!("\n\n{text}"));
    assert_eq!(names(&bench.run("check flows/order.json --format junit").stdout), names(&ran.stdout));
    let mut reader = quick_xml::Reader::from_str(&ran.stdout);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}

#[test]
fn code_scanning_reads_sarif() {
    let bench = bench();
    let ran = bench.run("check flows/order.json --format sarif");
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    let log: Json = serde_json::from_str(&ran.stdout).unwrap();
    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "CF2001");
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "CF2001");
    assert_eq!(rule["name"], "RunafterMissingAction");
    assert!(rule["help"]["markdown"].as_str().unwrap().starts_with("## What it does"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "flows/order.json");
    let json: Json = serde_json::from_str(&bench.run("check flows/order.json --format json").stdout).unwrap();
    let found = &json["diagnostics"][0];
    let region = &place["region"];
    let pairs = [
        ("startLine", "line"),
        ("startColumn", "column"),
        ("endLine", "end_line"),
        ("endColumn", "end_column"),
    ];
    for (sarif, plain) in pairs {
        assert_eq!(region[sarif], found[plain], "{sarif}");
    }
    // Lines move, fingerprints do not.
    let text = fs::read_to_string(bench.path("flows/order.json")).unwrap();
    bench.write("flows/order.json", &format!("\n\n{text}"));
    let moved: Json =
        serde_json::from_str(&bench.run("check flows/order.json --format sarif").stdout).unwrap();
    let moved = &moved["runs"][0]["results"][0];
    assert_eq!(moved["partialFingerprints"], result["partialFingerprints"]);
    assert_ne!(moved["locations"], result["locations"]);
}

#[test]
fn rules_are_selected_and_ignored() {
    let bench = bench();
    let code = |arguments: &str| bench.run(&format!("{BOTH} {arguments}")).code;
    assert_eq!(code(""), 1);
    assert_eq!(code("--select CF1,CF2002"), 0);
    assert_eq!(code("--select runafter-missing-action"), 1);
    assert_eq!(code("--ignore CF2"), 0);
    assert_eq!(code("--select CF2 --ignore CF2001"), 0);
    shows!("check-unknown-rule", bench.run("check flows/order.json --select CF20001"));
}

#[test]
fn a_configuration_weighs_and_suppresses() {
    let bench = bench();
    bench.write("counterflow.yaml", "rules: { CF2: warning, runafter-missing-action: info }\n");
    let ran = bench.run("check flows/order.json --format json");
    assert_eq!(ran.code, 0);
    let json: Json = serde_json::from_str(&ran.stdout).unwrap();
    let found = json["diagnostics"].as_array().unwrap().iter().find(|found| found["code"] == "CF2001");
    assert_eq!(found.unwrap()["severity"], "info");
    bench.write("counterflow.yaml", "rules: { CF2001: off }\n");
    assert_eq!(bench.run(BOTH).code, 0);
    bench.write("counterflow.yaml", "ignore: [{ paths: ['flows/**'], rules: [CF2] }]\n");
    assert_eq!(bench.run(BOTH).code, 0);
    bench.write("counterflow.yaml", "ignore: [{ paths: ['other/**'] }]\n");
    assert_eq!(bench.run(BOTH).code, 1);
    // Named, it is read from elsewhere.
    bench.write("decisions/check.yaml", "rules: { all: off }\n");
    assert_eq!(bench.run("check flows/order.json --config decisions/check.yaml").code, 0);
}

const SUPPRESSED: &str = "\
suppress:
  - rule: runafter-missing-action
    path: flows/*.json
    reason: The missing action comes with the next release.
    until: 2026-12-31
";

#[test]
fn a_suppression_ends_with_its_last_day() {
    let bench = bench();
    bench.write("counterflow.yaml", SUPPRESSED);
    assert_eq!(bench.run("check flows/order.json --as-of 2026-12-31").code, 0);
    shows!("check-expired-suppression", bench.run("check flows/order.json --as-of 2027-01-01"));
    shows!("check-wrong-day", bench.run("check flows/order.json --as-of 2027-1-1"));
}

#[test]
fn a_suppression_without_reason_or_use_is_said() {
    let bench = bench();
    bench.write("counterflow.yaml", "suppress: [{ rule: CF2001 }]\n");
    shows!("check-suppression-without-reason", bench.run(BOTH));
    bench.write("counterflow.yaml", "suppress: [{ rule: CF2001, pointer: /nowhere, reason: None. }]\n");
    let ran = bench.run("check flows");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("warning[CF9158]"), "{}", ran.shown);
    // Whoever checks one file hears nothing of what may be about another.
    assert!(!bench.run(BOTH).stdout.contains("CF9158"));
    bench.write("counterflow.yaml", "rules: { unused-conection: off }\nignore: [{ paths: ['a[b'] }]\n");
    shows!("check-configuration-mistakes", bench.run(BOTH));
}

#[test]
fn a_baseline_hides_what_it_knows_and_nothing_else() {
    let bench = bench();
    let ran = bench.run("check flows/order.json --write-baseline known.json");
    shows!("check-write-baseline", ran);
    assert_eq!(bench.run("check flows/order.json --baseline known.json").code, 0);
    // Moving the finding down does not make it new.
    let text = fs::read_to_string(bench.path("flows/order.json")).unwrap();
    bench.write("flows/order.json", &format!("\n{text}"));
    assert_eq!(bench.run("check flows/order.json --baseline known.json").code, 0);
    // The same finding in another file is new.
    bench.write("flows/other.json", &text);
    assert_eq!(bench.run("check flows/other.json --baseline known.json").code, 1);
    // What is mended is said to be gone.
    bench.write("flows/order.json", &text.replace("Get_usr", "Get_user"));
    let ran = bench.run("check flows/order.json --baseline known.json");
    assert!(ran.code == 0 && ran.stdout.contains("info[CF9163]"), "{}", ran.shown);
    assert_eq!(bench.run("check flows/order.json --baseline missing.json").code, 2);
}

#[test]
fn a_baseline_that_is_none_is_a_finding() {
    let bench = bench();
    for text in ["{}", "", "<<<<<<< ours", r#"{"generator": "x", "version": 2, "findings": []}"#] {
        bench.write("known.json", text);
        let ran = bench.run("check flows/order.json --baseline known.json --format json");
        let json: Json = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(
            (ran.code, &json["diagnostics"][0]["code"]),
            (1, &"CF9167".into()),
            "{text}: {}",
            ran.shown
        );
        assert_eq!(json["diagnostics"][0]["path"], "known.json");
    }
    fs::write(bench.path("known.json"), [0xff, 0xfe, 0x00]).unwrap();
    let ran = bench.run("check flows/order.json --baseline known.json");
    assert_eq!(ran.code, 1, "{}", ran.shown);
}

#[test]
fn the_number_of_files_is_the_same_at_every_level() {
    let bench = bench();
    let definition = fs::read_to_string(bench.path("flows/order.json")).unwrap();
    bench.write("app/order/workflow.json", &format!(r#"{{"definition": {definition}, "kind": "Stateful"}}"#));
    bench.write("app/host.json", r#"{"version": "2.0"}"#);
    bench.write("app/parameters.json", "{}");
    let files = |arguments: &str| {
        let ran = bench.run(&format!("check app --format json {arguments}"));
        serde_json::from_str::<Json>(&ran.stdout).unwrap()["files"].clone()
    };
    assert_eq!(
        [files(""), files("--strict"), files("--persona auditor"), files("--ignore CF")],
        [3, 3, 3, 3]
    );
}

#[test]
fn a_key_that_stands_twice_is_said() {
    let bench = bench();
    bench.write("counterflow.yaml", "rules:\n  CF2001: off\n  CF2001: error\n");
    let ran = bench.run(BOTH);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stdout.contains("the key `CF2001` stands twice") && ran.stdout.contains("counterflow.yaml:3:3"),
        "{}",
        ran.shown
    );
}

#[test]
fn paths_that_no_file_has_are_told_where_all_files_were_checked() {
    let bench = bench();
    bench.write("other/sound.json", "{\"triggers\": {}, \"actions\": {}}");
    let config = "ignore:\n  - paths: ['archive/**', 'flows/gone.json']\nsuppress:\n  - rule: CF2001\n    path: flows/old-*.json\n    reason: Old.\n";
    bench.write("counterflow.yml", config);
    let told = |arguments: &str| {
        let ran = bench.run(&format!("check {arguments} --format json"));
        let report: Json = serde_json::from_str(&ran.stdout).unwrap();
        let about = report["diagnostics"].as_array().unwrap().iter().filter(|it| it["code"] == "CF9158");
        about.map(|it| it["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("."), ["/ignore/0/paths/0", "/ignore/0/paths/1", "/suppress/0/path"]);
    assert_eq!(told("flows"), ["/ignore/0/paths/1", "/suppress/0/path"]);
    assert_eq!(told("other"), [""; 0]);
    assert_eq!(told("flows/order.json other/sound.json"), [""; 0]);
    // A file that is left out for it is one that has the path.
    bench.write(
        "counterflow.yml",
        "ignore: [{ paths: ['flows/or*.json'] }, { paths: ['other/*'], rules: [CF1] }]\n",
    );
    assert_eq!(told("."), [""; 0]);
    // A suppression for rules that are not asked may be of use when they are.
    bench.write("counterflow.yml", "suppress: [{ rule: CF2001, path: 'flows/un*', reason: None. }]\n");
    assert_eq!((told("flows"), told("flows --select CF4")), (vec!["/suppress/0".to_owned()], Vec::new()));
}

#[test]
fn either_ending_of_the_configuration_is_read() {
    let bench = bench();
    bench.write("counterflow.yml", "rules: { CF2001: off }\n");
    assert_eq!(bench.run(BOTH).code, 0);
    bench.write("counterflow.yaml", "{}\n");
    let ran = bench.run(BOTH);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("counterflow.yml is not read: counterflow.yaml is there too"),
        "{}",
        ran.shown
    );
    bench.write("counterflow.yaml", "suppress: [{ rule: CF2001, reason: None., until: 2026-02-30 }]\n");
    let ran = bench.run(BOTH);
    assert!(ran.code == 1 && ran.stdout.contains("there is no such day as 2026-02-30"), "{}", ran.shown);
}

#[test]
fn a_baseline_of_another_folder_is_told() {
    let bench = bench();
    bench.write("playbooks/flows/order.json", &fs::read_to_string(bench.path("flows/order.json")).unwrap());
    bench.run("check playbooks --write-baseline known.json");
    assert_eq!(bench.run("check playbooks --baseline known.json").stdout, "no findings in 1 file\n");
    let ran = bench.run("check flows --baseline known.json");
    assert!(ran.code == 1 && ran.stdout.contains("CF9169"), "{}", ran.shown);
    assert!(
        ran.stdout.contains("it says `playbooks/flows/order.json` for `flows/order.json`"),
        "{}",
        ran.shown
    );
}

/// As a hook does before a commit: only the files that changed.
#[test]
fn a_check_of_some_files_says_nothing_of_the_others() {
    let bench = bench();
    bench.write("flows/other.json", &fs::read_to_string(bench.path("flows/order.json")).unwrap());
    bench.run("check flows --write-baseline known.json");
    let ran = bench.run("check flows/order.json --baseline known.json");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "no findings in 1 file\n"));
    bench.write("counterflow.yaml", SUPPRESSED.replace("*.json", "other.json").as_str());
    let ran = bench.run("check flows/order.json --ignore CF2 --as-of 2026-01-01");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "no findings in 1 file\n"));
}

#[test]
fn a_file_is_the_same_however_it_is_named() {
    let bench = bench();
    bench.run("check flows/order.json --write-baseline known.json");
    let here = bench.path("").canonicalize().unwrap();
    let named = |arguments: &str| bench.run(&arguments.replace("HERE", here.to_str().unwrap()));
    assert_eq!(named("check HERE/flows/order.json --baseline known.json").code, 0);
    bench.write("counterflow.yaml", "ignore: [{ paths: ['flows/**'], rules: [CF2] }]\n");
    assert_eq!(named("check HERE/flows/order.json").code, 0);
    assert_eq!(named("check HERE").code, 0);
    bench.write("counterflow.yaml", "");
    let ran = named("check flows flows/order.json ./flows/../flows/order.json HERE/flows");
    assert!(ran.stdout.ends_with("2 errors, 1 warning in 2 files\n"), "{}", ran.shown);
    let ran = bench.run_with("check - -", &fs::read_to_string(bench.path("flows/order.json")).unwrap());
    assert!(ran.stdout.ends_with("2 errors in 1 file\n"), "{}", ran.shown);
}

#[test]
fn a_baseline_is_written_anew_with_everything() {
    let bench = bench();
    bench.run("check flows/order.json --write-baseline known.json");
    let first = fs::read(bench.path("known.json")).unwrap();
    bench.run("check flows/order.json --baseline known.json --write-baseline known.json");
    assert_eq!(fs::read(bench.path("known.json")).unwrap(), first);
}

#[test]
fn a_fix_is_shown_first_and_then_made() {
    let bench = bench();
    let path = "flows/unused.json";
    let text = fs::read_to_string(bench.path("flows/un used,%.json")).unwrap();
    bench.write(path, &text);
    let ran = bench.run("check flows/unused.json --diff");
    shows!("check-diff", ran);
    let both = bench.run("check flows/unused.json --fix --diff");
    assert_eq!((both.code, both.stdout, both.stderr), (ran.code, ran.stdout, ran.stderr));
    assert_eq!(fs::read_to_string(bench.path(path)).unwrap(), text, "a diff writes nothing");
    let ran = bench.run("check flows/unused.json --fix");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "1 change made in 1 file\n"), "{}", ran.shown);
    let mended = fs::read_to_string(bench.path(path)).unwrap();
    assert_ne!(mended, text);
    let again = bench.run("check flows/unused.json --fix");
    assert_eq!(again.stderr, "0 changes made in 0 files\n");
    assert_eq!(fs::read_to_string(bench.path(path)).unwrap(), mended);
}
