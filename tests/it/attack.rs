//! The embedded ATT&CK tables: their form, their agreement with the facts the project keeps beside the repository, and
//! the look-ups on them.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests: a panic is the report")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use counterflow::data::attack::{
    self, MicrosoftTactic, Resolution, Status, read_microsoft_tactic, resolve, tactic_from_microsoft,
};
use proptest::prelude::*;

type Pairs = BTreeSet<(String, String)>;

/// The text of every table on disk, by name without the ending.
fn tables() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/data/attack/tables");
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        found.insert(name, fs::read_to_string(&path).unwrap());
    }
    found
}

/// The rows of a table, its columns cut.
fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect()
}

/// The pairs of a relation table, its lists unrolled.
fn pairs(text: &str) -> Pairs {
    rows(text)
        .iter()
        .flat_map(|row| row[1].split('|').map(|right| (row[0].to_owned(), right.to_owned())))
        .collect()
}

fn inverse(pairs: &Pairs) -> Pairs {
    pairs.iter().map(|(left, right)| (right.clone(), left.clone())).collect()
}

/// The rows of a fact file as maps from column name to value; `None`, said aloud, where there are no facts.
fn facts(file: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/attack");
    if !folder.is_dir() {
        println!("skipped: the facts for {file} are not beside this checkout");
        return None;
    }
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let mut lines = text.lines();
    let columns: Vec<_> = lines.next().unwrap().split('\t').collect();
    let read = |line: &str| {
        let cells = line.split('\t').map(str::to_owned);
        columns.iter().map(|name| (*name).to_owned()).zip(cells).collect()
    };
    Some(lines.map(read).collect())
}

fn set(cell: &str, separator: char) -> BTreeSet<&str> {
    cell.split(separator).filter(|value| !value.is_empty()).collect()
}

#[test]
fn every_table_names_its_source_and_keeps_the_form() {
    for (name, text) in tables() {
        let mut lines = text.lines();
        let source = lines.next().unwrap();
        assert!(source.starts_with(&format!("# {name}.tsv: written by regenerate.py from ")), "{source}");
        assert!(source.contains("ATT&CK 18.1"), "{source}");
        let columns = lines.next().unwrap().strip_prefix("# columns: ").unwrap().split(' ').count();

        assert!(text.ends_with('\n') && !text.contains('\r'), "{name}: lines end in LF");
        let rows = rows(&text);
        assert!(!rows.is_empty(), "{name} is empty");
        for row in &rows {
            assert_eq!(row.len(), columns, "{name}: {row:?}");
            for cell in row {
                let members: Vec<_> = cell.split('|').collect();
                assert!(members.is_sorted_by(|a, b| a < b), "{name}: {cell} is not in order");
                assert!(cell.trim() == *cell, "{name}: {cell:?} has blanks around it");
            }
        }
        assert!(rows.is_sorted_by(|a, b| a[0] < b[0]), "{name}: ids are in order, each once");
    }
}

#[test]
fn the_tables_fit_their_budget() {
    let on_disk: usize = tables().values().map(String::len).sum();
    assert_eq!(on_disk, attack::EMBEDDED_BYTES, "every table is embedded, and counted");
    assert!(on_disk <= 3 * 1024 * 1024 / 2);
}

