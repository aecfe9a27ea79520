//! A data operation over something that is no array.

use super::forgotten_at;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint, typing};
use crate::expr::Kinds;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a Query, Select, Table or Join whose `from` is known to be no array. What is known only from a schema
    /// gives a warning.
    ///
    /// ## Why is this bad
    /// The action fails: these operations go over the elements of an array.
    ///
    /// ## Example
    /// ```json
    /// "Names": { "type": "Select", "inputs": { "from": "@string(triggerBody())", "select": "@item()" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Names": { "type": "Select", "inputs": { "from": "@json(string(triggerBody()))", "select": "@item()" } }
    /// ```
    ///
    /// ## References
    /// - The service: "The 'from' property value in the 'query' action inputs is of type '…'. The value must be an
    ///   array."
    /// - Microsoft Learn: "Schema reference for trigger and action types in Azure Logic Apps": `from` of Query,
    ///   Select, Table and Join is an array
    RULE = "CF3041" "data-operation-over-non-array" Error prevents "BadRequest";
}

/// The lint.
#[derive(Debug)]
pub struct DataOperationOverNonArray;

impl Lint for DataOperationOverNonArray {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Query", "Select", "Table", "Join"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(list) = cx.definition[action.id].node.path(&["inputs", "from"]) else { return };
        let found = cx.typing.value(list);
        if found.is_never(Kinds::ARRAY) {
            let message =
                format!("`{}` is of type {} and goes over {}", action.name, action.kind, found.kinds);
            let help =
                "give it an array; text becomes one with split(…) or json(…), one value with createArray(…)";
            let help = forgotten_at(list).unwrap_or_else(|| help.to_owned());
            out.push(typing::weighed(Diagnostic::new(&RULE, list.pointer(), message).help(help), found));
        }
    }
}
