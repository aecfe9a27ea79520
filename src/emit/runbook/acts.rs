//! What each target does of the plan, and when it asks: the incidents of one may name what those of another never do.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::Told;
use super::steps::Numbered;
use crate::emit::{self, Target};
use crate::plan::ir::{Step, StepKind};
use crate::plan::{self, Playbook};
use crate::select::{Chosen, Mode, Pattern};

/// When a pattern acts in a target; never, where neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct When {
    /// Without a question: all of it, or what was judged.
    unasked: bool,
    /// After a yes.
    asked: bool,
}

impl When {
    /// In words, after the name of a pattern or a target.
    fn words(self) -> &'static str {
        match (self.unasked, self.asked) {
            (true, true) => "at once where it was judged, else after approval",
            (true, false) => "without a question",
            (false, true) => "after approval",
            (false, false) => "never, because its incidents do not say what it needs",
        }
    }
}

/// When the patterns act, by target. A target whose playbook can never act is among them only where none can: people are
/// then told what it would do.
pub(super) struct Acts {
    targets: Vec<(Target, BTreeMap<String, When>)>,
    /// Titles of the targets whose playbook can never act.
    pub never: Vec<&'static str>,
}

impl Acts {
    /// Reads the playbooks of each target.
    pub(super) fn of(told: &Told<'_>) -> Self {
        let (never, able): (Vec<_>, Vec<_>) =
            told.targets.iter().partition(|(target, _)| is_never_meant(told, *target));
        let shown = if able.is_empty() { &never } else { &able };
        Self {
            targets: shown.iter().map(|(target, plan)| (*target, read(&plan.main))).collect(),
            never: never.iter().map(|(target, _)| target.host().title()).collect(),
        }
    }

    /// Whether any playbook asks about one of some patterns.
    pub(super) fn ask<'c>(&self, chosen: impl IntoIterator<Item = &'c Chosen>) -> bool {
        let asks = |id: &str| self.targets.iter().any(|(_, acts)| acts.get(id).is_some_and(|one| one.asked));
        chosen.into_iter().any(|one| asks(&one.pattern.id))
    }

    /// Whether a pattern acts, and nobody is asked about it anywhere.
    pub(super) fn is_unasked(&self, pattern: &Pattern) -> bool {
        let mut found = self.targets.iter().filter_map(|(_, acts)| acts.get(&pattern.id)).peekable();
        found.peek().is_some() && found.all(|when| !when.asked)
    }

    /// When a pattern acts: in one phrase where that is the same everywhere, else in one for each target.
    pub(super) fn when(&self, pattern: &Pattern) -> Json {
        let each: Vec<(&str, When)> = self
            .targets
            .iter()
            .map(|(target, acts)| (target.host().title(), acts.get(&pattern.id).copied().unwrap_or_default()))
            .collect();
        let judged = each.iter().any(|(_, when)| when.unasked && when.asked);
        match each.as_slice() {
            [(_, first), rest @ ..] if rest.iter().all(|(_, when)| when == first) => {
                json!({ "same": first.words(), "each": [], "judged": judged })
            }
            each => {
                let each: Vec<Json> =
                    each.iter().map(|(host, when)| json!({ "where": host, "when": when.words() })).collect();
                json!({ "same": Json::Null, "each": each, "judged": judged })
            }
        }
    }

    /// What is done of some patterns, sorted by when: one line where that is the same everywhere, else one for each target.
    pub(super) fn lines(
        &self,
        steps: &[Numbered<'_>],
        title: impl Fn(&str, &Pattern) -> String,
    ) -> Vec<Json> {
        let line = |acts: &BTreeMap<String, When>| {
            let of = |unasked, asked| {
                let wanted = When { unasked, asked };
                let is_so = |(_, one): &&Numbered<'_>| {
                    acts.get(&one.pattern.id).copied().unwrap_or_default() == wanted
                };
                let titled = |(number, one): &Numbered<'_>| title(number, &one.pattern);
                steps.iter().filter(is_so).map(titled).collect::<Vec<_>>()
            };
            json!({
                "unasked": of(true, false),
                "judged": of(true, true),
                "asked": of(false, true),
                "never": of(false, false),
            })
        };
        let mut lines: Vec<Json> = self.targets.iter().map(|(_, acts)| line(acts)).collect();
        if self.never.is_empty() && lines.iter().all(|one| Some(one) == lines.first()) {
            lines.truncate(1);
        } else {
            for (line, (target, _)) in lines.iter_mut().zip(&self.targets) {
                line["where"] = json!(target.host().title());
            }
        }
        lines
    }
}

/// Whether a playbook for one incident can never be told that a run is for it.
pub(super) fn is_never_meant(told: &Told<'_>, target: Target) -> bool {
    let says = emit::says(target, told.profile, told.mode);
    told.mode == Mode::OneShot && plan::incident_id(told.reviewed.incident(), says.ids).is_none()
}

/// When the patterns of a playbook act, by their ids.
fn read(main: &Playbook) -> BTreeMap<String, When> {
    let mut acts = BTreeMap::new();
    read_steps(&main.steps, false, &mut acts);
    acts
}

/// The loops of patterns in a container. What stands there beside a call that waits for a person reads the answer.
fn read_steps(steps: &[Step], behind: bool, acts: &mut BTreeMap<String, When>) {
    let waits = |step: &Step| matches!(step.kind, StepKind::Call { timeout: Some(_), .. });
    let asked = behind || steps.iter().any(waits);
    for step in steps {
        match (&step.kind, &step.pattern) {
            (StepKind::ForEach { .. }, Some(pattern)) => {
                let when = acts.entry(pattern.clone()).or_default();
                when.asked |= asked;
                when.unasked |= !asked;
            }
            (StepKind::If { then, otherwise, .. }, _) => {
                read_steps(then, asked, acts);
                read_steps(otherwise, asked, acts);
            }
            (StepKind::ForEach { body, .. } | StepKind::Scope { body }, _) => read_steps(body, asked, acts),
            _ => {}
        }
    }
}
