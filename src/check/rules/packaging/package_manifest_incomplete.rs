//! The manifests of a legacy package do not name what is in it.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::base::pointer::Pointer;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;
use crate::workflow::bundle::Companion;
use crate::workflow::layout::Role;

crate::rule! {
    /// ## What it does
    /// Reports a legacy package without `manifest.json` or `Microsoft.Flow/flows/manifest.json`, a flow that one of them does not
    /// list, and a resource that depends on one that is not listed.
    ///
    /// ## Why is this bad
    /// The import is refused, or leaves the flow out.
    ///
    /// ## Example
    /// ```json
    /// "dependsOn": [ "5c6f4f0e-6b0d-4f5e-9d7c-0c5d5f5f0b11" ]
    /// ```
    /// with no such resource
    ///
    /// ## Use instead
    /// List every flow, connector and connection under `resources`, by id.
    ///
    /// ## References
    /// - Form of the packages that are published: in each of them the manifests list everything
    RULE = "CF6051" "package-manifest-incomplete" Error;
}

/// The lint.
#[derive(Debug)]
pub struct PackageManifestIncomplete;

impl Lint for PackageManifestIncomplete {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(package) = bundle.package().filter(|_| bundle.is_whole) else { return };
        let lists = |id: &str| package.resources().any(|(own, _)| own.eq_ignore_ascii_case(id));
        if let Some(manifest) = package.manifest {
            let at = manifest.node.get("resources").unwrap_or(manifest.node);
            for flow in package.flows.iter().filter(|flow| flow.definition.is_some() && !lists(flow.id)) {
                let message = format!("the manifest lists no flow `{}`", flow.id);
                say(out, manifest, at, message, "list it under `resources`, with its folder as id");
            }
            for (_, resource) in package.resources() {
                for id in resource.get("dependsOn").into_iter().flat_map(|ids| ids.items()) {
                    if let Some(text) = id.as_str().filter(|text| !lists(text)) {
                        let message = format!("the manifest lists no resource `{text}`");
                        say(
                            out,
                            manifest,
                            id,
                            message,
                            "list it under `resources`, or take it out of `dependsOn`",
                        );
                    }
                }
            }
        }
        for (name, role) in [
            ("manifest.json", Role::PackageManifest),
            ("Microsoft.Flow/flows/manifest.json", Role::FlowManifest),
        ] {
            // One that is there and cannot be read is reported for that.
            let is_there = bundle.files.iter().any(|file| file.role == role);
            if let Some((file, _)) = bundle.first_workflow().filter(|_| !is_there) {
                let message = format!("the package has no `{name}`");
                let help = "export the package again, or add the manifest: it lists what is in the package";
                out.push(file, Diagnostic::new(&RULE, Pointer::root(), message).help(help));
            }
        }
        if let Some(assets) = package.flow_manifest {
            let list = assets.node.path(&["flowAssets", "assetPaths"]);
            let paths = || list.into_iter().flat_map(|list| list.items()).filter_map(|path| path.as_str());
            for flow in package.flows.iter().filter(|flow| flow.definition.is_some()) {
                if !paths().any(|path| path.eq_ignore_ascii_case(flow.id)) {
                    let message = format!("the manifest of the flows lacks `{}`", flow.id);
                    say(
                        out,
                        assets,
                        list.unwrap_or(assets.node),
                        message,
                        "add the folder of the flow to `assetPaths`",
                    );
                }
            }
        }
    }
}

fn say(out: &mut BundleFindings, file: Companion<'_>, node: Node<'_>, message: String, help: &str) {
    out.push(file.file, Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help));
}
