//! Packaging, codes CF6xxx: what stands around a definition in a template or a solution.

pub mod flow_without_connection_parameters;
pub mod hard_coded_location;
pub mod unused_template_parameter;
pub mod unused_template_variable;

use std::collections::BTreeSet;

use crate::base::json::Node;
use crate::workflow::arm;
use crate::workflow::definition::fold;

/// The names that expressions below a value give to `parameters(…)` or `variables(…)`, folded. A name that is computed
/// stands for all: then the set holds whatever is asked for, since nobody knows.
fn names_read(node: Node<'_>, function: &str) -> Names {
    let mut names = Names::default();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        for text in node.as_str().into_iter().chain(node.key()).filter(|text| arm::is_expression(text)) {
            let Ok(expr) = arm::parser::parse(text) else {
                names.any = true;
                continue;
            };
            expr.walk(|inner| {
                if let Some(call) = inner.as_call().filter(|call| call.is(function)) {
                    match call.first_text() {
                        Some(name) => _ = names.read.insert(fold(name)),
                        None => names.any = true,
                    }
                }
            });
        }
        waiting.extend(node.items());
    }
    names
}

#[derive(Debug, Default)]
struct Names {
    read: BTreeSet<String>,
    any: bool,
}

impl Names {
    fn contains(&self, name: &str) -> bool {
        self.any || self.read.contains(name)
    }
}
