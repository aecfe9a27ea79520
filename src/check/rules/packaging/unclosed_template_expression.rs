//! An expression of a template that is not closed.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::is_unclosed;

crate::rule! {
    /// ## What it does
    /// Reports a text of a resource, a variable or the default of a parameter that begins as an expression of the template
    /// and does not end in `]`. In the name, the location and the dependencies of a resource it is an error, elsewhere a
    /// warning. What the expression should have been worth is not guessed, so nothing else is said of it.
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
        let templates = &document.workflows.templates;
        for resource in templates.resources() {
            let strict = STRICT.iter().filter_map(|name| resource.node.get_ignore_case(name));
            out.extend(findings(strict).map(|finding| finding.severity(Severity::Error)));
            out.extend(findings(resource.properties().filter(|_| resource.is("Microsoft.Web/connections"))));
        }
        for template in templates.iter() {
            out.extend(findings(template.variables().map(|(_, value)| value)));
            let parameters = template.parameters();
            out.extend(findings(parameters.filter_map(|(_, declared)| declared.get("defaultValue"))));
        }
        for cx in &document.contexts {
            let values = cx.definition.envelope.path(&["properties", "parameters"]);
            out.extend(findings(values.filter(|_| cx.definition.templated.is_some())));
        }
    }
}

/// The findings in some values and all that is in them.
fn findings<'d>(values: impl IntoIterator<Item = Node<'d>>) -> impl Iterator<Item = Diagnostic> {
    values.into_iter().flat_map(|value| value.descendants()).filter_map(finding)
}

fn finding(node: Node<'_>) -> Option<Diagnostic> {
    let text = node.as_str().filter(|text| is_unclosed(text))?;
    let (message, help) = match text.trim_end().ends_with(']') {
        true => ("blanks follow the `]`, so that this is no expression", "remove them"),
        false => (
            "this begins as an expression of the template and does not end in `]`",
            "close it; to put a text behind it, use concat(…) or format(…) inside the brackets",
        ),
    };
    Some(Diagnostic::new(&RULE, node.pointer(), message).help(help))
}
