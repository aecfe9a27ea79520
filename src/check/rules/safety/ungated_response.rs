//! A step that contains, removes or gives back, and that nobody was asked about.

use super::{at, does};
use crate::base::diagnostic::{Rule, Severity};
use crate::check::safety::Consent;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::Class;

crate::rule! {
    /// ## What it does
    /// Reports a call that contains (isolates, disables, blocks), removes (deletes, quarantines) or gives back (enables,
    /// releases), unless the graph itself shows that it runs only after somebody said yes: it stands in a branch that is taken
    /// on the answer of an approval, or after one whose other branch ends the run. What a call does is told by its operation,
    /// not by its name; of one that the catalogue does not have by method and address, where these leave no doubt: a `DELETE`
    /// of a user, group, device or application in Microsoft Graph or of anything in Azure Resource Manager, an action on a
    /// managed device, a virtual machine that is stopped, a network rule that denies.
    ///
    /// On a playbook that counterflow compiled it is an error, but for what the profile lets contain unasked: the loops that
    /// `metadata.unasked` of the definition lists.
    ///
    /// ## Why is this bad
    /// A detection is wrong now and then, and whoever can make an alert can then make this happen to anybody. A person who is
    /// shown whom it hits notices both.
    ///
    /// ## Example
    /// ```json
    /// "Isolate_machine": { "type": "Http", "runAfter": {}, "inputs": { "method": "POST",
    ///   "uri": "https://api.securitycenter.microsoft.com/api/machines/@{items('Each')?['id']}/isolate" } }
    /// ```
    ///
    /// ## Use instead
    /// Ask first, with *Start and wait for an approval* or *Send approval email*, and put the call into the branch of an `If`
    /// that compares the answer with the word that means yes.
    ///
    /// ## References
    /// - Microsoft Learn: "Take response actions on a device", effects of isolation
    /// - NIST SP 800-61r2, 3.3.1: choosing a containment strategy
    RULE = "CF8001" "ungated-response" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct UngatedResponse;

impl Lint for UngatedResponse {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for act in &cx.response().acts {
            if act.consent != Consent::None {
                continue;
            }
            let does = does(act);
            let message = format!("`{}` {does}, and nobody is asked before", cx.definition[act.action].name);
            let help = "ask for an approval, and do it only in the branch of an `If` that is taken on a yes";
            let finding = at(cx, &RULE, act.action, message).help(help);
            // Our own playbooks contain unasked only what a profile says they may, and say where; what removes always asks.
            let allowed = act.class == Class::Contain && cx.definition.may_act_unasked(act.action);
            out.push(if allowed { finding.severity(Severity::Warning) } else { finding });
        }
    }
}
