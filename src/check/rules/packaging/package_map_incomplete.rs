//! A legacy package lacks the map of a connection.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;

crate::rule! {
    /// ## What it does
    /// Reports a connection of a flow in a legacy package that `connectionsMap.json` or `apisMap.json` beside it does not map, or maps
    /// to what `manifest.json` does not list.
    ///
    /// ## Why is this bad
    /// The import is refused, with no more than a code.
    ///
    /// ## Example
    /// ```json
    /// { }
    /// ```
    /// as `connectionsMap.json` of a flow with the connection `shared_teams`
    ///
    /// ## Use instead
    /// ```json
    /// { "shared_teams": "5c6f4f0e-6b0d-4f5e-9d7c-0c5d5f5f0b11" }
    /// ```
    ///
    /// ## References
    /// - The service: PackageFlowMissingConnectionMap, and "API connection reference '…' could not be found"
    RULE = "CF6050" "package-map-incomplete" Error prevents "PackageFlowMissingConnectionMap";
}

/// The lint.
#[derive(Debug)]
pub struct PackageMapIncomplete;

impl Lint for PackageMapIncomplete {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(package) = bundle.package().filter(|_| bundle.is_whole) else { return };
        for flow in &package.flows {
            let Some(member) = members.iter().find(|member| Some(member.file) == flow.definition) else {
                continue;
            };
            for (map, file) in [(flow.connections, "connectionsMap.json"), (flow.apis, "apisMap.json")] {
                for node in connections(member) {
                    let Some(key) = node.key() else { continue };
                    let Some(map) = map else {
                        let message = format!("the package has no `{file}` for `{key}`");
                        let help =
                            format!("`{file}` maps each connection to its resource in `manifest.json`");
                        out.push(
                            member.file,
                            Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help),
                        );
                        continue;
                    };
                    let resource = map.node.get_ignore_case(key);
                    let is_listed = |id: &str| {
                        package.manifest.is_none()
                            || package.resources().any(|(own, _)| own.eq_ignore_ascii_case(id))
                    };
                    let (at, message) = match resource.and_then(|one| one.as_str()) {
                        None => (map.node, format!("`{key}` of the flow is not mapped")),
                        Some(id) if !is_listed(id) => (
                            resource.unwrap_or(map.node),
                            format!("`manifest.json` lists no resource `{id}`"),
                        ),
                        Some(_) => continue,
                    };
                    let help = "map each connection of the flow to the id of its resource in `manifest.json`";
                    out.push(map.file, Diagnostic::new(&RULE, at.pointer(), message).help(help));
                }
            }
        }
    }
}

/// The connections that a flow of a package names.
fn connections<'d>(member: &Member<'_, 'd>) -> impl Iterator<Item = Node<'d>> {
    let lists = member
        .contexts
        .iter()
        .filter_map(|cx| cx.definition.envelope.path(&["properties", "connectionReferences"]));
    lists.flat_map(|list| list.items())
}
