//! The plan: what would be built, and why, for people and for machines.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use crate::data::attack;
use crate::ingest::{EntityKind, Field, Incident};
use crate::plan::{Plan, Playbook};
use crate::review::{Origin, Reviewed, Technique};
use crate::select::{Chosen, Finding, LeftOut, Mode, Reason, Refusal, Selection};

/// The plan as a JSON object. With the playbooks it also traces techniques to actions.
pub fn json(reviewed: &Reviewed, selection: &Selection, mode: Mode, playbooks: Option<&Plan>) -> Json {
    let incident = reviewed.incident();
    let mut plan = json!({
        "generator": "counterflow",
        "form": incident.form.name(),
        "reviewed": reviewed.is_reviewed(),
        "mode": mode.name(),
        "incident": {
            "id": incident.id,
            "title": incident.title,
            "severity": incident.severity.map(crate::ingest::incident::Severity::name),
            "status": incident.status.name(),
            "classification": incident.classification.name(),
            "alerts": incident.alerts.len(),
            "entities": incident.entities.len(),
        },
        "attack": attack::version(),
        "techniques": reviewed.techniques().iter().map(|t| technique(incident, t)).collect::<Vec<_>>(),
        "chosen": selection.chosen.iter().map(|c| chosen(incident, c)).collect::<Vec<_>>(),
        "refused": selection.refused.iter().map(|refused| json!({
            "pattern": refused.pattern,
            "title": refused.title,
            "reasons": refused.reasons.iter().map(|reason| json!({
                "code": reason.code(),
                "text": reason.to_string(),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "uncovered": selection.uncovered.iter().map(|id| uncovered(id)).collect::<Vec<_>>(),
    });
    if let Some(Plan { main, .. }) = playbooks {
        plan["playbook"] = json!({ "name": main.name, "description": main.description });
        plan["traceability"] = traceability(reviewed, selection, main);
    }
    plan
}

fn technique(incident: &Incident, technique: &Technique) -> Json {
    let (origin, remark) = match &technique.origin {
        Origin::Alert => ("alert", None),
        Origin::Confirmed => ("confirmed", None),
        Origin::Added(evidence) => ("added", Some(evidence)),
        Origin::Rejected(reason) => ("rejected", Some(reason)),
    };
    json!({
        "id": technique.resolved.id,
        "original": technique.resolved.original,
        "name": technique.resolved.technique().map(|found| found.full_name()),
        "origin": origin,
        "remark": remark,
        "note": technique.resolved.note(),
        "alerts": technique.alerts.iter().map(|at| incident.alerts[*at].id.as_str()).collect::<Vec<_>>(),
    })
}

fn chosen(incident: &Incident, chosen: &Chosen) -> Json {
    json!({
        "pattern": chosen.pattern.id,
        "title": chosen.pattern.title,
        "phase": chosen.pattern.phase,
        "disruption": chosen.pattern.disruption,
        "destructive": chosen.pattern.destructive,
        "reversed_by": chosen.pattern.reversed_by,
        "approval": chosen.approval,
        "proof": chosen.proof,
        "reasons": chosen.reasons.iter().map(reason).collect::<Vec<_>>(),
        "targets": chosen.targets.iter().map(|at| label(incident, *at)).collect::<Vec<_>>(),
        "left_out": chosen.left_out.iter().map(|left| left_out(incident, left)).collect::<Vec<_>>(),
        "mitigations": chosen.pattern.mitigations,
        "d3fend": chosen.pattern.d3fend,
    })
}

/// What a person recognises an entity by. All copies of a message have one subject: the recipient tells them apart.
fn label(incident: &Incident, at: usize) -> String {
    let entity = &incident.entities[at];
    match entity.get(Field::Recipient).filter(|_| entity.kind == EntityKind::Message) {
        Some(recipient) => format!("{} to {recipient}", entity.label()),
        None => entity.label().to_owned(),
    }
}

fn reason(reason: &Reason) -> Json {
    let (kind, value) = finding(&reason.finding);
    json!({ "finding": kind, "value": value, "because": reason.because })
}

fn finding(finding: &Finding) -> (&'static str, Option<String>) {
    match finding {
        Finding::Required => ("review", None),
        Finding::Technique(id) => ("technique", Some(id.clone())),
        Finding::Tactic(tactic) => ("tactic", Some(tactic.clone())),
        Finding::Category(category) => ("category", Some(category.clone())),
        Finding::Verdict(verdict) => ("verdict", Some(verdict.name().to_owned())),
        Finding::Always => ("always", None),
    }
}

fn left_out(incident: &Incident, left: &LeftOut) -> Json {
    json!({ "entity": label(incident, left.entity), "why": left.why.to_string() })
}

fn uncovered(id: &str) -> Json {
    let mitigations: Vec<Json> =
        attack::mitigations(id).map(|m| json!({ "id": m.id, "name": m.name })).collect();
    json!({ "id": id, "name": attack::technique(id).map(|t| t.full_name()), "mitigations": mitigations })
}

/// Technique → pattern → the actions of that pattern in the playbook.
fn traceability(reviewed: &Reviewed, selection: &Selection, playbook: &Playbook) -> Json {
    let mut actions: Map<String, Json> = Map::new();
    playbook.walk(&mut |step| {
        if let Some(pattern) = &step.pattern {
            let entry = actions.entry(pattern.clone()).or_insert_with(|| json!([]));
            if let Json::Array(names) = entry {
                names.push(json!(step.name));
            }
        }
    });
    let answers = |chosen: &Chosen, id: &str| {
        chosen
            .reasons
            .iter()
            .any(|reason| matches!(&reason.finding, Finding::Technique(found) if found == id))
    };
    reviewed
        .counted_techniques()
        .map(|technique| {
            let id = technique.resolved.id.as_str();
            let patterns = selection.chosen.iter().filter(|chosen| answers(chosen, id)).map(
                |chosen| json!({ "pattern": chosen.pattern.id, "actions": actions.get(&chosen.pattern.id) }),
            );
            json!({ "technique": id, "patterns": patterns.collect::<Vec<_>>() })
        })
        .collect()
}

/// The plan as text for a terminal. Texts of the incident are shown without control characters.
pub fn text(reviewed: &Reviewed, selection: &Selection, mode: Mode) -> String {
    let incident = reviewed.incident();
    let mut out = String::new();
    let review = if reviewed.is_reviewed() { "reviewed" } else { "unreviewed" };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "Incident {}: {}", shown(&incident.id), shown(&incident.title));
    let _ = writeln!(
        out,
        "{}, {review}, {}, {}, {}",
        incident.form.title(),
        incident.severity.map_or("severity unknown", |severity| severity.name()),
        counted(incident.alerts.len(), "alert", "alerts"),
        counted(incident.entities.len(), "entity", "entities"),
    );
    techniques_text(&mut out, reviewed);
    let _ = writeln!(out, "\nChosen ({} playbook)", mode.name());
    for chosen in &selection.chosen {
        let approval = if chosen.approval { ", after approval" } else { "" };
        let _ = writeln!(
            out,
            "  {}  {}\n    {}, disruption {}{approval}",
            chosen.pattern.id,
            chosen.pattern.title,
            chosen.pattern.phase.title().to_lowercase(),
            chosen.pattern.disruption,
        );
        for reason in &chosen.reasons {
            let _ = writeln!(out, "    because of {}: {}", finding_text(&reason.finding), reason.because);
        }
        if !chosen.targets.is_empty() {
            let labels: Vec<String> = chosen.targets.iter().map(|at| shown(&label(incident, *at))).collect();
            let _ = writeln!(out, "    on {}", abridged(&labels));
        }
        for left in abridge_left_out(incident, &chosen.left_out) {
            let _ = writeln!(out, "    not on {left}");
        }
    }
    let _ = writeln!(out, "\nRefused");
    let (rollback, refused): (Vec<_>, Vec<_>) =
        selection.refused.iter().partition(|refused| refused.reasons == [Refusal::OnlyRollback]);
    for refused in refused {
        let reasons: Vec<String> = refused.reasons.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "  {}  {}", refused.pattern, shown(&reasons.join("; ")));
    }
    if !rollback.is_empty() {
        let ids: Vec<&str> = rollback.iter().map(|refused| refused.pattern.as_str()).collect();
        let _ = writeln!(out, "\nOnly in a rollback\n  {}", ids.join(", "));
    }
    if !selection.uncovered.is_empty() {
        let _ = writeln!(out, "\nTechniques that no chosen pattern answers");
        for id in &selection.uncovered {
            let name = attack::technique(id).map_or_else(String::new, |technique| technique.full_name());
            let _ = writeln!(out, "  {}  {name}", shown(id));
        }
    }
    out
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn techniques_text(out: &mut String, reviewed: &Reviewed) {
    if reviewed.techniques().is_empty() {
        let _ = writeln!(out, "\nNo technique is named; categories and verdicts decide.");
        return;
    }
    let _ = writeln!(out, "\nTechniques");
    for technique in reviewed.techniques() {
        let name = technique.resolved.technique().map_or("unknown", |found| found.name);
        let origin = match &technique.origin {
            Origin::Alert => String::new(),
            Origin::Confirmed => ", confirmed".to_owned(),
            Origin::Added(evidence) => format!(", added by the review: {}", shown(evidence)),
            Origin::Rejected(reason) => format!(", rejected by the review: {}", shown(reason)),
        };
        let _ = writeln!(out, "  {}  {name}{origin}", shown(&technique.resolved.id));
        if let Some(note) = technique.resolved.note() {
            let _ = writeln!(out, "    {}", shown(&note));
        }
    }
}

fn finding_text(finding: &Finding) -> String {
    match finding {
        Finding::Required => "the review".to_owned(),
        Finding::Technique(id) => id.clone(),
        Finding::Tactic(tactic) => format!("tactic {tactic}"),
        Finding::Category(category) => format!("category {}", shown(category)),
        Finding::Verdict(verdict) => format!("verdict {verdict}"),
        Finding::Always => "every incident".to_owned(),
    }
}

/// The first few, and how many more.
fn abridged(labels: &[String]) -> String {
    const SHOWN: usize = 6;
    let mut text = labels.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if labels.len() > SHOWN {
        let _ = write!(text, " and {} more", labels.len() - SHOWN);
    }
    text
}

/// One line for each reason, with the entities it is for.
fn abridge_left_out(incident: &Incident, left_out: &[LeftOut]) -> Vec<String> {
    let mut by_reason: indexmap::IndexMap<String, Vec<String>> = indexmap::IndexMap::new();
    for left in left_out {
        let label = shown(&label(incident, left.entity));
        by_reason.entry(left.why.to_string()).or_default().push(label);
    }
    by_reason.into_iter().map(|(why, labels)| format!("{}: {why}", abridged(&labels))).collect()
}

/// Text of the incident as a terminal may show it: no control or direction-changing character, and not too long.
fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    let visible = super::text::visible(text).replace(['\n', '\t', char::REPLACEMENT_CHARACTER], " ");
    let mut clean: String = visible.chars().take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        clean.push('…');
    }
    clean.trim().to_owned()
}
