//! What a rule over definitions is, and the one walk that serves all of them.

use std::cell::OnceCell;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::fix::Fix;
use crate::base::json::Node;
use crate::expr::{Call, Expr};
use crate::workflow::connections::ApiId;
use crate::workflow::strings::Text;
use crate::workflow::{Action, Bundle, FileId, Trigger, Workflows};

use super::context::Context;
use super::findings::{BundleFindings, Findings};
use super::interest::{Interest, Table};
use super::options::Options;
use super::typing::Found;

/// A rule over workflow definitions. A rule overrides the narrowest of these that it needs, and says so in `interest`;
/// each is called in the order of the document.
pub trait Lint: Sync {
    /// The code, name and explanation.
    fn rule(&self) -> &'static Rule;

    /// What it is asked about. A rule for calls of some functions or for actions of some types is much cheaper when it
    /// names them here.
    fn interest(&self) -> Interest {
        Interest::ALL
    }

    /// Called once for files that belong together: a project, a solution, a legacy package, or one file on its own.
    /// For what no definition alone can tell, such as a connection that no flow of a project uses.
    fn bundle(&self, _bundle: &Bundle<'_>, _members: &[Member<'_, '_>], _out: &mut BundleFindings) {}

    /// Called once for a document that holds definitions, with the templates in it: for what is wrong around them.
    fn document(&self, _document: &Member<'_, '_>, _out: &mut Findings) {}

    /// Called once for a definition.
    fn definition(&self, _cx: &Context<'_, '_>, _out: &mut Findings) {}

    /// Called for every trigger.
    fn trigger(&self, _cx: &Context<'_, '_>, _trigger: &Trigger<'_>, _out: &mut Findings) {}

    /// Called for every action, each before the ones in it.
    fn action(&self, _cx: &Context<'_, '_>, _action: &Action<'_>, _out: &mut Findings) {}

    /// Called for every string that holds an expression or an escape, parsed or not.
    fn text(&self, _cx: &Context<'_, '_>, _text: &Text<'_>, _out: &mut Findings) {}

    /// Called for every function call of every string that parses.
    fn call(&self, _cx: &Context<'_, '_>, _at: At<'_, '_>, _call: &Call, _out: &mut Findings) {}

    /// Called for everything that is wrong with the types of expressions and conditions.
    fn issue(&self, _cx: &Context<'_, '_>, _found: &Found<'_>, _out: &mut Findings) {}
}

/// A document of a bundle with the definitions in it.
#[derive(Debug)]
pub struct Member<'c, 'd> {
    /// Which file of the bundle it is.
    pub file: FileId,
    /// Its form, definitions and templates.
    pub workflows: &'c Workflows<'d>,
    /// What rules know about each definition, in the same order.
    pub contexts: Vec<Context<'c, 'd>>,
    /// The ids of managed connectors in it, each with where it stands, once a rule has asked for them.
    pub(super) api_ids: OnceCell<Vec<(Node<'d>, ApiId)>>,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy)]
pub struct At<'t, 'd> {
    /// The string.
    pub text: &'t Text<'d>,
    /// The call as an expression.
    pub expr: &'t Expr,
}

impl At<'_, '_> {
    /// A finding about an expression of this string, such as an argument of the call.
    pub fn finding(self, rule: &'static Rule, expr: &Expr, message: impl Into<String>) -> Diagnostic {
        in_text(rule, self.text, &expr.span, message)
    }

    /// Offers to write another expression, such as another argument of the call.
    pub fn rewrite(self, finding: Diagnostic, expr: &Expr, new: &Expr) -> Diagnostic {
        rewrite(finding, self.text, &expr.span, &new.to_string())
    }
}

/// A finding about a part of a string, or about the whole key when the string is one.
pub(super) fn in_text(
    rule: &'static Rule,
    text: &Text<'_>,
    span: &std::ops::Range<usize>,
    message: impl Into<String>,
) -> Diagnostic {
    let finding = Diagnostic::new(rule, text.node.pointer(), message);
    if text.is_key { finding.on_key() } else { finding.inside(text.range(span)) }
}

/// Offers to write something else for a part of the string. In a key nothing is offered, because no rule needs it, and in
/// a text that ARM makes there is no such part.
pub(super) fn rewrite(
    finding: Diagnostic,
    text: &Text<'_>,
    span: &std::ops::Range<usize>,
    new: &str,
) -> Diagnostic {
    if text.is_key || text.is_made() {
        return finding;
    }
    let title = if new.is_empty() { "remove it".to_owned() } else { format!("write `{new}`") };
    finding.fix(Fix::inside(title, text.node.pointer(), text.range(span), new))
}

/// Runs every lint that is wanted over every definition of a bundle, in one walk.
pub(super) fn run(
    bundle: &Bundle<'_>,
    members: &[Member<'_, '_>],
    options: &Options,
    out: &mut BundleFindings,
) {
    let table = Table::of(options);
    table.bundles.iter().for_each(|lint| lint.bundle(bundle, members, out));
    for member in members {
        let out = out.of(member.file);
        table.documents.iter().for_each(|lint| lint.document(member, out));
        if !bundle[member.file].is_judged {
            member.contexts.iter().for_each(|cx| walk(table, cx, out));
        }
    }
}

fn walk(table: &Table, cx: &Context<'_, '_>, out: &mut Findings) {
    table.definitions.iter().for_each(|lint| lint.definition(cx, out));
    for found in cx.typing.issues().iter() {
        table.issues.iter().for_each(|lint| lint.issue(cx, found, out));
    }
    for trigger in &cx.definition.triggers {
        table.triggers.iter().for_each(|lint| lint.trigger(cx, trigger, out));
    }
    for action in cx.definition.actions() {
        table.actions.get(action.kind).iter().for_each(|lint| lint.action(cx, action, out));
    }
    for text in cx.texts {
        table.texts.iter().for_each(|lint| lint.text(cx, text, out));
        text.walk(|expr| {
            if let Some(call) = expr.as_call() {
                let at = At { text, expr };
                table.calls.get(&call.name).iter().for_each(|lint| lint.call(cx, at, call, out));
            }
        });
    }
}
