//! iterationIndexes() of something that is no loop around it.

use crate::base::diagnostic::Rule;
use crate::base::words::list;
use crate::check::context::first_text;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;

crate::rule! {
    /// ## What it does
    /// Reports `iterationIndexes('X')` where `X` is no Until around the action.
    ///
    /// ## Why is this bad
    /// Only a loop has an index, and only inside it. The expression fails.
    ///
    /// ## Example
    /// ```json
    /// "Retry": { "type": "Until", "expression": "@equals(1, 1)", "limit": { "count": 5 }, "actions": {} },
    /// "Text": { "type": "Compose", "inputs": "@iterationIndexes('Retry')", "runAfter": { "Retry": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Retry": { "type": "Until", "expression": "@equals(1, 1)", "limit": { "count": 5 }, "actions": {
    ///     "Text": { "type": "Compose", "inputs": "@iterationIndexes('Retry')" } } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions", `iterationIndexes`: usable within
    ///   nested Until loops
    RULE = "CF3047" "loop-index-outside-loop" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct LoopIndexOutsideLoop;

impl Lint for LoopIndexOutsideLoop {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["iterationIndexes"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        if cx.definition.is_partial {
            return;
        }
        let (Some((name, argument)), Some(owner)) = (first_text(call), cx.owner(at.text)) else { return };
        let loops: Vec<&str> = cx
            .definition
            .lineage(owner.id)
            .filter(|around| around.is("Until") || around.is("Foreach"))
            .map(|around| around.name)
            .collect();
        if loops.iter().any(|around| around.eq_ignore_ascii_case(name)) {
            return;
        }
        let message = format!("`{name}` is no loop around this action");
        let help = match &loops[..] {
            [] => "there is no loop around this action".to_owned(),
            loops => format!("loops around this action: {}", list(loops.iter().copied())),
        };
        out.push(at.finding(&RULE, argument, message).help(help));
    }
}