#[test]
fn every_object_reads_and_is_found_again() {
    let tables = tables();
    let count = |name: &str| rows(&tables[name]).len();

    for technique in attack::techniques() {
        assert_eq!(resolve(technique.id).original, technique.id);
        assert_eq!(attack::technique(technique.id), Some(technique));
        assert!(!technique.name.is_empty() && !technique.tactics.is_empty(), "{technique:?}");
        assert!(technique.tactics.iter().all(|name| attack::tactic(name).is_some()), "{technique:?}");
        if let Some(parent) = technique.parent() {
            assert!(attack::technique(parent).is_some(), "{technique:?}");
        }
    }
    assert_eq!(attack::techniques().count(), count("techniques"));

    for tactic in attack::tactics() {
        assert_eq!(attack::tactic(tactic.id), Some(tactic));
        assert_eq!(attack::tactic(&tactic.short_name.to_uppercase()), Some(tactic));
        assert_eq!(tactic_from_microsoft(tactic.name), Some(tactic));
    }
    let columns: BTreeSet<_> = attack::tactics().map(|tactic| tactic.column).collect();
    assert_eq!(columns, (1..=14).collect());

    assert!(attack::all_mitigations().all(|m| attack::mitigation(m.id) == Some(m)));
    assert_eq!(attack::all_mitigations().count(), count("mitigations"));
    assert!(attack::groups().all(|g| attack::group(g.id) == Some(g)));
    assert_eq!(attack::groups().count(), count("groups"));
    assert!(attack::all_software().all(|s| attack::software(s.id) == Some(s)));
    assert!(attack::all_software().all(|s| matches!(s.kind, "malware" | "tool")));
    assert_eq!(attack::all_software().count(), count("software"));
    for campaign in attack::campaigns() {
        assert_eq!(attack::campaign(campaign.id), Some(campaign));
        assert!(campaign.first_seen.len() == 10 && campaign.first_seen <= campaign.last_seen, "{campaign:?}");
        assert!(campaign.groups.iter().all(|id| attack::group(id).is_some()), "{campaign:?}");
    }
    assert_eq!(attack::campaigns().count(), count("campaigns"));
}

#[test]
fn status_cells_are_of_three_kinds() {
    for name in ["techniques", "mitigations", "groups", "software", "campaigns"] {
        let text = &tables()[name];
        let ids: BTreeSet<_> = rows(text).iter().map(|row| row[0]).collect();
        for row in rows(text) {
            let by = row[2].strip_prefix("revoked:");
            assert!(
                matches!(row[2], "active" | "deprecated") || by.is_some_and(|by| ids.contains(by)),
                "{row:?}"
            );
        }
    }
}

#[test]
fn every_chain_of_revocations_ends_at_an_active_technique() {
    for technique in attack::techniques() {
        let resolved = resolve(technique.id);
        let end = resolved.technique().unwrap();
        match technique.status {
            Status::Active => assert_eq!((resolved.status, end), (Resolution::Current, technique)),
            Status::Deprecated => assert_eq!((resolved.status, end), (Resolution::Deprecated, technique)),
            Status::Revoked { .. } => {
                assert_eq!(resolved.status, Resolution::Successor { revoked: technique });
                assert_eq!(end.status, Status::Active, "{technique:?}");
            }
        }
        assert_eq!(resolved.note().is_none(), technique.status == Status::Active);
    }
    // Two revocations in a row: T1150 became T1547.011, and that became T1647.
    assert_eq!(resolve("T1150").id, "T1647");
}

#[test]
fn relations_join_known_ids_and_agree_from_both_ends() {
    let tables = tables();
    let known: BTreeSet<_> = ["techniques", "mitigations", "groups", "software", "campaigns"]
        .iter()
        .flat_map(|name| rows(&tables[*name]).into_iter().map(|row| row[0]))
        .collect();
    for (name, text) in tables.iter().filter(|(name, _)| name.contains('_')) {
        for (left, right) in pairs(text) {
            assert!(
                known.contains(left.as_str()) && known.contains(right.as_str()),
                "{name}: {left}, {right}"
            );
        }
    }
    for (one, other) in [
        ("group_techniques", "technique_groups"),
        ("software_techniques", "technique_software"),
        ("campaign_techniques", "technique_campaigns"),
    ] {
        assert_eq!(pairs(&tables[one]), inverse(&pairs(&tables[other])), "{one}");
    }
}

