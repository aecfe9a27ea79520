//! `reference` is asked for what it does not give.

use crate::base::diagnostic::{Rule, did_you_mean};
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::identity::type_named;
use crate::workflow::arm::{
    ArmCall, ArmExpr, ArmText, Meant, Resource, TemplateId, Templates, WORKFLOW_TYPE,
};

use super::in_expression;

crate::rule! {
    /// ## What it does
    /// Reports, of a template's expressions:
    ///
    /// - `reference(…)` without an API version for what the template does not deploy;
    /// - `.identity` of a workflow without the argument `'full'`, and with it a property of the workflow that is not reached by
    ///   `.properties`;
    /// - a property that a workflow does not have, where one with a name near to it is known;
    /// - an output that a nested deployment does not have.
    ///
    /// ## Why is this bad
    /// `reference` gives the `properties` of a resource alone; its identity stands beside them. The deployment fails when it
    /// comes to the expression, after other resources are deployed.
    ///
    /// ## Example
    /// ```json
    /// "principalId": "[reference(resourceId('Microsoft.Logic/workflows', 'contain'), '2019-05-01').identity.principalId]"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "principalId": "[reference(resourceId('Microsoft.Logic/workflows', 'contain'), '2019-05-01', 'full').identity.principalId]"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Resource functions for ARM templates", reference
    /// - The service: "The language expression property '…' doesn't exist, available properties are '…'"
    RULE = "CF6012" "wrong-reference" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct WrongReference;

impl Lint for WrongReference {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for text in templates.expressions().iter() {
            // What is put off until a template that stands in this one is deployed means the resources of that.
            let Some(reader) = text.reader.filter(|reader| *reader == text.template) else { continue };
            text.each_call(|call, _| {
                if let Some(argument) = call.args.first().filter(|_| call.is("reference")) {
                    judge(templates, reader, text, call, argument, out);
                }
            });
        }
    }
}

fn judge<'d>(
    templates: &Templates<'d>,
    reader: TemplateId,
    text: &ArmText<'d>,
    call: &ArmCall,
    argument: &ArmExpr,
    out: &mut Findings,
) {
    let meant = templates.meant(reader, argument, text.node);
    if let Some(meant) = meant.as_ref().filter(|meant| call.args.len() == 1 && !templates.has(reader, meant))
    {
        let what = match meant {
            Meant::Resource(wanted) => format!("{} `{}`", wanted.kind, wanted.name),
            Meant::Name(name) => format!("resource `{name}`"),
        };
        let message = format!("the template deploys no {what}, and no API version is given for another");
        let help = "name a resource of the template, or give the API version as second argument";
        out.push(in_expression(&RULE, text, &argument.span, message).help(help));
        return;
    }
    let resource = meant.and_then(|meant| deployed(templates, reader, &meant));
    let said = match resource {
        Some(resource) if resource.is_workflow() => of_workflow(call),
        Some(resource) if resource.is("Microsoft.Resources/deployments") => {
            of_deployment(call, resource.node)
        }
        Some(_) => None,
        None => {
            let id = argument.as_call().filter(|id| id.is("resourceId")).and_then(type_named);
            id.filter(|kind| kind.eq_ignore_ascii_case(WORKFLOW_TYPE)).and_then(|_| of_workflow(call))
        }
    };
    if let Some((at, message, help)) = said {
        out.push(in_expression(&RULE, text, &at.span, message).help(help));
    }
}

/// The one resource of a template that is surely meant.
fn deployed<'t, 'd>(
    templates: &'t Templates<'d>,
    template: TemplateId,
    meant: &Meant,
) -> Option<&'t Resource<'d>> {
    let mut named = templates.resources().filter(|one| one.template == template).filter(|one| {
        templates.identity(one).is_some_and(|identity| match meant {
            Meant::Resource(wanted) => identity == wanted,
            Meant::Name(name) => identity.name == *name,
        })
    });
    named.next().filter(|_| named.next().is_none())
}

/// What is wrong with a step into what was given: where, what, and what to do.
type Said<'c> = (&'c ArmExpr, String, String);

/// Properties of a workflow. Source: the resource type `Microsoft.Logic/workflows`, version 2019-05-01.
const PROPERTIES: [&str; 13] = [
    "accessControl",
    "accessEndpoint",
    "changedTime",
    "createdTime",
    "definition",
    "endpointsConfiguration",
    "integrationAccount",
    "integrationServiceEnvironment",
    "parameters",
    "provisioningState",
    "sku",
    "state",
    "version",
];

fn of_workflow(call: &ArmCall) -> Option<Said<'_>> {
    let (at, name) = step(call, 0)?;
    let is_property = PROPERTIES.iter().any(|one| one.eq_ignore_ascii_case(name));
    let said = match is_full(call)? {
        false if name.eq_ignore_ascii_case("identity") => (
            "without `'full'` there is no `identity`: `reference` gives the properties alone".to_owned(),
            "give the API version as second and `'full'` as third argument".to_owned(),
        ),
        false if !is_property => {
            let near = did_you_mean(name, PROPERTIES)?;
            (format!("a workflow has no property `{name}`"), format!("did you mean `{near}`?"))
        }
        true if is_property => (
            format!("with `'full'` the resource has no `{name}`: it is one of its properties"),
            format!("write `.properties.{name}`, or leave `'full'` out"),
        ),
        _ => return None,
    };
    Some((at, said.0, said.1))
}

/// `reference('deployment').outputs.name.value` against the outputs of its template.
fn of_deployment<'c>(call: &'c ArmCall, deployment: Node<'_>) -> Option<Said<'c>> {
    let (_, first) = step(call, 0)?;
    let (at, name) = step(call, 1)?;
    let template = deployment.path(&["properties", "template"]).filter(Node::is_object)?;
    if is_full(call)? || !first.eq_ignore_ascii_case("outputs") {
        return None;
    }
    let outputs = template.get("outputs").into_iter().flat_map(|outputs| outputs.members());
    let names: Vec<&str> = outputs.map(|(name, _)| name).collect();
    if !names.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        let message = format!("the deployment has no output `{name}`");
        return Some((at, message, crate::base::words::choices(name, "outputs", names)));
    }
    let (at, member) = step(call, 2)?;
    let is_member = ["value", "type"].iter().any(|own| own.eq_ignore_ascii_case(member));
    (!is_member).then(|| (at, format!("an output has no `{member}`"), "write `.value`".to_owned()))
}

/// A step into the result of a call, where its name is written out.
fn step(call: &ArmCall, at: usize) -> Option<(&ArmExpr, &str)> {
    let access = call.access.get(at)?;
    Some((access, access.as_str()?))
}

/// Whether the whole resource is asked for; `None` where that is computed.
fn is_full(call: &ArmCall) -> Option<bool> {
    match call.args.get(2).map(ArmExpr::as_str) {
        None => Some(false),
        Some(Some(text)) => Some(text.eq_ignore_ascii_case("full")),
        Some(None) => None,
    }
}
