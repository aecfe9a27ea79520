//! The review file to begin with: what the export knows is filled in, what people must decide is asked.
//!
//! A line is one of three things. Plain YAML counts as it stands. `# text` explains. `#text`, without the blank, is YAML
//! that is offered: taking the `#` away makes it count. Nothing that only people can know is made up: the reviewers and
//! the day are placeholders that the schema refuses.
//!
//! Attackers write titles and names. In YAML they are double-quoted with escapes, in remarks whatever could hide or end
//! a line is replaced, so neither can become a key, a decision or a terminal command.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::checks::determinations;
use super::{IDENTIFYING, identified};
use crate::data::attack::{self, Resolved};
use crate::ingest::special::special;
use crate::ingest::{
    Alert, Classification, Entity, EntityKind, Field, Incident, Remediation, Status, Verdict,
};

mod page;

use page::{Page, quoted};

/// The mark of a time that nobody has filled in. It is no time, so a file that still has it is refused.
const TIME: &str = "YYYY-MM-DDThh:mm:ssZ";

/// Writes a review file for an incident: YAML with comments, ending with a line feed.
///
/// It always parses. It satisfies `schemas/review.schema.json` once `reviewed.by` and `reviewed.on` are filled in, and is
/// then a review of this incident. The same incident gives the same bytes.
pub fn scaffold(incident: &Incident) -> String {
    let mut page = Page::default();
    heading(&mut page, incident);
    judgement(&mut page, incident);
    techniques(&mut page, incident);
    entities(&mut page, incident);
    timeline(&mut page, incident);
    by_hand(&mut page);
    page.finish()
}

fn heading(page: &mut Page, incident: &Incident) {
    page.prose(0, "yaml-language-server: $schema=./review.schema.json");
    page.prose(0, "Editors complete and check this file with the schema beside it:");
    page.prose(0, "  counterflow schema review > review.schema.json");
    page.prose(0, "");
    page.prose(0, &format!("Post-incident review of: {}", incident.title));
    let severity = incident.severity.map_or("severity unknown", |severity| severity.name());
    let figures = [
        severity.to_owned(),
        incident.status.to_string(),
        counted(incident.alerts.len(), "alert", "alerts"),
        counted(incident.entities.len(), "entity", "entities"),
    ];
    page.prose(0, &figures.join(", "));
    if incident.attack_disruption() {
        page.prose(
            0,
            "Automatic attack disruption has acted already: what it did is neither repeated nor undone.",
        );
    }
    page.prose(0, "");
    page.prose(0, "A line that begins with `#` and no blank is an offer: take the `#` away where it is right, with those of");
    page.prose(0, "the lines that it belongs to, and delete the rest.");
    page.fact(0, &format!("incident: {}", quoted(&incident.id)), "");
    page.gap();
    page.prose(
        0,
        "Who answers for this review, and on which day. Until both are filled in, the file is refused.",
    );
    page.fact(0, "reviewed:", "");
    page.fact(1, "by: []", "names or mail addresses: [\"first@…\", \"second@…\"]");
    page.fact(1, "on: \"YYYY-MM-DD\"", "");
}

/// Classification and determination.
fn judgement(page: &mut Page, incident: &Incident) {
    page.gap();
    page.prose(
        0,
        "What was it really? true-positive, benign-positive (real, but expected), false-positive or unknown.",
    );
    match incident.classification {
        Classification::Unknown => {
            page.prose(0, "The export does not say.");
            page.offer(0, &format!("classification: {}", quoted(Classification::TruePositive.name())), "");
        }
        known => {
            page.prose(0, "The export says this; correct it if it is wrong.");
            page.fact(0, &format!("classification: {}", quoted(known.name())), "");
        }
    }
    page.prose(0, "Finer than that. Of a true-positive one says");
    page.prose(0, &format!("  {} or other,", determinations(Classification::TruePositive).join(", ")));
    page.prose(
        0,
        &format!(
            "of a benign-positive {} or other,",
            determinations(Classification::BenignPositive).join(", ")
        ),
    );
    page.prose(
        0,
        &format!(
            "of a false-positive {} or other.",
            determinations(Classification::FalsePositive).join(", ")
        ),
    );
    match incident.determination.as_deref().filter(|text| !text.is_empty()) {
        Some(known) => page.fact(0, &format!("determination: {}", quoted(known)), ""),
        None => page.offer(0, "determination: \"compromisedAccount\"", ""),
    }
}

