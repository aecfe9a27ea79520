//! Resources that wait for one another.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::{Meant, Resource, ResourceId, Templates};

crate::rule! {
    /// ## What it does
    /// Reports resources of a template that wait for each other by `dependsOn`, so that none can be the first. Names that only
    /// the deployment knows are not judged.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// A connection with `"dependsOn": [ "[resourceId('Microsoft.Logic/workflows', 'contain')]" ]`, and the workflow `contain` with
    /// the connection in its own `dependsOn`
    ///
    /// ## Use instead
    /// The workflow waits for its connections, and they wait for nothing.
    ///
    /// ## References
    /// - The service: "Circular dependency detected on resource: '…'"
    /// - Microsoft Learn: "Resolve errors for circular dependencies in ARM templates"
    RULE = "CF6017" "circular-dependency" Error prevents "InvalidTemplate";
}

/// How many resources of a circle a message names.
const MOST_NAMED: usize = 10;

/// The lint.
#[derive(Debug)]
pub struct CircularDependency;

impl Lint for CircularDependency {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        let awaited = awaited(templates);
        let mut state: BTreeMap<ResourceId, bool> = BTreeMap::new();
        for start in awaited.keys() {
            // Depth first, with the way on a stack of its own: input does not decide how deep ours goes.
            let mut way: Vec<(ResourceId, usize)> = Vec::new();
            if state.insert(*start, false).is_some() {
                continue;
            }
            way.push((*start, 0));
            while let Some((at, next)) = way.last_mut() {
                let (at, entry) = (*at, awaited.get(at).and_then(|entries| entries.get(*next)));
                *next += 1;
                let Some((node, to)) = entry else {
                    state.insert(at, true);
                    way.pop();
                    continue;
                };
                match state.get(to) {
                    None => {
                        state.insert(*to, false);
                        way.push((*to, 0));
                    }
                    Some(true) => {}
                    Some(false) if !out.has_room(RULE.code) => return,
                    Some(false) => {
                        let from = way.iter().position(|(one, _)| one == to).unwrap_or(0);
                        let circle = way[from..].iter().map(|(one, _)| *one);
                        out.push(finding(templates, *node, circle));
                    }
                }
            }
        }
    }
}

/// What each resource waits for: the entry, and the one resource that it surely means.
fn awaited<'d>(templates: &Templates<'d>) -> BTreeMap<ResourceId, Vec<(Node<'d>, ResourceId)>> {
    let mut known: BTreeMap<_, Option<ResourceId>> = BTreeMap::new();
    for resource in templates.resources() {
        if let Some(identity) = templates.identity(resource) {
            let key = (resource.template, identity);
            known.entry(key).and_modify(|one| *one = None).or_insert(Some(resource.id));
        }
    }
    let entries = |resource: &Resource<'d>| {
        let found = resource.depends_on().filter_map(|entry| {
            let Meant::Resource(wanted) = templates.depends_on(resource.template, entry)? else {
                return None;
            };
            Some((entry, known.get(&(resource.template, &wanted)).copied()??))
        });
        found.collect::<Vec<_>>()
    };
    templates.resources().map(|resource| (resource.id, entries(resource))).collect()
}

fn finding(
    templates: &Templates<'_>,
    entry: Node<'_>,
    circle: impl Iterator<Item = ResourceId>,
) -> Diagnostic {
    let names: Vec<String> = circle
        .take(MOST_NAMED)
        .filter_map(|id| templates.identity(&templates[id]))
        .map(|identity| format!("`{}`", identity.name))
        .collect();
    let message = match &names[..] {
        [one] => format!("{one} waits for itself"),
        _ => {
            format!("these resources wait for each other, so none can be deployed: {}", names.join(", then "))
        }
    };
    Diagnostic::new(&RULE, entry.pointer(), message).help("remove one of the `dependsOn` entries")
}
