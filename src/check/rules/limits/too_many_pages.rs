//! Paging would collect more than the service keeps.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::count_beyond;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about a `minimumItemCount` above 100,000.
    ///
    /// ## Why is this bad
    /// The designer allows no more. In Power Automate some licences end at 5,000.
    ///
    /// ## Example
    /// ```json
    /// "paginationPolicy": { "minimumItemCount": 500000 }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "paginationPolicy": { "minimumItemCount": 100000 }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    /// - The open designer of Azure Logic Apps: its constants of paging
    RULE = "CF5023" "too-many-pages" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyPages;

impl Lint for TooManyPages {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let at = ["runtimeConfiguration", "paginationPolicy", "minimumItemCount"];
        let Some(node) = action.node.path(&at) else { return };
        if let Some((count, most)) = count_beyond(&limits::PAGED_ITEMS, cx.definition.host, node) {
            let message = format!("`{}` would collect {count} items; at most {most} are kept", action.name);
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help("filter at the source"));
        }
    }
}
