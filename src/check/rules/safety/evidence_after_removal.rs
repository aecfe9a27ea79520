//! Evidence that is collected when it may be gone.

use super::at;
use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::Class;

crate::rule! {
    /// ## What it does
    /// Reports a call that destroys evidence and surely runs before a call of the same definition that collects evidence. What
    /// a call destroys is a fact of its operation: a file that is quarantined, a message or an inbox rule that is deleted. A
    /// role that is taken away or a password that is reset is still in the log, so neither is reported.
    ///
    /// ## Why is this bad
    /// What was quarantined or deleted is no longer in the package that is collected afterwards, and nobody can
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
        for act in &response.acts {
            let Some(gone) = act.operations.iter().find_map(|operation| operation.destroys.as_deref()) else {
                continue;
            };
            let late = response
                .of_class(Class::Collect)
                .find(|collect| cx.order.precedes(cx.definition, act.action, *collect) == Some(true));
            if let Some(collect) = late {
                let (removes, collects) = (cx.definition[act.action].name, cx.definition[collect].name);
                let message =
                    format!("`{removes}` destroys {gone} before `{collects}` has collected the evidence");
                let help = format!("let `{removes}` run after `{collects}`");
                out.push(at(cx, &RULE, act.action, message).help(help));
            }
        }
    }
}
