//! The plan as text for a terminal.

use std::fmt::Write as _;

use super::view::{self, View, abridged, counted, distinct, finding_text};
use crate::data::attack;
use crate::review::{Origin, Technique};
use crate::select::{Chosen, Reason, Refused};

pub(super) fn render(view: &View<'_>) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    heading(&mut out, view);
    review(&mut out, view);
    techniques(&mut out, view);
    let _ = writeln!(out, "\nChosen ({} playbook)", view.mode.name());
    for one in &view.selection.chosen {
        chosen(&mut out, view, one);
    }
    rollback(&mut out, view);
    refused(&mut out, view);
    lacks(&mut out, view);
    uncovered(&mut out, view);
    out
}

fn heading(out: &mut String, view: &View<'_>) {
    let incident = view.incident();
    let _ = writeln!(out, "Incident {}: {}", shown(&incident.id), shown(&incident.title));
    let _ = writeln!(out, "{}", view.facts("unreviewed"));
}

fn review(out: &mut String, view: &View<'_>) {
    let Some(review) = view.review() else { return };
    let by: Vec<String> = review.reviewed.by.iter().map(|name| shown(name)).collect();
    let on = review.reviewed.on.as_deref().map(|day| format!(" on {}", shown(day))).unwrap_or_default();
    let _ = writeln!(out, "\nReview by {}{on}", by.join(", "));
    let judged: Vec<String> = [
        review.classification.map(|classification| classification.name().to_owned()),
        review.determination.as_deref().map(shown),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !judged.is_empty() {
        let _ = writeln!(out, "  {}", judged.join(", "));
    }
    for (name, time) in review.timeline.marks() {
        if let Some(time) = time {
            let _ = writeln!(out, "  {:<15} {}", name.replace('_', " "), shown(time));
        }
    }
    if !review.actions.is_empty() {
        let minutes = view.minutes().map_or_else(String::new, |minutes| format!(", {minutes} minutes"));
        let count = counted(review.actions.len(), "action", "actions");
        let _ = writeln!(out, "  done by hand: {count}{minutes}");
        for action in &review.actions {
            let minutes = action.minutes.map_or_else(String::new, |minutes| format!(" ({minutes} minutes)"));
            let instead = action.pattern.as_deref().map_or_else(String::new, |id| format!(": {}", shown(id)));
            let _ = writeln!(out, "    {}{minutes}{instead}", shown(&action.action));
        }
    }
    for lesson in &review.lessons {
        let _ = writeln!(out, "  lesson, {}: {}", lesson.area.name(), shown(&lesson.text));
    }
}

fn techniques(out: &mut String, view: &View<'_>) {
    if view.reviewed.techniques().is_empty() {
        let _ = writeln!(out, "\nNo technique is named; categories and verdicts decide.");
        return;
    }
    let _ = writeln!(out, "\nTechniques");
    for technique in view.reviewed.techniques() {
        let id = &technique.resolved.id;
        let _ = writeln!(out, "  {}  {}{}", shown(id), name(technique), origin(technique));
        if let Some(note) = technique.resolved.note() {
            let _ = writeln!(out, "    {}", shown(&note));
        }
        let answers: Vec<&str> = view.answers(id).map(|(pattern, _)| pattern).collect();
        if !answers.is_empty() {
            let _ = writeln!(out, "    answered by {}", answers.join(", "));
        }
    }
}

fn name(technique: &Technique) -> String {
    technique.resolved.technique().map_or_else(|| "unknown".to_owned(), |found| found.full_name())
}

fn origin(technique: &Technique) -> String {
    match &technique.origin {
        Origin::Alert => String::new(),
        Origin::Confirmed => ", confirmed".to_owned(),
        Origin::Added(evidence) => format!(", added by the review: {}", shown(evidence)),
        Origin::Rejected(reason) => format!(", rejected by the review: {}", shown(reason)),
    }
}

fn chosen(out: &mut String, view: &View<'_>, chosen: &Chosen) {
    let pattern = &chosen.pattern;
    let _ = writeln!(out, "  {}  {}", pattern.id, pattern.title);
    let mut facts = vec![pattern.phase.title().to_lowercase(), format!("disruption {}", pattern.disruption)];
    if pattern.destructive {
        facts.push("cannot be undone".to_owned());
    }
    if chosen.approval {
        facts.push("after approval".to_owned());
    }
    if chosen.proof {
        facts.push("only where the run finds proof".to_owned());
    }
    let _ = writeln!(out, "    {}", facts.join(", "));
    for (findings, because) in together(&chosen.reasons) {
        let _ = writeln!(out, "    because of {findings}: {because}");
    }
    if !chosen.targets.is_empty() {
        let _ = writeln!(out, "    on {}", listed(view, &chosen.targets));
    }
    for (why, entities) in view.left_out(&chosen.left_out) {
        let _ = writeln!(out, "    not on {}: {why}", listed(view, &entities));
    }
}

/// What the rollback playbook takes back.
fn rollback(out: &mut String, view: &View<'_>) {
    if view.selection.rollback.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nIn the rollback playbook, after approval");
    for one in &view.selection.rollback {
        let of: Vec<&str> = one.taken_back().collect();
        let pattern = &one.pattern;
        let _ = writeln!(out, "  {}  {}\n    takes back {}", pattern.id, pattern.title, of.join(", "));
    }
}

/// Reasons with the findings that share them: a pattern often says one thing of several techniques.
fn together(reasons: &[Reason]) -> Vec<(String, String)> {
    let mut by_because: indexmap::IndexMap<&str, Vec<String>> = indexmap::IndexMap::new();
    for reason in reasons {
        by_because.entry(&reason.because).or_default().push(finding_text(&reason.finding, shown));
    }
    by_because.into_iter().map(|(because, findings)| (findings.join(", "), shown(because))).collect()
}

fn refused(out: &mut String, view: &View<'_>) {
    let (asked, unasked) = view.refused();
    if !asked.is_empty() {
        let _ = writeln!(out, "\nAsked for, but refused");
        for one in asked {
            let findings: Vec<String> =
                one.asked.iter().map(|reason| finding_text(&reason.finding, shown)).collect();
            let _ = writeln!(out, "  {}  {}", one.pattern, why(one));
            let _ = writeln!(out, "    asked for by {}", abridged(&distinct(findings)));
        }
    }
    if !unasked.is_empty() {
        let _ = writeln!(out, "\nRefused");
        for (why, patterns) in by_reason(&unasked) {
            let _ = writeln!(out, "  {why}: {}", patterns.join(", "));
        }
    }
    let rollback = view.only_rollback();
    if !rollback.is_empty() {
        let _ = writeln!(out, "\nOnly in a rollback\n  {}", rollback.join(", "));
    }
}

fn why(refused: &Refused) -> String {
    let reasons: Vec<String> = view::telling(refused).map(|reason| shown(&reason.to_string())).collect();
    reasons.join("; ")
}

/// Patterns that nothing asks for, by their reason: with a library of any size most have the same few.
fn by_reason<'p>(refused: &[&'p Refused]) -> Vec<(String, Vec<&'p str>)> {
    let mut by_reason: indexmap::IndexMap<String, Vec<&str>> = indexmap::IndexMap::new();
    for one in refused {
        by_reason.entry(why(one)).or_default().push(&one.pattern);
    }
    by_reason.into_iter().collect()
}