#[test]
fn related_objects_are_found() {
    let mut of_techniques = [0; 4];
    for technique in attack::techniques() {
        of_techniques[0] += attack::mitigations(technique.id).count();
        of_techniques[1] += attack::groups_using(technique.id).count();
        of_techniques[2] += attack::software_using(technique.id).count();
        of_techniques[3] += attack::campaigns_using(technique.id).count();
    }
    let of_groups: usize = attack::groups().map(|g| attack::techniques_of_group(g.id).count()).sum();
    let of_software: usize =
        attack::all_software().map(|s| attack::techniques_of_software(s.id).count()).sum();
    let of_campaigns: usize = attack::campaigns().map(|c| attack::techniques_of_campaign(c.id).count()).sum();
    assert_eq!(of_techniques[1..], [of_groups, of_software, of_campaigns]);
    assert_eq!(of_techniques[0], pairs(&tables()["technique_mitigations"]).len());

    // APT29 has used Cobalt Strike; SolarWinds Compromise was theirs.
    assert!(attack::software_of_group("G0016").any(|s| s.name == "Cobalt Strike"));
    assert!(attack::campaign("C0024").is_some_and(|c| c.groups.contains("G0016")));
    assert!(attack::software_of_campaign("C0024").any(|s| s.name == "SUNBURST"));
    // What is said of a sub-technique is not said of its parent, and an unknown id has no relations.
    assert_eq!(attack::mitigations("t1566.001").count(), 0, "ids are canonical");
    assert_eq!(attack::groups_using("T9999").count() + attack::techniques_of_group("").count(), 0);
}

#[test]
fn notes_say_what_became_of_an_id() {
    let note = |raw| resolve(raw).note().unwrap();
    assert_eq!(
        note("T1085"),
        "T1085 (Rundll32) was revoked; its successor T1218.011 (System Binary Proxy Execution: Rundll32) is used."
    );
    assert_eq!(
        note("t1064"),
        "T1064 (Scripting) is deprecated in ATT&CK 18.1 and has no successor; it is kept as written. Add the \
         technique that fits today in the review."
    );
    assert_eq!(
        note("T1685"),
        "T1685 (Disable or Modify Tools) is new in ATT&CK 19.2, and 18.1 does not know it; it is kept as written. \
         18.1 covers it with T1562, T1562.001, T1562.006."
    );
    assert_eq!(
        note("T1566.999"),
        "T1566.999 is not a sub-technique in ATT&CK 18.1; it is kept as written. Its parent is known: T1566 \
         (Phishing)."
    );
    assert!(note("T9999").starts_with("T9999 is not a technique of enterprise ATT&CK 18.1"));
    assert!(note("\u{1b}[31mphishing").starts_with("\"\\u{1b}[31mphishing\" is not a technique id"));
    assert!(note(&"x".repeat(100_000)).len() < 300, "a note does not repeat a long text");
    assert_eq!(resolve(" T1566.001\n").note(), None);
}

#[test]
fn ids_are_read_as_incidents_write_them() {
    for (raw, id) in [("t1566.001", "T1566.001"), (" T1566 ", "T1566"), ("\tt1078.004\r\n", "T1078.004")] {
        let resolved = resolve(raw);
        assert_eq!((resolved.original.as_str(), resolved.id.as_str()), (raw, id));
        assert_eq!(resolved.status, Resolution::Current);
    }
    for raw in
        ["", "T", "T156", "T15666", "T1566.", "T1566.1", "T1566.0011", "T1566/001", "TA0001", "T१५६६", "é"]
    {
        let resolved = resolve(raw);
        assert_eq!((resolved.id.as_str(), resolved.status), (raw, Resolution::Unknown));
    }
}

proptest! {
    #[test]
    fn resolving_keeps_the_text_and_settles(raw in "\\PC{0,12}|[ \t]?[Tt][0-9]{3,5}(\\.[0-9]{2,4})?[ \n]?") {
        let resolved = resolve(&raw);
        prop_assert_eq!(&resolved.original, &raw);
        prop_assert_eq!(resolved.technique().is_none(), resolved.status == Resolution::Unknown);
        if resolved.status == Resolution::Unknown {
            prop_assert!(resolved.id == raw || resolved.id.eq_ignore_ascii_case(raw.trim()));
        }
        let again = resolve(&resolved.id);
        prop_assert_eq!(&again.id, &resolved.id);
        prop_assert_eq!(resolved.note().is_none(), resolved.status == Resolution::Current);
    }

    #[test]
    fn any_text_can_be_looked_up(text in any::<String>()) {
        let _ = (attack::technique(&text), attack::tactic(&text), attack::crosswalk(&text));
        let _ = (read_microsoft_tactic(&text), attack::mitigations(&text).count());
    }
}

