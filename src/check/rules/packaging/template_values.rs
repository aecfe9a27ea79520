//! Values for the parameters of a template, in a file beside it or in the deployment that carries it.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::base::words::{choices, list};
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::Bundle;
use crate::workflow::arm::{self, Declared, Template};

use super::values;

crate::rule! {
    /// ## What it does
    /// Reports parameters of the template in a nested deployment that have no default and get no value from the deployment.
    ///
    /// ## Why is this bad
    /// Nothing else can give them one: the deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "properties": { "mode": "Incremental", "template": { "parameters": { "Approvers": { "type": "string" } }, … } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "properties": { "mode": "Incremental", "parameters": { "Approvers": { "value": "[parameters('Approvers')]" } }, … }
    /// ```
    ///
    /// ## References
    /// - The service: "The value for the template parameter '…' … is not provided."
    MISSING_RULE = "CF6021" "template-parameter-without-value" Error prevents "InvalidTemplate";
    /// ## What it does
    /// Reports a value in a file of parameters, or of a nested deployment, for a parameter that the template does not declare.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "parameters": { "Aprovers": { "value": "soc@contoso.com" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "parameters": { "Approvers": { "value": "soc@contoso.com" } }
    /// ```
    ///
    /// ## References
    /// - The service: "The template parameters '…' in the parameters file are not valid; they are not present in the original
    ///   template"
    UNDECLARED_RULE = "CF6022" "value-for-undeclared-template-parameter" Error prevents "InvalidTemplate";
    /// ## What it does
    /// Reports a value in a file of parameters, or of a nested deployment, that is of another type than the template declares,
    /// is none of `allowedValues`, or lies outside the bounds that the parameter sets.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "parameters": { "MaxTargets": { "value": "10" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "parameters": { "MaxTargets": { "value": 10 } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Resolve errors for invalid template", parameter isn't valid
    WRONG_RULE = "CF6023" "template-value-not-allowed" Error prevents "InvalidTemplate";
    /// ## What it does
    /// Reports parameters of a template that have no default and get no value in a file of parameters beside it. Secure
    /// parameters are not judged: a secret is better given when one deploys.
    ///
    /// ## Why is this bad
    /// A deployment with this file stops and asks, or is refused where nobody can answer.
    ///
    /// ## Example
    /// ```json
    /// "parameters": {}
    /// ```
    /// for a template with `"Approvers": { "type": "string" }`
    ///
    /// ## Use instead
    /// ```json
    /// "parameters": { "Approvers": { "value": "soc@contoso.com" } }
    /// ```
    ///
    /// ## References
    /// - The service: "The value for the template parameter '…' … is not provided."
    INCOMPLETE_RULE = "CF6024" "parameters-file-incomplete" Warning prevents "InvalidTemplate" audience Strict;
}

/// A lint over each set of values and its template.
#[derive(Debug)]
pub struct TemplateValues {
    rule: &'static Rule,
    judge: fn(Given<'_>, &Template<'_>, &mut Findings),
}

/// For parameters that a deployment gives no value.
pub static MISSING: TemplateValues = TemplateValues { rule: &MISSING_RULE, judge: missing };
/// For values without a parameter.
pub static UNDECLARED: TemplateValues = TemplateValues { rule: &UNDECLARED_RULE, judge: undeclared };
/// For values that the parameter does not take.
pub static WRONG: TemplateValues = TemplateValues { rule: &WRONG_RULE, judge: wrong };
/// For parameters that a file gives no value.
pub static INCOMPLETE: TemplateValues = TemplateValues { rule: &INCOMPLETE_RULE, judge: incomplete };

/// One set of values.
#[derive(Debug, Clone, Copy)]
struct Given<'d> {
    /// The object with the values, or where it should stand.
    at: Node<'d>,
    /// Whether it is that object.
    is_there: bool,
    /// Whether a nested deployment gives them: then they are all there are.
    is_nested: bool,
}

