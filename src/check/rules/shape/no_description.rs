//! A workflow says nothing about itself.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Tells of a definition in which neither the definition nor its trigger has a description.
    ///
    /// ## Why is this bad
    /// Whoever is called at night by a failed run learns from the file only what it does, not what it is for.
    ///
    /// ## Example
    /// ```json
    /// "triggers": { "manual": { "type": "Request" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "description": "Disables accounts that an incident names, after somebody agreed."
    /// ```
    ///
    /// ## References
    /// - pp-lint, rule FL240
    RULE = "CF1038" "no-description" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct NoDescription;

impl Lint for NoDescription {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let described = |node: crate::base::json::Node<'_>| {
            ["description", "metadata"].iter().any(|key| {
                node.get(key).is_some_and(|node| node.text().is_some() || node.get("description").is_some())
            })
        };
        if !described(definition.node) && !definition.triggers.iter().any(|trigger| described(trigger.node)) {
            let help = "add a `description` to the definition or to its trigger";
            out.push(
                Diagnostic::new(&RULE, definition.pointer.clone(), "nothing says what this workflow is for")
                    .help(help),
            );
        }
    }
}
