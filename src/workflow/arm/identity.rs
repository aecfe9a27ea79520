//! Which resources a template has, and which of them an expression means.
//!
//! A resource is known by its full type and name, those of a child with the parts of the resource around it. Source:
//! Microsoft Learn, "Resource functions for ARM templates" (`resourceId`), "Set name and type for child resources".

use std::collections::BTreeSet;

use crate::base::json::Node;

use super::eval::Evaluated;
use super::parser::{ArmCall, ArmExpr, ArmKind, parse};
use super::template::{Resource, TemplateId, Templates};
use super::{is_expression, is_unclosed};

/// Full type and name of a resource, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Its type, such as `microsoft.web/connections`.
    pub kind: String,
    /// Its name, the parts of a child divided by `/`.
    pub name: String,
}

/// What the resources of a document are.
#[derive(Debug)]
pub(super) struct Identities {
    /// By their place.
    of: Vec<Option<Identity>>,
    /// The places of those that are known, by identity: a template may wait for many resources many times.
    sorted: Vec<usize>,
}

/// By what names the resources of a document can be waited for.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeSet<(TemplateId, String)>,
    /// The names of resources, backwards: a child is also known by any end of its name that begins a part, and what ends alike
    /// then stands together. The ends themselves would take the square of the name.
    ends: BTreeSet<(TemplateId, String)>,
    /// The templates with a resource whose name is computed, so that it may be any.
    open: BTreeSet<TemplateId>,
}

/// What an expression means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// The resource of that type and name, which should be in the same template.
    Resource(Identity),
    /// Whatever has that name there: a resource, a loop, a symbolic name.
    Name(String),
}

impl<'d> Templates<'d> {
    /// Full type and name of a resource, as far as the template alone tells; for all else `None`.
    pub fn identity(&self, resource: &Resource<'d>) -> Option<&Identity> {
        self.identities().of[resource.id.index()].as_ref()
    }

    fn identities(&self) -> &Identities {
        self.identities.get_or_init(|| {
            let mut of: Vec<Option<Identity>> = Vec::new();
            // The resource around another one stands before it.
            for resource in self.resources() {
                let around = resource.parent.and_then(|parent| of.get(parent.index())?.as_ref());
                of.push(self.worked_out(resource, around));
            }
            let mut sorted: Vec<usize> = (0..of.len()).filter(|at| of[*at].is_some()).collect();
            sorted.sort_by_key(|at| &of[*at]);
            Identities { of, sorted }
        })
    }

    /// The resources of that type and name, in whatever template.
    fn identified(&self, wanted: &Identity) -> impl Iterator<Item = &Resource<'d>> {
        let Identities { of, sorted } = self.identities();
        let first = sorted.partition_point(|at| of[*at].as_ref() < Some(wanted));
        let alike = sorted[first..].iter().take_while(move |at| of[**at].as_ref() == Some(wanted));
        alike.filter_map(|at| self.resources().nth(*at))
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = Names::default();
            for resource in self.resources() {
                let copy = resource.node.path(&["copy", "name"]).and_then(|name| name.as_str());
                let own = [resource.symbolic_name(), copy].into_iter().flatten();
                let identity = self.identity(resource).map(|identity| identity.name.as_str());
                if identity.is_none() || own.clone().any(is_expression) {
                    names.open.insert(resource.template);
                }
                names.known.extend(own.map(|name| (resource.template, name.to_lowercase())));
                names.ends.extend(identity.map(|name| (resource.template, backwards(name))));
            }
            names
        })
    }

    fn worked_out(&self, resource: &Resource<'d>, around: Option<&Identity>) -> Option<Identity> {
        let name = resource.name().map(|node| self.evaluate(resource.template, node))?;
        let name = name.text()?.to_lowercase();
        let kind = resource.kind.to_lowercase();
        if resource.parent.is_none() {
            return Some(Identity { kind, name });
        }
        if kind.contains('.') {
            // An extension of the resource around it.
            return None;
        }
        let around = around?;
        Some(Identity { kind: format!("{}/{kind}", around.kind), name: format!("{}/{name}", around.name) })
    }

    /// What an entry of `dependsOn` means; `None` where that cannot be told.
    pub fn depends_on(&self, template: TemplateId, entry: Node<'d>) -> Option<Meant> {
        let text = entry.as_str().filter(|text| !is_unclosed(text))?;
        if !is_expression(text) {
            return Some(written(text));
        }
        match self.expressions().of_value(entry) {
            Some(read) => self.meant(template, read.as_ref().ok()?, entry),
            None => self.meant(template, &parse(text).ok()?, entry),
        }
    }

    /// What an argument that names a resource means: `resourceId(…)` of the deployment's own resource group, or a name.
    pub fn meant(&self, template: TemplateId, expr: &ArmExpr, at: Node<'d>) -> Option<Meant> {
        let text = |expr: &ArmExpr| known(&self.evaluate_expression(template, expr, at));
        match &expr.kind {
            ArmKind::Call(call) if call.is("resourceId") && call.access.is_empty() => {
                let mut parts = call.args.iter().map(text);
                // Published templates end a type in a slash, and are deployed.
                let kind = parts.next()??.trim_end_matches('/').to_lowercase();
                // A subscription or resource group before the type leads elsewhere.
                if !(kind.contains('.') && kind.contains('/')) {
                    return None;
                }
                let names: Vec<String> = parts.collect::<Option<_>>()?;
                Some(Meant::Resource(Identity { kind, name: names.join("/").to_lowercase() }))
            }
            _ => text(expr).map(|text| written(&text)),
        }
    }

    /// Whether a template has what is meant, as far as anybody can tell: what has a computed name may be any.
    pub fn has(&self, template: TemplateId, meant: &Meant) -> bool {
        match meant {
            Meant::Resource(wanted) => {
                let may_be = |resource: &Resource<'_>| resource.parent.is_some() || resource.is(&wanted.kind);
                self.identified(wanted).any(|resource| resource.template == template)
                    || self.resources().any(|resource| {
                        resource.template == template && self.identity(resource).is_none() && may_be(resource)
                    })
            }
            Meant::Name(name) => {
                let Names { known, ends, open } = self.names();
                let whole = (template, backwards(name));
                let end = (template, format!("{}/", whole.1));
                let ends_so = || {
                    ends.range(&end..)
                        .next()
                        .is_some_and(|(of, own)| *of == template && own.starts_with(&end.1))
                };
                open.contains(&template)
                    || known.contains(&(template, name.clone()))
                    || ends.contains(&whole)
                    || ends_so()
            }
        }
    }
}

