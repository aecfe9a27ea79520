//! Rows are fetched without saying how many.

use super::list_rows;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Tells of a call that lists rows of SharePoint or Dataverse with neither `$top` nor paging.
    ///
    /// ## Why is this bad
    /// The connector gives the first page, often 100 rows, and says nothing of the others. A flow that works on a
    /// test list loses rows later.
    ///
    /// ## Example
    /// ```json
    /// "operationId": "GetItems" with no `$top`
    /// ```
    ///
    /// ## Use instead
    /// `$top`, or `"runtimeConfiguration": { "paginationPolicy": { "minimumItemCount": 5000 } }`.
    ///
    /// ## References
    /// - pp-lint, rule FL221
    RULE = "CF2038" "unbounded-list" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct UnboundedList;

impl Lint for UnboundedList {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(parameters) = list_rows(action) else { return };
        let is_paged = action.node.path(&["runtimeConfiguration", "paginationPolicy"]).is_some();
        if !is_paged && parameters.get("$top").is_none() {
            let message = format!("`{}` fetches the first page only, and does not say so", action.name);
            let help = "say how many rows with `$top`, or switch paging on";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
