//! A definition has too many triggers.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;

crate::rule! {
    /// ## What it does
    /// Reports a definition with more triggers than the service takes.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// A definition with 11 triggers.
    ///
    /// ## Use instead
    /// Split the workflow by what starts it.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    RULE = "CF5003" "too-many-triggers" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyTriggers;

impl Lint for TooManyTriggers {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(list) = cx.definition.node.get("triggers") else { return };
        let count = list.members().count();
        if let Some(most) = exceeded(&limits::TRIGGERS_OF_WORKFLOW, cx.definition.host, count) {
            let message = format!("the definition has {count} triggers; at most {most} are allowed");
            out.push(
                Diagnostic::new(&RULE, list.pointer(), message)
                    .on_key()
                    .help("split the workflow by what starts it"),
            );
        }
    }
}