/// Each technique of the alerts, once, under both answers.
fn techniques(page: &mut Page, incident: &Incident) {
    let named = named_techniques(incident);
    let (ids, odd): (Vec<_>, Vec<_>) = named.into_values().partition(|(resolved, _)| is_id(&resolved.id));
    page.gap();
    page.prose(
        0,
        "Was each ATT&CK technique really used? One that is in no list counts as the alerts have it.",
    );
    for (resolved, _) in odd {
        page.prose(0, &format!("Not an ATT&CK id, so it cannot be listed: {}", resolved.original));
    }
    page.offer(0, "techniques:", "");
    if ids.is_empty() {
        page.prose(1, "No alert names a technique that could be confirmed or rejected.");
        let categories: BTreeSet<&str> =
            incident.alerts.iter().filter_map(|alert| alert.category.as_deref()).collect();
        if !categories.is_empty() {
            let categories: Vec<&str> = categories.into_iter().collect();
            page.prose(1, &format!("The categories of its alerts: {}", categories.join(", ")));
        }
    } else {
        page.prose(1, "The alerts are right.");
        page.offer(1, "confirmed:", "");
        for (resolved, alerts) in &ids {
            let remark = format!("{}, in {}", name(resolved), counted(*alerts, "alert", "alerts"));
            page.offer(2, &format!("- {}", quoted(&resolved.id)), &remark);
        }
        page.prose(1, "The alerts are wrong: the technique no longer counts.");
        page.offer(1, "rejected:", "");
        for (resolved, _) in &ids {
            page.offer(2, &format!("- id: {}", quoted(&resolved.id)), &name(resolved));
            page.offer(3, "reason: \"Why the alerts are wrong\"", "");
        }
    }
    page.prose(1, "Used, though no alert says so.");
    page.offer(1, "added:", "");
    page.offer(2, "- id: \"T0000\"", "the id, such as T1566.002");
    page.offer(3, "evidence: \"What shows it: a log, a file, a statement\"", "");
}

/// The techniques by id after normalisation, each with the number of alerts that name it.
fn named_techniques(incident: &Incident) -> BTreeMap<String, (Resolved, usize)> {
    let mut named: BTreeMap<String, (Resolved, usize)> = BTreeMap::new();
    for alert in &incident.alerts {
        let of_alert: BTreeMap<String, Resolved> = alert
            .techniques
            .iter()
            .map(|raw| attack::resolve(raw))
            .map(|one| (one.id.clone(), one))
            .collect();
        for (id, resolved) in of_alert {
            named.entry(id).or_insert((resolved, 0)).1 += 1;
        }
    }
    named
}

/// Whether a review can list the text as a technique: a capital T, four digits, and three more behind a point.
fn is_id(text: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(rest) = text.strip_prefix('T') else { return false };
    let (main, sub) = rest.split_once('.').map_or((rest, None), |(main, sub)| (main, Some(sub)));
    digits(main, 4) && sub.is_none_or(|sub| digits(sub, 3))
}

fn name(resolved: &Resolved) -> String {
    let name = resolved.technique().map_or_else(|| "unknown to ATT&CK".to_owned(), |known| known.full_name());
    if resolved.original.trim().eq_ignore_ascii_case(&resolved.id) {
        name
    } else {
        format!("{name}, written as {}", resolved.original.trim())
    }
}

