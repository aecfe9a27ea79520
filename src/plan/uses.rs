//! Which patterns a playbook uses, and when it asks.
//!
//! What contains may go unasked only against what somebody has judged: the review in a playbook for one incident, the
//! product in one for incidents of a kind. So a pattern that the profile lets act unasked is there twice: at once, for
//! what was judged, and behind the question of its phase for everything else.

use std::collections::BTreeMap;

use super::context::{Turn, Use};
use super::ir::{IdSpace, Says, Term};
use super::lists::ENTITIES;
use super::state::Kept;
use super::{names, targets};
use crate::data::connector::Class;
use crate::ingest::{EntityKind, Verdict};
use crate::review::{Reviewed, Standing};
use crate::select::profile::{Channel, Store};
use crate::select::{Chosen, Mode, Profile, Selection};

/// Beginnings of step names by pattern: of what is asked for or needs no question, and of what is done at once.
pub(super) struct Stems {
    usual: BTreeMap<String, String>,
    at_once: BTreeMap<String, String>,
}

impl Stems {
    /// The stems of the chosen patterns.
    pub(super) fn of(selection: &Selection) -> Self {
        let usual = names::stems(selection.chosen.iter().map(|chosen| chosen.pattern.id.as_str()));
        let at_once = usual.iter().map(|(id, stem)| (id.clone(), names::join(stem, "at_once"))).collect();
        Self { usual, at_once }
    }
}

/// What a playbook is built from.
pub(super) struct Known<'a> {
    /// The incident with the verdicts of its review.
    pub reviewed: &'a Reviewed,
    /// What was chosen.
    pub selection: &'a Selection,
    /// The organisation.
    pub profile: &'a Profile,
    /// Reusable or one-shot.
    pub mode: Mode,
    /// What the incidents say that reach the playbook.
    pub says: &'a Says,
}

impl<'a> Known<'a> {
    /// The uses of every chosen pattern, in order. One about a kind of entity that the incidents never name has none, nor one
    /// that needs what they never say of it.
    pub(super) fn uses<'s>(&self, stems: &'s Stems, playbook: &'s str) -> Vec<Use<'s>>
    where
        'a: 's,
    {
        let all = self.selection.chosen.iter();
        let named = all.filter(|chosen| {
            let named = |kind| self.says.names(kind) && self.says.lacking(&chosen.pattern).is_empty();
            self.mode == Mode::OneShot || chosen.pattern.entity.is_none_or(named)
        });
        named.flat_map(|chosen| self.of(chosen, stems, playbook)).collect()
    }

    /// Whether the service may give only a part of the notes at once: an incident of Defender XDR comes with all its comments.
    pub(super) fn gives_notes_in_parts(&self) -> bool {
        self.profile.state.store != Store::IncidentComment || self.says.ids == IdSpace::Sentinel
    }

