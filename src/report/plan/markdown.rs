//! The plan as Markdown, for a ticket or a pull request.
//!
//! Everything that the export or the review wrote goes through [`plain`]: of an attacker's text nothing becomes a link,
//! a table cell, a heading or HTML.

use std::fmt::Write as _;

use super::text::shown;
use super::view::{self, View, abridged, distinct, finding_text};
use crate::data::attack;
use crate::review::Origin;
use crate::select::{Chosen, Reason};

pub(super) fn render(view: &View<'_>) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    heading(&mut out, view);
    review(&mut out, view);
    techniques(&mut out, view);
    chosen(&mut out, view);
    rollback(&mut out, view);
    refused(&mut out, view);
    lacks(&mut out, view);
    uncovered(&mut out, view);
    out
}

fn heading(out: &mut String, view: &View<'_>) {
    let incident = view.incident();
    let _ = writeln!(out, "# Response plan for incident {}\n", plain(&incident.id));
    let _ = writeln!(out, "{}\n", plain(&incident.title));
    let _ = writeln!(out, "{}.", view.facts("**unreviewed**"));
}

fn review(out: &mut String, view: &View<'_>) {
    let Some(review) = view.review() else { return };
    let by: Vec<String> = review.reviewed.by.iter().map(|name| plain(name)).collect();
    let on = review.reviewed.on.as_deref().map(|day| format!(" on {}", plain(day))).unwrap_or_default();
    let _ = writeln!(out, "\n## Review\n\nBy {}{on}.\n", by.join(", "));
    let classification = review.classification.map(|found| found.name().to_owned());
    let minutes = view.minutes().map(|minutes| minutes.to_string());
    let mut rows = vec![
        ("Classification".to_owned(), classification),
        ("Determination".to_owned(), review.determination.as_deref().map(plain)),
        ("Minutes by hand".to_owned(), minutes),
    ];
    for (name, time) in review.timeline.marks() {
        rows.push((name.replace('_', " "), time.map(plain)));
    }
    table(out, &["Fact", "Value"], rows.into_iter().filter_map(|(name, value)| Some(vec![name, value?])));
    if !review.actions.is_empty() {
        let _ = writeln!(out, "\nDone by hand:\n");
        let rows = review.actions.iter().map(|action| {
            let said = |text: Option<&str>| text.map(plain).unwrap_or_default();
            let minutes = action.minutes.map_or_else(String::new, |minutes| minutes.to_string());
            vec![plain(&action.action), said(action.by.as_deref()), minutes, said(action.pattern.as_deref())]
        });
        table(out, &["Action", "By", "Minutes", "Pattern that would have done it"], rows);
    }
    if !review.lessons.is_empty() {
        let _ = writeln!(out, "\nLessons:\n");
        for lesson in &review.lessons {
            let _ = writeln!(out, "- {}: {}", lesson.area.name(), plain(&lesson.text));
        }
    }
}

fn techniques(out: &mut String, view: &View<'_>) {
    let _ = writeln!(out, "\n## Techniques\n");
    if view.reviewed.techniques().is_empty() {
        let _ = writeln!(out, "No technique is named; categories and verdicts decide.");
        return;
    }
    let rows = view.reviewed.techniques().iter().map(|technique| {
        let name =
            technique.resolved.technique().map_or_else(|| "unknown".to_owned(), |found| found.full_name());
        let origin = match &technique.origin {
            Origin::Alert => "alert".to_owned(),
            Origin::Confirmed => "confirmed".to_owned(),
            Origin::Added(evidence) => format!("added: {}", plain(evidence)),
            Origin::Rejected(reason) => format!("rejected: {}", plain(reason)),
        };
        let note = technique.resolved.note().map(|note| format!(" ({})", plain(&note))).unwrap_or_default();
        let id = &technique.resolved.id;
        let answers: Vec<&str> = view.answers(id).map(|(pattern, _)| pattern).collect();
        vec![plain(id), format!("{}{note}", plain(&name)), origin, answers.join(", ")]
    });
    table(out, &["Technique", "Name", "Origin", "Answered by"], rows);
}

fn chosen(out: &mut String, view: &View<'_>) {
    let _ = writeln!(out, "\n## Chosen, in this order ({} playbook)\n", view.mode.name());
    let rows = view.selection.chosen.iter().enumerate().map(|(at, chosen)| {
        let pattern = &chosen.pattern;
        vec![
            (at + 1).to_string(),
            pattern.id.clone(),
            plain(&pattern.title),
            pattern.phase.title().to_lowercase(),
            pattern.disruption.to_string(),
            conditions(chosen),
            listed(view, &chosen.targets),
        ]
    });
    table(out, &["", "Pattern", "What it does", "Phase", "Disruption", "Only", "On"], rows);
    for chosen in &view.selection.chosen {
        let _ = writeln!(out, "\n### {}\n", chosen.pattern.id);
        for Reason { finding, because } in &chosen.reasons {
            let _ = writeln!(out, "- because of {}: {}", finding_text(finding, plain), plain(because));
        }
        for (why, entities) in view.left_out(&chosen.left_out) {
            let _ = writeln!(out, "- not on {}: {}", listed(view, &entities), plain(&why));
        }
    }
}