/// The type that a call of `resourceId` names, where it is written out.
pub fn type_named(call: &ArmCall) -> Option<&str> {
    let is_type = |text: &&str| text.contains('.') && text.contains('/');
    call.args.iter().filter_map(ArmExpr::as_str).find(is_type)
}

/// A name, or type and name in one text: `Microsoft.Web/connections/mail`.
fn written(text: &str) -> Meant {
    let text = text.to_lowercase();
    let parts: Vec<&str> = text.split('/').collect();
    match &parts[..] {
        [provider, rest @ ..] if provider.contains('.') && rest.len() >= 2 && rest.len() % 2 == 0 => {
            let kinds = rest.iter().step_by(2).copied();
            let kind: Vec<&str> = std::iter::once(*provider).chain(kinds).collect();
            let name: Vec<&str> = rest.iter().skip(1).step_by(2).copied().collect();
            Meant::Resource(Identity { kind: kind.join("/"), name: name.join("/") })
        }
        _ => Meant::Name(text),
    }
}

fn backwards(name: &str) -> String {
    name.chars().rev().collect()
}

fn known(value: &Evaluated<'_>) -> Option<String> {
    value.text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;

    #[test]
    fn what_is_there_is_found_however_it_is_named() {
        let document = Document::parse(
            r#"{"parameters": {"free": {"type": "string"}}, "variables": {"mail": "office365-x"}, "resources": [
                {"type": "Microsoft.Web/connections", "name": "[variables('mail')]"},
                {"type": "Microsoft.Web/sites", "name": "app", "resources": [{"type": "config", "name": "web"}]},
                {"type": "Microsoft.Logic/workflows", "name": "[parameters('free')]"},
                {"type": "Microsoft.Storage/storageAccounts", "name": "s", "copy": {"name": "loop", "count": 2}},
                {"type": "x", "name": "entries", "dependsOn": [
                    "[resourceId('Microsoft.Web/connections', variables('mail'))]",
                    "[resourceId('Microsoft.Web/sites/config', 'app', 'web')]",
                    "[concat('microsoft.web/connections/', 'office365-x')]",
                    "[resourceId('Microsoft.Logic/workflows', 'whatever')]",
                    "loop", "app",
                    "[resourceId('Microsoft.Web/connections', 'gone')]",
                    "[resourceId('Microsoft.KeyVault/vaults', 'gone')]",
                    "[resourceId('group', 'Microsoft.Web/connections', 'gone')]",
                    "[parameters('free')]"]}]}"#,
        )
        .unwrap();
        let templates = Templates::read(document.root());
        let last = templates.resources().find(|resource| resource.kind == "x").unwrap();
        let found: Vec<Option<bool>> = last
            .depends_on()
            .map(|entry| {
                let meant = templates.depends_on(TemplateId::ROOT, entry)?;
                Some(templates.has(TemplateId::ROOT, &meant))
            })
            .collect();
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(found, [yes, yes, yes, yes, yes, yes, no, no, None, None]);
    }

    #[test]
    fn a_child_is_known_by_the_ends_of_its_name_and_a_long_name_takes_no_more_than_its_length() {
        let long = "a/".repeat(40_000);
        let text = format!(
            r#"{{"resources": [{{"type": "Microsoft.Web/sites", "name": "App", "copy": {{"name": "loop"}},
                "resources": [{{"type": "config", "name": "web"}}]}}, {{"type": "x", "name": "{long}z"}}]}}"#
        );
        let document = Document::parse(&text).unwrap();
        let templates = Templates::read(document.root());
        let has = |name: &str| templates.has(TemplateId::ROOT, &Meant::Name(name.to_owned()));
        for name in ["app", "web", "app/web", "loop", "a/a/z", "z"] {
            assert!(has(name), "{name}");
        }
        for name in ["eb", "pp/web", "app/", "", "oop", "gone", "b/z"] {
            assert!(!has(name), "{name}");
        }
        assert!(templates.names().ends.iter().map(|(_, name)| name.len()).sum::<usize>() < 2 * long.len());
    }
}