    fn of<'s>(&self, chosen: &'s Chosen, stems: &'s Stems, playbook: &'s str) -> Vec<Use<'s>>
    where
        'a: 's,
    {
        let id = &chosen.pattern.id;
        let contains = chosen.pattern.class().is_some_and(Class::needs_consent);
        let one = |stem: &'s str, turn: Turn<'s>, targets: Vec<usize>| {
            let gated = contains && turn != Turn::AtOnce;
            // Whom a person ticks needs no other proof.
            let ticked = gated && self.profile.approval.channel == Channel::Teams;
            Use {
                pattern: &chosen.pattern,
                stem,
                gated,
                items: chosen.items,
                turn,
                proof: chosen.proof && !ticked,
                ticked,
                by_sid: self.by_sid(chosen, turn, &targets),
                found: self.found(chosen, stem, turn),
                targets,
                kept: self.kept(chosen, contains, playbook),
            }
        };
        let usual = stems.usual[id].as_str();
        let at_once = stems.at_once[id].as_str();
        if !contains || chosen.approval {
            return vec![one(usual, Turn::Only, chosen.targets.clone())];
        }
        let again = self.again(chosen);
        let after = Turn::After { at_once, again };
        match self.mode {
            Mode::Reusable if !self.says.verdicts => vec![one(usual, Turn::Only, Vec::new())],
            Mode::Reusable => {
                vec![one(at_once, Turn::AtOnce, Vec::new()), one(usual, after, Vec::new())]
            }
            Mode::OneShot => {
                let (judged, other): (Vec<usize>, Vec<usize>) =
                    chosen.targets.iter().partition(|at| self.is_judged(**at));
                let asked = if again { chosen.targets.clone() } else { other };
                let after = if judged.is_empty() { Turn::Only } else { after };
                let pair = [(at_once, Turn::AtOnce, judged), (usual, after, asked)];
                let there = pair.into_iter().filter(|(.., targets)| !targets.is_empty());
                there.map(|(stem, turn, targets)| one(stem, turn, targets)).collect()
            }
        }
    }

    /// Whether the pattern belongs after one that waits for an answer: what was done at once is then done once more. An
    /// account that is disabled keeps the sessions that were opened meanwhile.
    fn again(&self, chosen: &Chosen) -> bool {
        self.selection.chosen.iter().any(|other| {
            other.approval
                && other.pattern.phase == chosen.pattern.phase
                && chosen.pattern.after.contains(&other.pattern.id)
        })
    }

    /// Whether people or the product have judged an entity to be bad.
    fn is_judged(&self, at: usize) -> bool {
        let entity = &self.reviewed.incident().entities[at];
        self.reviewed.standing(at) == Standing::Confirmed
            || (entity.verdict >= Verdict::Suspicious && !entity.is_context())
    }

    /// The list that targets are filtered from.
    fn found(&self, chosen: &Chosen, stem: &str, turn: Turn<'_>) -> Term {
        let kind = chosen.pattern.entity.unwrap_or(EntityKind::Other);
        let list = match (self.mode, turn) {
            (Mode::OneShot, _) => return Term::Output(ENTITIES.into()).get(stem),
            (Mode::Reusable, Turn::AtOnce) => suspicious(kind),
            (Mode::Reusable, _) => collection(kind),
        };
        Term::Rows(if kind == EntityKind::Url { targets::with_hosts(&list) } else { list })
    }

    /// Whether a run looks up accounts for a use by their security identifier. What is done at once to what the product judged
    /// waits for no answer of the directory.
    fn by_sid(&self, chosen: &Chosen, turn: Turn<'_>, targets: &[usize]) -> bool {
        let unnamed = |at: &usize| self.reviewed.incident().entities[*at].known_by_sid().is_some();
        match self.mode {
            Mode::OneShot => targets.iter().any(unnamed),
            Mode::Reusable => chosen.pattern.entity == Some(EntityKind::Account) && turn != Turn::AtOnce,
        }
    }

    /// What is written down of a pattern's acts: of those that people notice, so that they can be taken back and are not
    /// done twice, and of what a person was asked to do, so that they are not asked twice.
    fn kept<'s>(&self, chosen: &'s Chosen, contains: bool, playbook: &'s str) -> Kept<'s>
    where
        'a: 's,
    {
        if !contains && chosen.pattern.stands_in_for.is_none() {
            return Kept::Nothing;
        }
        let inverse = self.selection.rollback.iter().find(|back| back.takes_back(&chosen.pattern.id));
        Kept::Done { playbook, inverse: inverse.map(|back| &back.pattern) }
    }
}

/// Name of the collection of a kind.
pub(super) fn collection(kind: EntityKind) -> String {
    format!("Found_{}", kind.name().replace('-', "_"))
}

/// Name of the collection of what the product judged of a kind.
pub(super) fn suspicious(kind: EntityKind) -> String {
    format!("Suspicious_{}", kind.name().replace('-', "_"))
}