#[test]
fn microsoft_names_become_tactics() {
    for (name, id) in [
        ("InitialAccess", "TA0001"),
        ("Initial access", "TA0001"),
        ("defenseEvasion", "TA0005"),
        ("Defense Evasion", "TA0005"),
        ("evasion", "TA0005"),
        ("Stealth", "TA0005"),
        ("TA0112", "TA0005"),
        (" command and control ", "TA0011"),
        ("CredentialTheft", "TA0006"),
        ("privilege-escalation", "TA0004"),
        ("PreAttack", "TA0043"),
    ] {
        assert_eq!(tactic_from_microsoft(name).map(|tactic| tactic.id), Some(id), "{name}");
    }
    let two = MicrosoftTactic::Tactics(&["reconnaissance", "resource-development"]);
    assert_eq!(read_microsoft_tactic("PreAttack"), two);
    for name in ["SuspiciousActivity", "Exploit", "Malware", "Ransomware"] {
        assert_eq!(read_microsoft_tactic(name), MicrosoftTactic::NotATactic, "{name}");
    }
    assert_eq!(read_microsoft_tactic("ImpairProcessControl"), MicrosoftTactic::Industrial);
    for name in ["", "Initial", "PreAttack, Discovery", &"x".repeat(1000)] {
        assert_eq!(read_microsoft_tactic(name), MicrosoftTactic::Unknown, "{name}");
    }
}

#[test]
fn the_crosswalk_says_what_changes() {
    let sentence = |id| attack::crosswalk(id).map(|change| change.to_string()).unwrap_or_default();
    assert_eq!(sentence("T1562"), "ATT&CK 19.2 revokes T1562 in favour of T1685 (Disable or Modify Tools).");
    assert_eq!(sentence("T1014"), "ATT&CK 19.2 lists T1014 as Rootkit under stealth.");
    assert!(sentence("T1685").starts_with("ATT&CK 19.2 adds T1685 (Disable or Modify Tools) under "));
    assert_eq!(attack::crosswalk("T1566"), None);
    for change in attack::crosswalk_changes() {
        let before = attack::technique(change.id);
        let has = |word| change.changes.contains(word);
        assert_eq!(before.is_none(), has("added"), "{change:?}");
        assert_eq!(change.revoked_by.is_some(), has("revoked") || has("successor"), "{change:?}");
        assert_eq!(change.tactics.is_empty(), change.revoked_by.is_some() || has("deprecated"), "{change:?}");
        assert!(before.is_none_or(|t| (t.name != change.name) == has("renamed")), "{change:?}");
    }
}

#[test]
fn objects_agree_with_the_facts() {
    let Some(techniques) = facts("techniques.tsv") else { return };
    assert_eq!(techniques.len(), attack::techniques().count());
    for (fact, ours) in techniques.iter().zip(attack::techniques()) {
        let status = match ours.status {
            Status::Active => ("active", ""),
            Status::Deprecated => ("deprecated", ""),
            Status::Revoked { by } => ("revoked", by),
        };
        assert_eq!((fact["id"].as_str(), fact["name"].as_str()), (ours.id, ours.name));
        assert_eq!((fact["status"].as_str(), fact["revoked_by"].as_str()), status, "{}", ours.id);
        assert_eq!(fact["parent"], ours.parent().unwrap_or_default());
        assert_eq!(set(&fact["tactics"], ','), ours.tactics.iter().collect());
        assert_eq!(set(&fact["platforms"], ','), ours.platforms.iter().collect());
    }

    // The facts leave out software and mitigations that are no longer in use.
    let active = |name: &str| -> BTreeMap<String, String> {
        let text = &tables()[name];
        let in_use = rows(text).into_iter().filter(|row| row[2] == "active");
        in_use.map(|row| (row[0].to_owned(), row[1].to_owned())).collect()
    };
    for name in ["software", "mitigations", "campaigns"] {
        let facts = facts(&format!("{name}.tsv")).unwrap_or_default();
        assert_eq!(
            facts.iter().map(|f| (f["id"].clone(), f["name"].clone())).collect::<BTreeMap<_, _>>(),
            active(name)
        );
    }
    let groups = facts("groups.tsv").unwrap_or_default();
    assert_eq!(groups.len(), attack::groups().count());
    for (fact, ours) in groups.iter().zip(attack::groups()) {
        assert_eq!((fact["id"].as_str(), fact["name"].as_str()), (ours.id, ours.name));
        assert_eq!(set(&fact["aliases"], '|'), ours.aliases.iter().collect());
    }
    let tactics = facts("tactics.tsv").unwrap_or_default();
    for (fact, ours) in tactics.iter().zip(attack::tactics()) {
        assert_eq!((fact["id"].as_str(), fact["shortname"].as_str()), (ours.id, ours.short_name));
        assert_eq!(fact["order"].parse(), Ok(ours.column));
    }
}

