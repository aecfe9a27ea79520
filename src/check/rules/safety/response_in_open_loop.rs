//! A step done to every item of a list that may be of any length.

use super::{at, does};
use crate::base::diagnostic::Rule;
use crate::check::safety::bound::is_bounded;
use crate::check::{Context, Findings, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a call that contains, removes or gives back inside a `Foreach` whose list is not cut to a length, or inside an
    /// `Until`, unless a condition holds the number: a count in a variable that the loop changes is less than a constant or a
    /// parameter, `skip` of the list leaves nothing, or its `length` is under a limit.
    ///
    /// ## Why is this bad
    /// An incident can name hundreds of accounts or devices, and an attacker who makes alerts decides how many. Then one run
    /// disables them all.
    ///
    /// ## Example
    /// ```json
    /// "Each_account": { "type": "Foreach", "foreach": "@body('Entities_-_Get_Accounts')?['Accounts']" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Each_account": { "type": "Foreach", "foreach": "@take(body('Entities_-_Get_Accounts')?['Accounts'], 10)" }
    /// ```
    ///
    /// or an `If` around the call with `{ "less": ["@variables('Done')", 10] }`, and say in the report how many were left out.
    ///
    /// ## References
    /// - CWE-770: Allocation of Resources Without Limits or Throttling
    RULE = "CF8006" "response-in-open-loop" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct ResponseInOpenLoop;

impl Lint for ResponseInOpenLoop {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for act in &cx.response().acts {
            let mut loops = cx
                .definition
                .lineage(act.action)
                .skip(1)
                .filter(|around| around.is("Foreach") || around.is("Until"));
            let open = loops.find(|around| !is_bounded(cx.definition, around, act.action));
            if let Some(around) = open {
                let does = does(act);
                let message = format!(
                    "`{}` {does}, for as many items as `{}` is given",
                    cx.definition[act.action].name, around.name
                );
                out.push(at(cx, &RULE, act.action, message).help("cut the list: `@take(…, 10)`, or count in a variable and act only while it is `less` than a limit"));
            }
        }
    }
}
