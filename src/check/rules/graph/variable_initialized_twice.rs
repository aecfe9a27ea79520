//! One variable, initialized more than once.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::definition::fold;

crate::rule! {
    /// ## What it does
    /// Reports a variable that is initialized a second time. Names of variables distinguish no case.
    ///
    /// ## Why is this bad
    /// A variable belongs to the whole run. It is made once, and then set.
    ///
    /// ## Example
    /// ```json
    /// "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "n", "type": "integer" }] } },
    /// "Again": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "N", "type": "integer" }] },
    ///     "runAfter": { "Start": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Again": { "type": "SetVariable", "inputs": { "name": "n", "value": 0 }, "runAfter": { "Start": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Store and manage values using variables in Azure Logic Apps"
    RULE = "CF2011" "variable-initialized-twice" Error;
}

/// The lint.
#[derive(Debug)]
pub struct VariableInitializedTwice;

impl Lint for VariableInitializedTwice {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let mut made: BTreeMap<String, &str> = BTreeMap::new();
        for variable in cx.variables.iter().flatten() {
            let maker = cx.definition[variable.action].name;
            let Some(first) = made.get(&fold(variable.name)) else {
                made.insert(fold(variable.name), maker);
                continue;
            };
            let message = format!("`{first}` initializes the variable `{}` already", variable.name);
            let help = "use SetVariable to give it another value, or give this one another name";
            out.push(Diagnostic::new(&RULE, variable.node.pointer(), message).help(help));
        }
    }
}
