//! Rows are fetched and then thrown away.

use super::list_rows;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::context::reference;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;
use crate::workflow::strings::Owner;

crate::rule! {
    /// ## What it does
    /// Tells of rows of SharePoint or Dataverse that are fetched without a filter and filtered in the flow.
    ///
    /// ## Why is this bad
    /// All rows travel, page by page, and only some are used. Lists that grow make the flow slow, and beyond the
    /// page limit rows are missing.
    ///
    /// ## Example
    /// ```json
    /// "Get_items" without `$filter`, then a Query on its result
    /// ```
    ///
    /// ## Use instead
    /// The condition as `$filter` of the operation.
    ///
    /// ## References
    /// - pp-lint, rule FL220
    RULE = "CF2037" "filtered-too-late" Info audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct FilteredTooLate;

impl Lint for FilteredTooLate {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Query"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if !action.is("Query") {
            return;
        }
        let Some(from) = action.node.path(&["inputs", "from"]) else { return };
        let source = cx
            .texts
            .iter()
            .find(|text| text.owner == Owner::Action(action.id) && text.node.span() == from.span());
        let mut fetched = None;
        if let Some(text) = source {
            text.walk(|expr| {
                if let Some([id]) =
                    expr.as_call().and_then(reference).map(|reference| cx.definition.named(reference.name))
                {
                    fetched = fetched.or(Some(&cx.definition[*id]));
                }
            });
        }
        let unfiltered = fetched.and_then(|action| Some((action, list_rows(action)?)));
        if let Some((list, _)) = unfiltered.filter(|(_, parameters)| parameters.get("$filter").is_none()) {
            let message = format!("`{}` fetches all rows, of which `{}` keeps some", list.name, action.name);
            let help = format!("give `{}` the condition as `$filter`", list.name);
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
