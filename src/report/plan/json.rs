//! The plan as one JSON object, after `schemas/plan.schema.json`. Texts of the incident stand as they came.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::view::View;
use crate::data::attack;
use crate::ingest::Field;
use crate::plan::{Plan, Playbook};
use crate::review::{Origin, Review, Standing, Technique};
use crate::select::{Chosen, Finding, LeftOut, Reason, Refusal, Refused};

pub(super) fn render(view: &View<'_>, playbooks: &[(&str, &Plan)]) -> Json {
    let incident = view.incident();
    let mut plan = json!({
        "generator": "counterflow",
        "form": incident.form.name(),
        "reviewed": view.reviewed.is_reviewed(),
        "mode": view.mode.name(),
        "incident": {
            "id": incident.id,
            "title": incident.title,
            "severity": incident.severity.map(crate::ingest::incident::Severity::name),
            "status": incident.status.name(),
            "classification": incident.classification.name(),
            "determination": incident.determination,
            "alerts": incident.alerts.len(),
            "entities": incident.entities.len(),
        },
        "review": view.review().map(|found| review(view, found)),
        "attack": attack::version(),
        "techniques": view.reviewed.techniques().iter().map(|t| technique(view, t)).collect::<Vec<_>>(),
        "entities": entities(view),
        "chosen": view.selection.chosen.iter().map(|c| chosen(view, c)).collect::<Vec<_>>(),
        "rollback": view.selection.rollback.iter().map(taken_back).collect::<Vec<_>>(),
        "refused": view.selection.refused.iter().map(|one| refused(view, one)).collect::<Vec<_>>(),
        "uncovered": view.selection.uncovered.iter().map(|id| uncovered(view, id)).collect::<Vec<_>>(),
    });
    if let Some((_, first)) = playbooks.first() {
        plan["playbook"] = named(&first.main);
        plan["rollback_playbook"] = first.rollback.as_ref().map_or(Json::Null, named);
        plan["traceability"] = traceability(view, playbooks);
    }
    plan
}

/// What the review says that no pattern depends on, and what the figures of the work by hand come to.
fn review(view: &View<'_>, review: &Review) -> Json {
    let marks = review.timeline.marks();
    let timeline: Map<String, Json> =
        marks.into_iter().filter_map(|(name, time)| Some((name.to_owned(), json!(time?)))).collect();
    json!({
        "by": review.reviewed.by,
        "on": review.reviewed.on,
        "classification": review.classification.map(crate::ingest::Classification::name),
        "determination": review.determination,
        "timeline": timeline,
        "actions": review.actions.iter().map(|action| json!({
            "action": action.action,
            "by": action.by,
            "minutes": action.minutes,
            "pattern": action.pattern,
        })).collect::<Vec<_>>(),
        "minutes": view.minutes(),
        "lessons": review.lessons.iter().map(|lesson| json!({
            "area": lesson.area.name(),
            "text": lesson.text,
        })).collect::<Vec<_>>(),
    })
}

fn technique(view: &View<'_>, technique: &Technique) -> Json {
    let (origin, remark) = match &technique.origin {
        Origin::Alert => ("alert", None),
        Origin::Confirmed => ("confirmed", None),
        Origin::Added(evidence) => ("added", Some(evidence)),
        Origin::Rejected(reason) => ("rejected", Some(reason)),
    };
    let id = technique.resolved.id.as_str();
    let answers =
        view.answers(id).map(|(pattern, because)| json!({ "pattern": pattern, "because": because }));
    let alerts = &view.incident().alerts;
    json!({
        "id": id,
        "original": technique.resolved.original,
        "name": technique.resolved.technique().map(|found| found.full_name()),
        "origin": origin,
        "remark": remark,
        "note": technique.resolved.note(),
        "alerts": technique.alerts.iter().map(|at| alerts[*at].id.as_str()).collect::<Vec<_>>(),
        "answered_by": answers.collect::<Vec<_>>(),
    })
}

fn entities(view: &View<'_>) -> Vec<Json> {
    let lacks = view.lacks();
    let names = |fields: &[Field]| fields.iter().map(|field| field.name()).collect::<Vec<_>>();
    let entities = view.incident().entities.iter().enumerate();
    let one = entities.map(|(at, entity)| {
        let missing = lacks.iter().filter(|lack| lack.entities.contains(&at)).map(|lack| {
            json!({
                "fields": names(lack.need.any_of),
                "needed_to": lack.need.purpose,
                "looked_up": lack.looked_up,
            })
        });
        json!({
            "kind": entity.kind.name(),
            "name": view.label(at),
            "standing": match view.reviewed.standing(at) {
                Standing::Confirmed => "confirmed",
                Standing::Presumed => "presumed",
                Standing::Benign => "benign",
                Standing::Protected => "protected",
            },
            "verdict": entity.verdict.name(),
            "remediation": entity.remediation.name(),
            "alerts": entity.alerts.iter().map(|at| view.incident().alerts[*at].id.as_str()).collect::<Vec<_>>(),
            "missing": missing.collect::<Vec<_>>(),
        })
    });
    one.collect()
}