/// Each entity that a review can name, by kind, in the list that the product's verdict suggests.
fn entities(page: &mut Page, incident: &Incident) {
    let names = Names::of(incident);
    let (special, rest): (Vec<&Entity>, Vec<&Entity>) =
        incident.entities.iter().partition(|entity| special(entity).is_some());
    let (benign, mut others): (Vec<&Entity>, Vec<&Entity>) = rest.into_iter().partition(|entity| {
        entity.verdict == Verdict::Benign || incident.is_named_by_harmless_alerts_only(entity)
    });
    others.sort_by_key(|entity| std::cmp::Reverse(entity.verdict));
    // One text may name several entities, an account and its mailbox: it stands in the list of the one that needs care.
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let protected = rows(&special, &names, &mut taken);
    let compromised = rows(&others, &names, &mut taken);
    let benign = rows(&benign, &names, &mut taken);
    page.gap();
    page.prose(0, "What is each entity? Move its line to the list where it belongs. One that is in no list counts as the");
    page.prose(0, "product judged it: the benign are left alone, as is what only alerts name that were closed as harmless;");
    page.prose(0, "all others may be acted on.");
    page.offer(0, "entities:", "");
    page.prose(1, "Really compromised, or the attacker's. The others of the same kind are then left alone.");
    list(page, "compromised", compromised, &names);
    page.prose(1, "Harmless: never acted on.");
    list(page, "benign", benign, &names);
    page.prose(1, "Not to be touched, whatever was found: accounts for emergencies, service accounts, domain controllers.");
    list(page, "protected", protected, &names);
    let nameless: Vec<&Entity> =
        incident.entities.iter().filter(|entity| names.best(entity).is_none()).collect();
    for entity in nameless {
        page.prose(1, &format!("A review cannot name this {}: {}", entity.kind, entity.label()));
    }
}

/// The lines of a list by kind: entities under the texts that name them.
type Rows<'e> = BTreeMap<EntityKind, Vec<(&'e str, &'e Entity)>>;

/// The lines of a list. A text that is taken already, here or in another list, is left out.
fn rows<'e>(entities: &[&'e Entity], names: &Names, taken: &mut BTreeSet<String>) -> Rows<'e> {
    let mut rows = Rows::new();
    for entity in entities {
        if let Some(name) = names.best(entity).filter(|name| taken.insert(name.to_lowercase())) {
            rows.entry(entity.kind).or_default().push((name, entity));
        }
    }
    rows
}

fn list(page: &mut Page, key: &str, by_kind: Rows<'_>, names: &Names) {
    if by_kind.is_empty() {
        page.offer(1, &format!("{key}: []"), "a list with lines under it loses its []");
        return;
    }
    page.offer(1, &format!("{key}:"), "");
    for (kind, entities) in by_kind {
        page.prose(2, kind.name());
        for (name, entity) in entities {
            page.offer(2, &format!("- {}", quoted(name)), &remark(entity, name, names));
        }
    }
}

/// What the export says of an entity, for the line that names it.
fn remark(entity: &Entity, name: &str, names: &Names) -> String {
    let mut parts = vec![match entity.verdict {
        Verdict::Unknown => "no verdict".to_owned(),
        verdict => verdict.to_string(),
    }];
    if entity.remediation != Remediation::Unknown {
        parts.push(format!("remediation {}", entity.remediation));
    }
    parts.push(format!("in {}", counted(entity.alerts.len(), "alert", "alerts")));
    if let Some(others) = names.bearers(name).checked_sub(1).filter(|others| *others > 0) {
        parts.push(format!("names {} more", counted(others, "entity", "entities")));
    }
    if name != entity.label() {
        parts.push(entity.label().to_owned());
    }
    if let Some(special) = special(entity) {
        parts.push(format!("it {}", special.what));
    }
    parts.join(", ")
}

/// How many entities each text names. A file name may be that of several files; its hash is that of one.
struct Names(BTreeMap<String, usize>);

impl Names {
    fn of(incident: &Incident) -> Self {
        let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
        for entity in &incident.entities {
            let own: BTreeSet<String> = identified(entity).map(str::to_lowercase).collect();
            own.into_iter().for_each(|name| *bearers.entry(name).or_default() += 1);
        }
        Self(bearers)
    }

    /// How many entities the text names.
    fn bearers(&self, name: &str) -> usize {
        self.0.get(&name.to_lowercase()).copied().unwrap_or_default()
    }

