//! What ARM does before the workflow engine sees a definition.
//!
//! A template's strings are evaluated by ARM first: `[…]` is an expression of ARM's own language, `[[…]` is the escape
//! for text in brackets. Both need the closing bracket too; `[x` is plain text. Source: Microsoft Learn,
//! "ARM template syntax", and the behaviour of deployed playbooks.

use crate::base::json::Node;

/// The resource type of a Consumption Logic App.
pub const WORKFLOW_TYPE: &str = "Microsoft.Logic/workflows";

/// A workflow resource of a template.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'d> {
    /// The resource object.
    pub node: Node<'d>,
    /// Whether it stands in a template within the template, whose strings ARM evaluates once more.
    pub nested: bool,
}

/// Every workflow resource of a template, in document order: in `resources` as an array or (language version 2.0) an
/// object, in child resources, in nested deployments, and in templates that a content package carries along.
pub fn workflows(template: Node<'_>) -> Vec<Resource<'_>> {
    let mut found = Vec::new();
    let mut pending = Vec::new();
    push(&mut pending, template, false);
    while let Some(resource) = pending.pop() {
        let is_workflow = resource
            .node
            .get_ignore_case("type")
            .and_then(|kind| kind.as_str())
            .is_some_and(|kind| kind.eq_ignore_ascii_case(WORKFLOW_TYPE));
        if is_workflow && resource.node.path(&["properties", "definition"]).is_some() {
            found.push(resource);
        }
        for inner in ["template", "mainTemplate"] {
            if let Some(template) = resource.node.path(&["properties", inner]) {
                push(&mut pending, template, true);
            }
        }
        push(&mut pending, resource.node, resource.nested);
    }
    found
}

/// Puts the resources of a template or resource on the stack, the first one on top.
fn push<'d>(pending: &mut Vec<Resource<'d>>, holder: Node<'d>, nested: bool) {
    let start = pending.len();
    if let Some(resources) = holder.get("resources") {
        pending.extend(resources.items().map(|node| Resource { node, nested }));
    }
    pending[start..].reverse();
}

/// Whether ARM evaluates this text, so that what the engine gets cannot be read here.
pub fn is_expression(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']') && !text.starts_with("[[")
}

/// What ARM leaves of a text for the engine, with the number of bytes it took off the front.
///
/// `None` when ARM evaluates the text. In a nested template an escaped text may be an expression of the next
/// evaluation, so it cannot be read either.
pub fn passed_on(text: &str, nested: bool) -> Option<(&str, usize)> {
    match text {
        text if is_expression(text) => None,
        text if text.starts_with("[[") && text.ends_with(']') => (!nested).then(|| (&text[1..], 1)),
        text => Some((text, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;

    #[test]
    fn workflows_are_found_wherever_a_template_may_hold_them() {
        let flow = r#""type": "Microsoft.Logic/workflows", "properties": {"definition": {}}"#;
        let text = format!(
            r#"{{"resources": [
                {{"name": "a", {flow}}},
                {{"name": "no definition", "type": "Microsoft.Logic/workflows"}},
                {{"type": "Microsoft.Resources/deployments",
                  "properties": {{"template": {{"resources": {{"b": {{"name": "b", {flow}}}}}}}}}}},
                {{"type": "X/parent", "resources": [{{"name": "c", {flow}}}]}}
            ]}}"#
        );
        let document = Document::parse(&text).unwrap();
        let names: Vec<_> = workflows(document.root())
            .iter()
            .map(|found| (found.node.get("name").and_then(|name| name.as_str()).unwrap(), found.nested))
            .collect();
        assert_eq!(names, [("a", false), ("b", true), ("c", false)]);
    }

    #[test]
    fn brackets_need_both_ends() {
        assert_eq!(passed_on("[concat('a')]", false), None);
        assert_eq!(passed_on("[[@{x()}]", false), Some(("[@{x()}]", 1)));
        assert_eq!(passed_on("[[variables('x')]", true), None);
        assert_eq!(passed_on("[@{x()}", false), Some(("[@{x()}", 0)));
        assert_eq!(passed_on("", true), Some(("", 0)));
    }
}
