//! The address of a request is too long.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about a literal `uri` of an Http action or trigger of more than 2,048 characters.
    ///
    /// ## Why is this bad
    /// Microsoft documents that as the limit of the input.
    ///
    /// ## Example
    /// A query of 3,000 characters as part of the `uri`.
    ///
    /// ## Use instead
    /// The parameters under `queries`, or in the body of a POST.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    RULE = "CF5022" "address-too-long" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct AddressTooLong;

impl Lint for AddressTooLong {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Http"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.path(&["inputs", "uri"]).filter(|_| action.is("Http")) else { return };
        let Some(count) = cx.definition.literal(node).map(|uri| uri.chars().count()) else { return };
        if let Some(most) = exceeded(&limits::ADDRESS, cx.definition.host, count) {
            let message = format!(
                "the address that `{}` calls has {count} characters; at most {most} are allowed",
                action.name
            );
            out.push(
                Diagnostic::new(&RULE, node.pointer(), message)
                    .help("move parameters to `queries` or into the body"),
            );
        }
    }
}