impl<'d> Given<'d> {
    fn entries(self) -> impl Iterator<Item = (&'d str, Node<'d>)> {
        self.at.members().filter(move |_| self.is_there)
    }
}

impl Lint for TemplateValues {
    fn rule(&self) -> &'static Rule {
        self.rule
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles().documents()
    }

    fn bundle(&self, bundle: &Bundle<'_>, members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(template) = members.first().and_then(|one| one.workflows.templates.iter().next()) else {
            return;
        };
        for file in bundle.deployment().into_iter().flat_map(|deployment| &deployment.parameters) {
            if let Some(at) = file.node.get("parameters").filter(Node::is_object) {
                let given = Given { at, is_there: true, is_nested: false };
                (self.judge)(given, template, out.of(file.file));
            }
        }
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for template in templates.iter() {
            let carrier = template.carrier.map(|id| &templates[id]);
            let carrier = carrier.filter(|one| one.is("Microsoft.Resources/deployments"));
            let Some(properties) = carrier.and_then(|one| one.properties()) else { continue };
            match properties.get("parameters") {
                Some(at) if at.is_object() => {
                    (self.judge)(Given { at, is_there: true, is_nested: true }, template, out);
                }
                None => {
                    (self.judge)(Given { at: properties, is_there: false, is_nested: true }, template, out)
                }
                Some(_) => {}
            }
        }
    }
}

fn missing(given: Given<'_>, template: &Template<'_>, out: &mut Findings) {
    let names = left(given, template, |_| false);
    if given.is_nested && !names.is_empty() {
        let message = format!("the deployment gives no value for {}", list(names));
        let help = "the template has no default for what is missing: give a value under `parameters`";
        out.push(Diagnostic::new(&MISSING_RULE, given.at.pointer(), message).on_key().help(help));
    }
}

fn incomplete(given: Given<'_>, template: &Template<'_>, out: &mut Findings) {
    let names = left(given, template, |kind| kind.to_ascii_lowercase().starts_with("secure"));
    if !given.is_nested && !names.is_empty() {
        let message = format!("the file gives no value for {}", list(names));
        let help = "the template has no default for what is missing: give a value here, or when you deploy";
        out.push(Diagnostic::new(&INCOMPLETE_RULE, given.at.pointer(), message).on_key().help(help));
    }
}

/// The parameters without a default and without a value, but for those of types that are spared.
fn left<'d>(given: Given<'_>, template: &Template<'d>, is_spared: fn(&str) -> bool) -> Vec<&'d str> {
    let is_left = |(name, node): &(&str, Node<'_>)| {
        let kind = node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
        let may_be_null = node.get("nullable").is_some_and(|nullable| nullable.as_bool() == Some(true));
        let is_given = given.entries().any(|(own, _)| own.eq_ignore_ascii_case(name));
        !is_spared(kind) && !may_be_null && !is_given && node.get("defaultValue").is_none()
    };
    template.parameters().filter(is_left).map(|(name, _)| name).collect()
}

fn undeclared(given: Given<'_>, template: &Template<'_>, out: &mut Findings) {
    for (name, entry) in given.entries() {
        if !template.declares(Declared::Parameter, name) && !arm::is_expression(name) {
            let message = format!("the template has no parameter `{name}`");
            let help = choices(name, "parameters of the template", template.parameters().map(|(own, _)| own));
            out.push(Diagnostic::new(&UNDECLARED_RULE, entry.pointer(), message).on_key().help(help));
        }
    }
}

fn wrong(given: Given<'_>, template: &Template<'_>, out: &mut Findings) {
    for (name, entry) in given.entries() {
        let Some((parameter, value)) = template.parameter(name).zip(entry.get("value")) else { continue };
        if let Some((problem, help)) = values::problem(parameter, value) {
            let message = format!("the value of `{name}` {problem}");
            out.push(Diagnostic::new(&WRONG_RULE, value.pointer(), message).help(help));
        }
    }
}
