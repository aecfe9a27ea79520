//! Evidence that is collected when it may be gone.

use super::at;
use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::Class;

crate::rule! {
    /// ## What it does
    /// Reports a call that removes something and surely runs before a call of the same definition that collects evidence.
    ///
    /// ## Why is this bad
    /// What was quarantined, deleted or restarted is no longer in the package that is collected afterwards, and nobody can
    /// tell any more how far the attacker came.
    ///
    /// ## Example
    /// `Stop and quarantine file`, and after it `Collect investigation package`.
    ///
    /// ## Use instead
    /// Isolate, collect, wait until the package is there, and only then remove. An isolated device still talks to Defender.
    ///
    /// ## References
    /// - NIST SP 800-86, 3.1.2: acquiring the data
    RULE = "CF8008" "evidence-after-removal" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct EvidenceAfterRemoval;

impl Lint for EvidenceAfterRemoval {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let response = cx.response();
        for act in response.acts.iter().filter(|act| act.class == Class::Evict) {
            let late = response
                .of_class(Class::Collect)
                .find(|collect| cx.order.precedes(cx.definition, act.action, *collect) == Some(true));
            if let Some(collect) = late {
                let (removes, collects) = (cx.definition[act.action].name, cx.definition[collect].name);
                let message = format!("`{removes}` removes before `{collects}` has collected the evidence");
                let help = format!("let `{removes}` run after `{collects}`");
                out.push(at(cx, &RULE, act.action, message).help(help));
            }
        }
    }
}
