//! A gate that also opens when nobody answers.

use super::{at, does};
use crate::base::diagnostic::Rule;
use crate::check::safety::Consent;
use crate::check::{Context, Findings, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a call that contains, removes or gives back in a branch that depends on an approval, where the branch is also
    /// taken without a yes: on anything that is not the one refusal, or in the default of a `Switch`.
    ///
    /// ## Why is this bad
    /// An approval that times out, fails or is answered by nobody gives an empty answer, and an empty answer is not the
    /// refusal. So silence does what only a yes should.
    ///
    /// ## Example
    /// ```json
    /// "expression": { "not": { "equals": ["@body('Ask')?['SelectedOption']", "Reject"] } }
    /// ```
    ///
    /// ## Use instead
    /// Compare with the word that means yes, and act where they are equal:
    ///
    /// ```json
    /// "expression": { "equals": ["@body('Ask')?['SelectedOption']", "Approve"] }
    /// ```
    ///
    /// ## References
    /// - CWE-636: Not Failing Securely ('Failing Open')
    RULE = "CF8002" "gate-passes-without-yes" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct GatePassesWithoutYes;

impl Lint for GatePassesWithoutYes {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for act in &cx.response().acts {
            let Consent::Doubtful(branch) = act.consent else { continue };
            let (act_name, branch) = (cx.definition[act.action].name, cx.definition[branch].name);
            let does = does(act);
            let message = format!("`{act_name}` {does}, and `{branch}` lets it through without a yes");
            let help = "compare the answer with the word that means yes, and act where they are equal";
            out.push(at(cx, &RULE, act.action, message).help(help));
        }
    }
}
