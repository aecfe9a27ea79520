//! What a rule over definitions is, and the one walk that serves all of them.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::expr::{Call, Expr};
use crate::workflow::strings::Text;
use crate::workflow::{Action, Workflows};

use super::context::Context;
use super::options::Options;
use super::rules::LINTS;

/// A rule over workflow definitions. A rule overrides the narrowest of these that it needs; each is called in the
/// order of the document.
pub trait Lint: Sync {
    /// The code, name and explanation.
    fn rule(&self) -> &'static Rule;

    /// Called once for a definition.
    fn definition(&self, _cx: &Context<'_, '_>, _out: &mut Findings) {}

    /// Called for every action, each before the ones in it.
    fn action(&self, _cx: &Context<'_, '_>, _action: &Action<'_>, _out: &mut Findings) {}

    /// Called for every string that holds an expression or an escape, parsed or not.
    fn text(&self, _cx: &Context<'_, '_>, _text: &Text<'_>, _out: &mut Findings) {}

    /// Called for every function call of every string that parses.
    fn call(&self, _cx: &Context<'_, '_>, _at: At<'_, '_>, _call: &Call, _out: &mut Findings) {}
}

/// What rules found.
pub type Findings = Vec<Diagnostic>;

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

/// Runs every lint that is wanted over every definition.
pub(super) fn run(workflows: &Workflows<'_>, options: &Options) -> Findings {
    let lints: Vec<_> = LINTS.iter().filter(|lint| options.wants(lint.rule())).collect();
    let mut out = Findings::new();
    for definition in &workflows.definitions {
        let texts = definition.texts();
        let cx = Context::new(definition, &texts);
        lints.iter().for_each(|lint| lint.definition(&cx, &mut out));
        for action in definition.actions() {
            lints.iter().for_each(|lint| lint.action(&cx, action, &mut out));
        }
        for text in &texts {
            lints.iter().for_each(|lint| lint.text(&cx, text, &mut out));
            text.walk(|expr| {
                if let Some(call) = expr.as_call() {
                    lints.iter().for_each(|lint| lint.call(&cx, At { text, expr }, call, &mut out));
                }
            });
        }
    }
    out
}
