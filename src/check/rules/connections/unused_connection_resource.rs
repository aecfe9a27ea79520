//! A connection that a template makes and nothing in it uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::Connections;
use crate::workflow::arm::{self, Resource, Templates};
use crate::workflow::definition::fold;

crate::rule! {
    /// ## What it does
    /// Warns about a connection resource of a template that no `$connections` of its workflows names, and nothing else in the
    /// template speaks of but to wait for it. Silent where the connections of a workflow are
    /// computed, or one of them is not declared.
    ///
    /// ## Why is this bad
    /// Whoever deploys the template has to authorize a connection for nothing, and it keeps rights that nobody needs. Often
    /// it was made for an action that should use it and goes through another connection.
    ///
    /// ## Example
    /// A resource `Microsoft.Web/connections` called `[variables('Mail')]`, and `$connections` with `[variables('Sentinel')]` alone
    ///
    /// ## Use instead
    /// Remove the resource and its name from `dependsOn`, or use it.
    ///
    /// ## References
    /// - CWE-1164: Irrelevant Code
    RULE = "CF4028" "unused-connection-resource" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct UnusedConnectionResource;

impl Lint for UnusedConnectionResource {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        let is_made_once = |resource: &&Resource<'_>| resource.node.get("copy").is_none();
        let made: Vec<_> = templates
            .of_type("Microsoft.Web/connections")
            .filter(is_made_once)
            .filter_map(Made::of)
            .collect();
        let are_declared = document.contexts.iter().all(|cx| {
            matches!(cx.definition.connections, Connections::Declared { .. }) && cx.are_connections_told()
        });
        if made.is_empty() || document.contexts.is_empty() || !are_declared {
            return;
        }
        let mut by_name: BTreeMap<&str, Vec<&Made<'_, '_>>> = BTreeMap::new();
        for one in &made {
            by_name.entry(&one.named).or_default().push(one);
        }
        let mut used = mentioned(templates, &by_name);
        for cx in &document.contexts {
            let Some(workflow) = cx.definition.resource.map(|id| &templates[id]) else { return };
            for (_, entry) in cx.definition.connections.entries() {
                let Some(name) = entry.get("connectionName") else { continue };
                let named = templates.evaluate(workflow.template, name);
                // One whose name only a deployment knows may be any of them.
                let Some(named) = named.text() else {
                    if is_mentioned(&by_name, name) {
                        continue;
                    }
                    return;
                };
                used.extend(made.iter().filter(|one| one.is_called(templates, named)).map(Made::place));
            }
        }
        for one in made.iter().filter(|one| !used.contains(&one.place())) {
            let name = one.name.as_str().unwrap_or_default();
            let message = format!("nothing uses the connection `{name}`");
            let help = "remove the resource, or name it in the `$connections` of a workflow";
            out.push(Diagnostic::new(&RULE, one.name.pointer(), message).help(help));
        }
    }
}

/// A connection resource.
struct Made<'t, 'd> {
    resource: &'t Resource<'d>,
    name: Node<'d>,
    /// Its name as other expressions write it.
    named: String,
}

impl<'t, 'd> Made<'t, 'd> {
    fn of(resource: &'t Resource<'d>) -> Option<Self> {
        let name = resource.name()?;
        let text = name.as_str().filter(|text| !arm::is_unclosed(text))?;
        let named = if arm::is_expression(text) {
            plain(&text[1..text.len() - 1])
        } else {
            plain(&format!("'{text}'"))
        };
        Some(Self { resource, name, named })
    }

    /// Its place among the resources.
    fn place(&self) -> usize {
        self.resource.id.index()
    }

    fn is_called(&self, templates: &Templates<'d>, name: &str) -> bool {
        let own = templates.evaluate(self.resource.template, self.name);
        own.text().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }
}

/// An expression as it is compared.
fn plain(text: &str) -> String {
    let mut text = fold(text);
    if text.bytes().any(|byte| is_blank(byte) || !byte.is_ascii()) {
        text.retain(|c| !c.is_whitespace());
    }
    text
}

/// A blank of ASCII, as [`char::is_whitespace`] has them.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Whether an expression is, letter by letter, the name of one of these.
fn is_mentioned(by_name: &BTreeMap<&str, Vec<&Made<'_, '_>>>, node: Node<'_>) -> bool {
    let text = node.as_str().unwrap_or_default();
    arm::is_expression(text) && by_name.contains_key(plain(&text[1..text.len() - 1]).as_str())
}

/// The places of those that an expression outside of them speaks of, but for those that only wait.
fn mentioned<'d>(templates: &Templates<'d>, by_name: &BTreeMap<&str, Vec<&Made<'_, 'd>>>) -> Vec<usize> {
    let mut found = Vec::new();
    // What is as long as none of the names, blanks aside, is none of them. Most parts of expressions are so.
    let lengths: BTreeSet<usize> = by_name.keys().map(|name| name.len()).collect();
    let length = |text: &str| text.bytes().filter(|byte| !is_blank(*byte)).count();
    let may_be_name = |written: &&str| !written.is_ascii() || lengths.contains(&length(written));
    for text in templates.expressions().iter() {
        let waits = text.node.parent().and_then(|list| list.key()).is_some_and(|key| key == "dependsOn");
        let (Some(whole), Ok(expr), false) = (text.node.as_str(), &text.parsed, waits) else { continue };
        expr.walk(&mut |inner| {
            let written = whole.get(text.range(&inner.span)).filter(may_be_name).map(plain);
            let meant = written.and_then(|written| by_name.get(written.as_str()));
            let others = meant.into_iter().flatten().filter(|one| !text.node.is_within(one.resource.node));
            found.extend(others.map(|one| one.place()));
        });
    }
    found
}
