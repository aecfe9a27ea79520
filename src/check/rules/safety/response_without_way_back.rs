//! A step that could be taken back, in a definition that never does.

use std::collections::BTreeSet;

use super::{at, does};
use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::{Class, known};

crate::rule! {
    /// ## What it does
    /// Reports a call that contains or removes and that another operation takes back, where the definition does not call that
    /// operation anywhere.
    ///
    /// ## Why is this bad
    /// After a false alarm somebody has to find out by hand what was done to whom, and undo it in several portals.
    ///
    /// ## Example
    /// `Isolate machine` in a playbook, and `Release from isolation` in none.
    ///
    /// ## Use instead
    /// A second playbook, or a branch of this one, that takes back what the run has recorded.
    ///
    /// ## References
    /// - NIST SP 800-61r2, 3.3.4: eradication and recovery
    RULE = "CF8005" "response-without-way-back" Warning audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct ResponseWithoutWayBack;

impl Lint for ResponseWithoutWayBack {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        // The way back of ours is a playbook of its own.
        if cx.definition.is_ours() {
            return;
        }
        let response = cx.response();
        let called: BTreeSet<&str> =
            response.calls.iter().flat_map(|called| &called.operations).map(|one| one.id.as_str()).collect();
        for act in response.acts.iter().filter(|act| act.class != Class::Restore) {
            let Some(back) = act.operations.iter().find_map(|one| one.reversible_by.as_deref()) else {
                continue;
            };
            if !called.contains(back) {
                let does = does(act);
                let message =
                    format!("`{}` {does}, and nothing here takes it back", cx.definition[act.action].name);
                let title = known(back).map_or(back, |one| one.title.as_str());
                let help = format!("what takes it back: {title} ({back})");
                out.push(at(cx, &RULE, act.action, message).help(help));
            }
        }
    }
}