fn conditions(chosen: &Chosen) -> String {
    let mut conditions = Vec::new();
    if chosen.approval {
        conditions.push("after approval");
    }
    if chosen.proof {
        conditions.push("with proof at run time");
    }
    if chosen.pattern.destructive {
        conditions.push("cannot be undone");
    }
    conditions.join(", ")
}

fn rollback(out: &mut String, view: &View<'_>) {
    if view.selection.rollback.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## In the rollback playbook, after approval\n");
    let rows = view.selection.rollback.iter().map(|one| {
        let of: Vec<&str> = one.taken_back().collect();
        vec![one.pattern.id.clone(), plain(&one.pattern.title), of.join(", ")]
    });
    table(out, &["Pattern", "What it does", "Takes back"], rows);
}

fn refused(out: &mut String, view: &View<'_>) {
    let (asked, unasked) = view.refused();
    let _ = writeln!(out, "\n## Refused\n");
    let rows = asked.into_iter().chain(unasked).map(|refused| {
        let why: Vec<String> = view::telling(refused).map(|reason| plain(&reason.to_string())).collect();
        let asked = refused.asked.iter().map(|reason| finding_text(&reason.finding, plain));
        vec![refused.pattern.clone(), why.join("; "), abridged(&distinct(asked))]
    });
    table(out, &["Pattern", "Why not", "Asked for by"], rows);
    let rollback = view.only_rollback();
    if !rollback.is_empty() {
        let _ = writeln!(out, "\nOnly in a rollback: {}.", rollback.join(", "));
    }
}

fn lacks(out: &mut String, view: &View<'_>) {
    let lacks = view.lacks();
    if lacks.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## Identifiers that the export does not say\n");
    let rows = lacks.into_iter().map(|lack| {
        let fields: Vec<&str> = lack.need.any_of.iter().map(|field| field.name()).collect();
        let found = if lack.looked_up { "yes" } else { "no" };
        let of = format!("{} {}", lack.kind, listed(view, &lack.entities));
        vec![fields.join(" or "), of, lack.need.purpose.to_owned(), found.to_owned()]
    });
    table(out, &["Missing", "Of", "Needed to", "Looked up at run time"], rows);
}

fn uncovered(out: &mut String, view: &View<'_>) {
    if view.selection.uncovered.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## Techniques that no chosen pattern answers\n");
    let rows = view.selection.uncovered.iter().map(|id| {
        let name = attack::technique(id).map_or_else(String::new, |technique| technique.full_name());
        let patterns: Vec<&str> = view.would_answer(id).map(|refused| refused.pattern.as_str()).collect();
        let mitigations: Vec<String> =
            view.mitigations(id).into_iter().map(|(id, name)| format!("{id} {}", plain(name))).collect();
        vec![plain(id), plain(&name), patterns.join(", "), abridged(&mitigations)]
    });
    table(out, &["Technique", "Name", "Refused, but would answer it", "Mitigations of ATT&CK"], rows);
}

/// A table. Cells are Markdown on one line, in which every foreign text is [`plain`].
fn table(out: &mut String, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let heads: Vec<String> = heads.iter().map(|head| plain(head)).collect();
    let _ = writeln!(out, "{}", line(&heads));
    let _ = writeln!(out, "|{}", " --- |".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(out, "{}", line(&row));
    }
}

fn listed(view: &View<'_>, entities: &[usize]) -> String {
    abridged(&distinct(entities.iter().map(|at| plain(view.label(*at)))))
}

/// A text as Markdown that shows it and nothing else: one line, bounded, without what hides or turns text, every character
/// that could be markup escaped. Escaped colons and `www` keep GitHub from making links of bare addresses, a reference
/// in place of `@` from telling people of their name.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in shown(text).chars() {
        match c {
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '+' | '!' | '|' | '~'
            | '&' | ':' | '$' | '=' | '^' | '"' => out.extend(['\\', c]),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("\\."),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_foreign_is_markup() {
        let cases = [
            ("a|b\nc", "a\\|b c"),
            ("[x](https://evil.example)", "\\[x\\](https\\://evil.example)"),
            ("<img src=x onerror=1>", "\\<img src\\=x onerror\\=1\\>"),
            ("WWW.evil.example", "WWW\\.evil.example"),
            ("`code` **b** _i_ ~s~", "\\`code\\` \\*\\*b\\*\\* \\_i\\_ \\~s\\~"),
            ("\u{202E}gnp.exe", "gnp.exe"),
            ("mara@contoso.example", "mara&#64;contoso.example"),
            ("&lt;script&gt;", "\\&lt;script\\&gt;"),
            ("10.0.0.1", "10.0.0.1"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }
}
