//! From the parts of a story to the stages of its picture.

use super::story::{Card, Part, Stage};
use crate::select::Phase;

/// What stands between stages becomes stages too: what comes before the first prepares, what comes after the last reports.
pub(super) fn staged(parts: Vec<Part>) -> Vec<Stage> {
    let first = parts.iter().position(acts);
    let last = parts.iter().rposition(acts);
    let mut stages: Vec<Stage> = Vec::new();
    let mut loose: Option<Stage> = None;
    for (at, part) in parts.into_iter().enumerate() {
        let (title, when) = match &part {
            Part::Card(_) => ("Without asking anybody", None),
            _ if last.is_some_and(|last| at > last) => ("Report", Some("whatever happened before")),
            _ if first.is_some_and(|first| at < first) => ("Prepare", None),
            Part::Stage(stage) => {
                stages.extend(loose.take());
                stages.push(stage.clone());
                continue;
            }
            _ if stages.is_empty() => ("Prepare", None),
            _ => ("Then", None),
        };
        // Lines and exceptions join what is open; a card or the report opens something of its own.
        let fits =
            |open: &Stage| open.title == title || !matches!(title, "Without asking anybody" | "Report");
        if let Some(done) = loose.take_if(|open| !fits(open)) {
            stages.push(done);
        }
        let open = loose.get_or_insert_with(|| Stage {
            title: title.to_owned(),
            note: String::new(),
            when,
            asks: false,
            body: Vec::new(),
        });
        if !open.body.contains(&part) {
            open.body.push(part);
        }
    }
    stages.extend(loose);
    gathered(stages.into_iter().filter(|stage| !stage.body.is_empty()).collect())
}

/// Stages that follow each other and ask about one pattern each are one picture: they differ in the pattern alone.
fn gathered(stages: Vec<Stage>) -> Vec<Stage> {
    const TITLE: &str = "Each after a question of its own";
    let mut gathered: Vec<Stage> = Vec::new();
    for stage in stages {
        let card = lone_card(&stage).cloned();
        let before = gathered.last_mut().filter(|last| last.title == TITLE || lone_card(last).is_some());
        let (Some(card), Some(last)) = (card, before) else {
            gathered.push(stage);
            continue;
        };
        last.title = TITLE.to_owned();
        // Who could not be asked about what is said for each, and is the same for all.
        last.body.retain(|part| !matches!(part, Part::Aside(text) if text.contains("asked about")));
        let mut asking = last.body.iter_mut().filter_map(|part| match part {
            Part::Stage(inner) if inner.asks => Some(inner),
            _ => None,
        });
        if let Some(asking) = asking.next() {
            asking.title = "Approval".to_owned();
            asking.body.push(Part::Card(card));
        }
    }
    gathered
}

/// The pattern that a stage asks about, if it is one and the stage is no phase.
fn lone_card(stage: &Stage) -> Option<&Card> {
    let phases = [Phase::Prepare, Phase::Contain, Phase::Eradicate, Phase::Recover];
    if phases.iter().any(|phase| phase.title() == stage.title) {
        return None;
    }
    let asking = stage.body.iter().find_map(|part| match part {
        Part::Stage(inner) if inner.asks => Some(inner),
        _ => None,
    })?;
    let mut cards = asking.body.iter().filter_map(|part| match part {
        Part::Card(card) => Some(card),
        _ => None,
    });
    let card = cards.next()?;
    cards.next().is_none().then_some(card)
}

/// Whether something is done in a part to targets, or somebody is asked: what a reader looks for.
fn acts(part: &Part) -> bool {
    match part {
        Part::Card(_) => true,
        Part::Stage(stage) => stage.asks || stage.body.iter().any(acts),
        Part::Line { .. } | Part::Aside(_) => false,
    }
}