fn lacks(out: &mut String, view: &View<'_>) {
    let lacks = view.lacks();
    if lacks.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nIdentifiers that the export does not say");
    for lack in lacks {
        let fields: Vec<&str> = lack.need.any_of.iter().map(|field| field.name()).collect();
        let found = if lack.looked_up { "looked up at run time" } else { "not looked up" };
        let _ = writeln!(
            out,
            "  {} of {} {}: {found}; needed to {}",
            fields.join(" or "),
            lack.kind,
            listed(view, &lack.entities),
            lack.need.purpose,
        );
    }
}

fn uncovered(out: &mut String, view: &View<'_>) {
    if view.selection.uncovered.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nTechniques that no chosen pattern answers");
    for id in &view.selection.uncovered {
        let name = attack::technique(id).map_or_else(String::new, |technique| technique.full_name());
        let _ = writeln!(out, "  {}  {name}", shown(id));
        let patterns: Vec<&str> = view.would_answer(id).map(|refused| refused.pattern.as_str()).collect();
        if !patterns.is_empty() {
            let _ = writeln!(out, "    refused, but would answer it: {}", patterns.join(", "));
        }
        let mitigations: Vec<String> =
            view.mitigations(id).into_iter().map(|(id, name)| format!("{id} {name}")).collect();
        if !mitigations.is_empty() {
            let _ = writeln!(out, "    mitigations: {}", abridged(&mitigations));
        }
    }
}

fn listed(view: &View<'_>, entities: &[usize]) -> String {
    abridged(&distinct(entities.iter().map(|at| shown(view.label(*at)))))
}

/// Text of the incident as a terminal may show it: no control or direction-changing character, and not too long.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    let visible = crate::report::text::visible(text).replace(['\n', '\t', char::REPLACEMENT_CHARACTER], " ");
    let mut clean: String = visible.chars().take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        clean.push('…');
    }
    clean.trim().to_owned()
}
