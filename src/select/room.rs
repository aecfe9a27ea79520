//! Making room: a workflow may have only so many actions, and an incident with everything in it asks for more.

use super::matcher::uncovered;
use super::{Chosen, Finding, Phase, Refusal, Refused, Selection};
use crate::data::connector::Class;
use crate::review::Reviewed;

/// How many actions it takes about to read the items of a pattern's targets for a question.
const ACTIONS_OF_ITEMS: usize = 6;

impl Selection {
    /// Lets the questions of one of the playbooks about some patterns name their targets alone and not the items of these,
    /// which saves so many actions or more: the least disruptive first. Gives back their titles.
    pub fn name_fewer(&mut self, of_rollback: bool, surplus: usize) -> Vec<String> {
        let most = surplus.div_ceil(ACTIONS_OF_ITEMS);
        let asked = if of_rollback { &mut self.rollback } else { &mut self.chosen };
        let mut named: Vec<&mut Chosen> =
            asked.iter_mut().filter(|chosen| chosen.items && chosen.pattern.has_items()).collect();
        named.sort_by_key(|chosen| chosen.pattern.disruption);
        named
            .into_iter()
            .take(most)
            .map(|chosen| {
                chosen.items = false;
                chosen.pattern.title.clone()
            })
            .collect()
    }

    /// Lets a pattern wait for the question that could do without, so that it is not there twice. The first of them, because
    /// what comes last is the most urgent. Gives back its title; none where there is no such pattern.
    pub fn ask_for_one(&mut self) -> Option<String> {
        let contains = |chosen: &&mut Chosen| chosen.pattern.class().is_some_and(Class::needs_consent);
        let first = self.chosen.iter_mut().filter(contains).find(|chosen| !chosen.approval)?;
        first.approval = true;
        Some(first.pattern.title.clone())
    }

    /// Leaves out the acting pattern that fewest findings ask for; of these the most disruptive, and of these the last. What
    /// the review requires stays, and so does what belongs to every playbook. What contains goes after what destroys later on the
    /// same kind of entity and counts on it: a password that is reset on an open account may be chosen by the attacker.
    /// Gives back its title; none where nothing may go.
    pub fn leave_out_one(&mut self, reviewed: &Reviewed) -> Option<String> {
        let required = |at: &usize| {
            self.chosen[*at].reasons.iter().any(|reason| matches!(reason.finding, Finding::Required))
        };
        let counted_on = |at: &usize| {
            let pattern = &self.chosen[*at].pattern;
            pattern.phase <= Phase::Contain
                && (0..self.chosen.len()).filter(|other| !required(other)).any(|other| {
                    let later = &self.chosen[other].pattern;
                    later.destructive && later.phase > Phase::Contain && later.entity == pattern.entity
                })
        };
        let may_go = (0..self.chosen.len())
            .filter(|at| self.chosen[*at].pattern.entity.is_some() && !required(at) && !counted_on(at))
            .min_by_key(|at| {
                let chosen = &self.chosen[*at];
                (chosen.reasons.len(), u8::MAX - chosen.pattern.disruption, usize::MAX - at)
            })?;
        let left = self.chosen.remove(may_go);
        self.rollback.retain(|back| Some(&back.pattern.id) != left.pattern.reversed_by.as_ref());
        self.uncovered = uncovered(reviewed, &self.chosen);
        let title = left.pattern.title.clone();
        self.refused.push(Refused {
            pattern: left.pattern.id,
            title: left.pattern.title,
            asked: left.reasons,
            reasons: vec![Refusal::NoRoom],
        });
        self.refused.sort_by(|a, b| a.pattern.cmp(&b.pattern));
        Some(title)
    }
}
