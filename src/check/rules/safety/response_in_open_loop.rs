//! A step done to every item of a list that may be of any length.

use super::{at, does};
use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Lint};
use crate::expr::template::{self, Template};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a call that contains, removes or gives back inside a `Foreach` whose list is not cut to a length, or inside an
    /// `Until`.
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
    /// and say in the report how many were left out.
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
            let open = cx.definition.lineage(act.action).skip(1).find(|around| is_open(cx, around));
            if let Some(around) = open {
                let does = does(act);
                let message = format!(
                    "`{}` {does}, for as many items as `{}` is given",
                    cx.definition[act.action].name, around.name
                );
                out.push(at(cx, &RULE, act.action, message).help("cut the list: `@take(…, 10)`"));
            }
        }
    }
}

fn is_open(cx: &Context<'_, '_>, around: &Action<'_>) -> bool {
    if around.is("Until") {
        return true;
    }
    if !around.is("Foreach") {
        return false;
    }
    let Some(list) = around.node.get("foreach").and_then(|list| list.as_str()) else { return false };
    let Some((text, _)) = cx.definition.passed_on(list) else { return false };
    let Ok(Template::Expression(expr)) = template::parse(text) else { return false };
    // What is written out has the length it has.
    let bounded = ["take", "createArray", "range"];
    expr.as_call().is_some_and(|call| !bounded.iter().any(|name| call.name.eq_ignore_ascii_case(name)))
}