#[test]
fn relations_agree_with_the_facts() {
    let tables = tables();
    for (file, left, right, table) in [
        ("technique_mitigation.tsv", "technique", "mitigation", "technique_mitigations"),
        ("group_technique.tsv", "group", "technique", "group_techniques"),
        ("software_technique.tsv", "software", "technique", "software_techniques"),
        ("campaign_technique.tsv", "campaign", "technique", "campaign_techniques"),
        ("group_software.tsv", "group", "software", "group_software"),
        ("campaign_software.tsv", "campaign", "software", "campaign_software"),
    ] {
        let Some(facts) = facts(file) else { return };
        let facts: Pairs = facts.iter().map(|fact| (fact[left].clone(), fact[right].clone())).collect();
        assert_eq!(facts, pairs(&tables[table]), "{file}");
    }
}

#[test]
fn the_crosswalk_leads_from_18_1_to_19_2() {
    let Some(next) = facts("v19/techniques.tsv") else { return };
    for fact in next {
        let id = fact["id"].as_str();
        let (change, before) = (attack::crosswalk(id), attack::technique(id));
        let name = change.map(|c| c.name).or(before.map(|t| t.name));
        let by = match (change, before.map(|t| t.status)) {
            (Some(change), _) => change.revoked_by.unwrap_or_default(),
            (None, Some(Status::Revoked { by })) => by,
            _ => "",
        };
        assert_eq!((Some(fact["name"].as_str()), fact["revoked_by"].as_str()), (name, by), "{id}");
        if fact["status"] == "active" {
            let tactics = change.map(|c| c.tactics).or(before.map(|t| t.tactics)).unwrap_or_default();
            assert_eq!(set(&fact["tactics"], ','), tactics.iter().collect(), "{id}");
        }
    }

    // The facts list only changes of active techniques; the rest of ours are changed successors.
    let listed = facts("v19/crosswalk_18.1_to_19.2.tsv").unwrap_or_default();
    let listed: BTreeSet<_> = listed.iter().map(|fact| fact["id"].as_str()).collect();
    let (kept, others): (Vec<_>, Vec<_>) =
        attack::crosswalk_changes().partition(|change| listed.contains(change.id));
    assert_eq!(kept.len(), listed.len());
    assert!(others.iter().all(|change| change.changes.contains("successor")), "{others:?}");
}

#[test]
fn microsoft_names_agree_with_the_facts() {
    let Some(names) = facts("ms_tactic_map.tsv") else { return };
    for fact in names {
        let ours = match read_microsoft_tactic(&fact["microsoft_value"]) {
            MicrosoftTactic::Tactics(short_names) => short_names
                .iter()
                .filter_map(|name| attack::tactic(name))
                .map(|t| t.id)
                .collect::<Vec<_>>()
                .join(","),
            MicrosoftTactic::Industrial => "ICS".to_owned(),
            MicrosoftTactic::NotATactic => String::new(),
            MicrosoftTactic::Unknown => "unknown".to_owned(),
        };
        assert_eq!(fact["attack_18"], ours, "{}", fact["microsoft_value"]);
    }
}
