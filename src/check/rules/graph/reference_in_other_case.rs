//! A name is written in other capitals than where it is defined.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::fix::Fix;
use crate::base::names::same;
use crate::check::context::{CHANGING_VARIABLES, first_text, reference};
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::{Call, Expr};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Tells of an expression, an entry of `runAfter` or an action on a variable that names an action, a parameter or a
    /// variable in other capitals than its definition does. `check --fix` writes the name as it is defined.
    ///
    /// ## Why is this bad
    /// Published templates that do it are deployed, so the service finds the name all the same. People who search the
    /// definition for it do not.
    ///
    /// ## Example
    /// ```json
    /// "Get_user": { "type": "Compose", "inputs": "someone" },
    /// "Text": { "type": "Compose", "inputs": "@outputs('get_user')", "runAfter": { "Get_user": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Get_user": { "type": "Compose", "inputs": "someone" },
    /// "Text": { "type": "Compose", "inputs": "@outputs('Get_user')", "runAfter": { "Get_user": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions"
    RULE = "CF2027" "reference-in-other-case" Info audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct ReferenceInOtherCase;

impl Lint for ReferenceInOtherCase {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action().every_call()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        for entry in action.run_after.iter().flatten() {
            if let Some(defined) = action_of(cx, entry.name).filter(|defined| *defined != entry.name) {
                let pointer = entry.node.pointer();
                let fix = Fix::key(instead(defined), pointer.clone(), defined);
                out.push(
                    found(Diagnostic::new(&RULE, pointer, message(entry.name, defined)), defined, fix)
                        .on_key(),
                );
            }
        }
        if !CHANGING_VARIABLES.iter().any(|kind| action.is(kind)) {
            return;
        }
        let Some(node) = action.node.path(&["inputs", "name"]) else { return };
        let name = cx.definition.literal(node).filter(|name| node.as_str() == Some(*name));
        let Some((name, defined)) = name.and_then(|name| Some((name, variable_of(cx, name)?))) else {
            return;
        };
        if name != defined {
            let fix = Fix::text(instead(defined), node.pointer(), defined);
            out.push(found(Diagnostic::new(&RULE, node.pointer(), message(name, defined)), defined, fix));
        }
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let Some((name, argument)) = first_text(call) else { return };
        let Some(defined) = defined(cx, call, name).filter(|defined| *defined != name) else { return };
        let finding = at.finding(&RULE, argument, message(name, defined)).help(instead(defined));
        out.push(at.rewrite(finding, argument, &Expr::str(defined)));
    }
}

fn message(name: &str, defined: &str) -> String {
    format!("`{name}` is called `{defined}` where it is defined")
}

fn instead(defined: &str) -> String {
    format!("write `{defined}`")
}

fn found(finding: Diagnostic, defined: &str, fix: Fix) -> Diagnostic {
    finding.help(instead(defined)).fix(fix)
}

/// The name as it is defined, of what a call names.
fn defined<'d>(cx: &Context<'_, 'd>, call: &Call, name: &str) -> Option<&'d str> {
    if reference(call).is_some() || call.name.eq_ignore_ascii_case("items") {
        return action_of(cx, name);
    }
    match call.name.to_ascii_lowercase().as_str() {
        "variables" => variable_of(cx, name),
        "parameters" => {
            let mut names = cx.definition.parameters.iter().flatten().map(|(name, _)| *name);
            names.find(|known| same(known, name))
        }
        _ => None,
    }
}

fn action_of<'d>(cx: &Context<'_, 'd>, name: &str) -> Option<&'d str> {
    cx.definition.named(name).first().map(|id| cx.definition[*id].name)
}

fn variable_of<'d>(cx: &Context<'_, 'd>, name: &str) -> Option<&'d str> {
    let mut names = cx.variables.iter().flatten().map(|variable| variable.name);
    names.find(|known| same(known, name))
}