fn chosen(view: &View<'_>, chosen: &Chosen) -> Json {
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
        "targets": chosen.targets.iter().map(|at| view.label(*at)).collect::<Vec<_>>(),
        "left_out": chosen.left_out.iter().map(|left| left_out(view, left)).collect::<Vec<_>>(),
        "mitigations": chosen.pattern.mitigations,
        "d3fend": chosen.pattern.d3fend,
    })
}

fn named(playbook: &Playbook) -> Json {
    json!({ "name": playbook.name, "description": playbook.description })
}

/// A pattern of the rollback playbook.
fn taken_back(chosen: &Chosen) -> Json {
    json!({
        "pattern": chosen.pattern.id,
        "title": chosen.pattern.title,
        "takes_back": chosen.taken_back().collect::<Vec<_>>(),
        "approval": chosen.approval,
        "d3fend": chosen.pattern.d3fend,
    })
}

fn reason(reason: &Reason) -> Json {
    let (kind, value) = finding(&reason.finding);
    json!({ "finding": kind, "value": value, "because": reason.because })
}

fn finding(finding: &Finding) -> (&'static str, Option<&str>) {
    match finding {
        Finding::Required => ("review", None),
        Finding::Technique(id) => ("technique", Some(id)),
        Finding::Tactic(tactic) => ("tactic", Some(tactic)),
        Finding::Category(category) => ("category", Some(category)),
        Finding::Verdict(verdict) => ("verdict", Some(verdict.name())),
        Finding::Always => ("always", None),
        Finding::TakesBack(id) => ("takes-back", Some(id)),
    }
}

fn left_out(view: &View<'_>, left: &LeftOut) -> Json {
    json!({ "entity": view.label(left.entity), "code": left.why.code(), "why": left.why.to_string() })
}

fn refused(view: &View<'_>, refused: &Refused) -> Json {
    let left_alone = refused.reasons.iter().filter_map(|reason| match reason {
        Refusal::NoTarget { left_out } => Some(left_out),
        _ => None,
    });
    json!({
        "pattern": refused.pattern,
        "title": refused.title,
        "reasons": refused.reasons.iter().map(|reason| json!({
            "code": reason.code(),
            "text": reason.to_string(),
        })).collect::<Vec<_>>(),
        "asked": refused.asked.iter().map(reason).collect::<Vec<_>>(),
        "left_out": left_alone.flatten().map(|left| left_out(view, left)).collect::<Vec<_>>(),
    })
}

fn uncovered(view: &View<'_>, id: &str) -> Json {
    let mitigations: Vec<Json> =
        view.mitigations(id).into_iter().map(|(id, name)| json!({ "id": id, "name": name })).collect();
    let patterns: Vec<&str> = view.would_answer(id).map(|refused| refused.pattern.as_str()).collect();
    json!({
        "id": id,
        "name": attack::technique(id).map(|t| t.full_name()),
        "refused": patterns,
        "mitigations": mitigations,
    })
}

/// The names of the actions in some playbooks, by pattern and by the target whose playbook it is: where incidents never say what
/// a pattern needs, the playbook has none of it.
fn actions<'p>(playbooks: impl Iterator<Item = (&'p str, &'p Playbook)>) -> BTreeMap<String, Json> {
    let mut actions: BTreeMap<String, Json> = BTreeMap::new();
    for (target, playbook) in playbooks {
        playbook.walk(&mut |step| {
            let Some(pattern) = &step.pattern else { return };
            let by_target = actions.entry(pattern.clone()).or_insert_with(|| json!({}));
            match by_target[target].as_array_mut() {
                Some(names) => names.push(json!(step.name)),
                None => by_target[target] = json!([step.name]),
            }
        });
    }
    actions
}

/// Technique → pattern → the actions of that pattern, and those that take it back, of each target.
fn traceability(view: &View<'_>, playbooks: &[(&str, &Plan)]) -> Json {
    let main = actions(playbooks.iter().map(|(target, plan)| (*target, &plan.main)));
    let back = playbooks.iter().filter_map(|(target, plan)| Some((*target, plan.rollback.as_ref()?)));
    let back = actions(back);
    let by_target = |actions: &BTreeMap<String, Json>, pattern: &str| {
        actions.get(pattern).cloned().unwrap_or_else(|| json!({}))
    };
    let rollback = |id: &str| {
        let inverse = view.selection.rollback.iter().find(|inverse| inverse.takes_back(id));
        inverse.map_or(Json::Null, |inverse| {
            let id = inverse.pattern.id.as_str();
            json!({ "pattern": id, "actions": by_target(&back, id) })
        })
    };
    let traced = view.reviewed.counted_techniques().map(|technique| {
        let id = technique.resolved.id.as_str();
        let patterns = view.answers(id).map(|(pattern, _)| {
            json!({ "pattern": pattern, "actions": by_target(&main, pattern), "rollback": rollback(pattern) })
        });
        json!({ "technique": id, "patterns": patterns.collect::<Vec<_>>() })
    });
    traced.collect()
}
