//! Actions stand in one another too deep.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about actions that stand more than eight levels deep, the outermost counted as the first.
    ///
    /// ## Why is this bad
    /// Microsoft documents eight levels as the limit and the designers add no ninth. Deeper definitions have been
    /// published, so that the service may take them where a template deploys them: a warning only.
    ///
    /// ## Example
    /// A condition in a loop in a scope, nine levels deep.
    ///
    /// ## Use instead
    /// A workflow of its own for the inner part, or one condition with `and` in place of several.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5002" "nested-too-deep" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct NestedTooDeep;

impl Lint for NestedTooDeep {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let definition = cx.definition;
        // Of the actions of one container the first speaks for all, and of nested ones the outermost.
        if definition[action.container].actions.first() != Some(&action.id) {
            return;
        }
        let depth = definition.lineage(action.id).count();
        let Some(most) = exceeded(&limits::DEPTH, definition.host, depth) else { return };
        if exceeded(&limits::DEPTH, definition.host, depth - 1).is_none() {
            let message = format!("`{}` stands {depth} levels deep; {most} are documented", action.name);
            let help = "move the inner part into a workflow of its own, or join conditions with `and`";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