    /// The text by which a review should name the entity: what people know it by, unless that names others too and
    /// something else does not. `None` where no text of it names it.
    fn best<'e>(&self, entity: &'e Entity) -> Option<&'e str> {
        let mut naming = entity.kind.naming().iter().filter(|field| IDENTIFYING.contains(field));
        let known_by = naming.find_map(|field| Some((*field, entity.get(*field)?)));
        // An account and its mailbox share their address, and a review means both by it.
        if let Some((Field::Upn | Field::Address, address)) = known_by {
            return Some(address);
        }
        let candidates = || known_by.map(|(_, name)| name).into_iter().chain(identified(entity));
        candidates().find(|name| self.bearers(name) == 1).or_else(|| candidates().next())
    }
}

fn timeline(page: &mut Page, incident: &Incident) {
    let times =
        |of: fn(&Alert) -> Option<&String>| incident.alerts.iter().filter_map(move |alert| time(of(alert)?));
    let is_over = incident.status == Status::Resolved;
    let alerts_are_over =
        incident.alerts.iter().all(|alert| alert.resolved.as_deref().and_then(time).is_some());
    // An incident that comes without its alerts may say itself when it all began and ended.
    let own = |known: Option<Timestamp>, own: &Option<String>| known.or_else(|| own.as_ref().and_then(time));
    let began = times(|alert| alert.first_activity.as_ref()).min();
    let detected = times(|alert| alert.created.as_ref()).min();
    let over = times(|alert| alert.resolved.as_ref()).max();
    let marks = [
        ("first_activity", own(began, &incident.first_activity), "the attacker's first act"),
        ("detected", own(detected, &incident.created), "the first alert"),
        ("acknowledged", None, "somebody took it up"),
        ("contained", None, "the attacker was stopped"),
        (
            "resolved",
            own(over.filter(|_| alerts_are_over), &incident.resolved).filter(|_| is_over),
            "all was back to normal",
        ),
    ];
    page.gap();
    page.prose(
        0,
        "When did what happen? What the export knows is filled in; correct it where people know better.",
    );
    // A key without a value would be no mapping, which the schema refuses.
    if marks.iter().any(|(_, known, _)| known.is_some()) {
        page.fact(0, "timeline:", "");
    } else {
        page.offer(0, "timeline:", "");
    }
    for (key, known, meaning) in marks {
        match known {
            Some(known) => page.fact(1, &format!("{key}: {}", quoted(&known.to_string())), meaning),
            None => page.offer(1, &format!("{key}: {}", quoted(TIME)), meaning),
        }
    }
}

/// A time with its zone. The products write the year 1 where they mean that there is none.
fn time(text: impl AsRef<str>) -> Option<Timestamp> {
    text.as_ref().parse().ok().filter(|time| *time > Timestamp::UNIX_EPOCH)
}

/// What no export has: the work done by hand, the lessons, the decisions.
fn by_hand(page: &mut Page) {
    page.gap();
    page.prose(
        0,
        "What was done by hand, and how long did it take? `pattern` is the one that would have done it.",
    );
    page.fact(0, "actions: []", "a list with lines under it loses its []");
    page.offer(1, "- action: \"Revoked the sessions of the account\"", "");
    page.offer(2, "by: \"Who did it\"", "");
    page.offer(2, "minutes: 10", "");
    page.offer(2, "pattern: \"identity/revoke-sessions\"", "");
    page.gap();
    page.prose(0, "What was learnt? The area is process, configuration or training.");
    page.fact(0, "lessons: []", "");
    page.offer(1, "- area: \"process\"", "");
    page.offer(2, "text: \"What to do otherwise next time\"", "");
    page.gap();
    page.prose(0, "Must a pattern be used, or must it not? `counterflow plan` with this file shows what would be chosen, and");
    page.prose(0, "`counterflow patterns list` prints all of them. The decision is require or forbid.");
    page.fact(0, "decisions: []", "");
    page.offer(1, "- pattern: \"network/block-ip\"", "");
    page.offer(2, "decision: \"forbid\"", "");
    page.offer(2, "reason: \"Why; people read it in the plan\"", "");
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
