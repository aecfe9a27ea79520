//! Actions stand in one another too deep.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::bound;

crate::rule! {
    /// ## What it does
    /// Warns about a definition with actions that stand more than eight levels deep, the outermost counted as the first.
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
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let Some(most) = bound(&limits::DEPTH, definition.host) else { return };
        let depths = definition.actions().map(|action| (action, definition.lineage(action.id).count()));
        let mut deeper = depths.filter(|(_, depth)| u64::try_from(*depth).is_ok_and(|depth| depth > most));
        // One speaks for all: who moves it, moves what stands beside and in it.
        let Some((first, depth)) = deeper.next() else { return };
        let others = match deeper.count() {
            0 => String::new(),
            1 => ", and another action stands too deep".to_owned(),
            more => format!(", and {more} other actions stand too deep"),
        };
        let message = format!("`{}` stands {depth} levels deep; {most} are documented{others}", first.name);
        let help = "move the inner part into a workflow of its own, or join conditions with `and`";
        out.push(Diagnostic::new(&RULE, first.node.pointer(), message).on_key().help(help));
    }
}
