//! An expression of a template that is not closed.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::functions;

crate::rule! {
    /// ## What it does
    /// Reports a text of a resource that begins as an expression of the template and does not end in `]`. In the name, the
    /// location and the dependencies of a resource it is an error, elsewhere a warning.
    ///
    /// ## Why is this bad
    /// It is no expression then, and is passed on as it stands: there is no region `[resourceGroup().location`.
    ///
    /// ## Example
    /// ```json
    /// "name": "[parameters('PlaybookName')]-connection"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "name": "[concat(parameters('PlaybookName'), '-connection')]"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Syntax and expressions in ARM templates": an expression starts with `[` and ends with `]`
    RULE = "CF6018" "unclosed-template-expression" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct UnclosedTemplateExpression;

/// Members of a resource that no bracket can stand in.
const STRICT: [&str; 4] = ["name", "location", "dependsOn", "apiVersion"];

impl Lint for UnclosedTemplateExpression {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for resource in document.workflows.templates.resources() {
            for name in STRICT {
                let node = resource.node.get_ignore_case(name);
                for node in node.into_iter().flat_map(|node| node.descendants()) {
                    out.extend(finding(node).map(|finding| finding.severity(Severity::Error)));
                }
            }
            let is_connection = resource.is("Microsoft.Web/connections");
            for node in
                resource.properties().filter(|_| is_connection).into_iter().flat_map(|it| it.descendants())
            {
                out.extend(finding(node));
            }
        }
        for cx in &document.contexts {
            let values = cx.definition.envelope.path(&["properties", "parameters"]);
            for node in values
                .filter(|_| cx.definition.templated.is_some())
                .into_iter()
                .flat_map(|it| it.descendants())
            {
                out.extend(finding(node));
            }
        }
    }
}

fn finding(node: Node<'_>) -> Option<Diagnostic> {
    let text = node.as_str()?;
    let (name, _) = text.strip_prefix('[')?.split_once('(')?;
    let is_meant = !text.ends_with(']') && (functions::find(name).is_some() || functions::is_list(name));
    is_meant.then(|| {
        let (message, help) = match text.trim_end().ends_with(']') {
            true => ("blanks follow the `]`, so that this is no expression", "remove them"),
            false => (
                "this begins as an expression of the template and does not end in `]`",
                "close it; to put a text behind it, use concat(…) or format(…) inside the brackets",
            ),
        };
        Diagnostic::new(&RULE, node.pointer(), message).help(help)
    })
}
