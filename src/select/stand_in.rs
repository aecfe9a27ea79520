//! Patterns that ask a person to do what another pattern does by itself, for tenants that lack what that one needs.

use super::{Chosen, Refusal, Refused};

/// Keeps a stand-in only where the pattern that it stands in for was asked for and refused because the tenant lacks a
/// connector.
pub(super) fn settle(chosen: &mut Vec<Chosen>, refused: &mut Vec<Refused>) {
    let needed = |of: &str| {
        let lacks = |reason: &Refusal| matches!(reason, Refusal::Connector { .. });
        refused.iter().any(|one| one.pattern == of && one.reasons.iter().all(lacks))
    };
    let (kept, spare): (Vec<Chosen>, Vec<Chosen>) =
        chosen.drain(..).partition(|one| one.pattern.stands_in_for.as_deref().is_none_or(needed));
    *chosen = kept;
    for one in spare {
        let pattern = one.pattern.stands_in_for.unwrap_or_default();
        refused.push(Refused {
            pattern: one.pattern.id,
            title: one.pattern.title,
            asked: one.reasons,
            reasons: vec![Refusal::StandsIn { pattern }],
        });
    }
    refused.sort_by(|a, b| a.pattern.cmp(&b.pattern));
}
