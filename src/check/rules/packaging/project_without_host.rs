//! A Standard project without the file that loads its workflows.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::pointer::Pointer;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Interest, Lint};
use crate::workflow::Bundle;
use crate::workflow::layout::Role;

crate::rule! {
    /// ## What it does
    /// Reports a Standard project without `host.json`, and one whose `host.json` asks for a bundle of extensions without workflows. A
    /// project that brings its extensions along as packages needs no bundle and is not judged.
    ///
    /// ## Why is this bad
    /// The host starts and knows no workflows: each is shown as one that is not found.
    ///
    /// ## Example
    /// ```json
    /// { "version": "2.0", "extensionBundle": { "id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "version": "2.0", "extensionBundle": { "id": "Microsoft.Azure.Functions.ExtensionBundle.Workflows", "version": "[1.*, 2.0.0)" } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Edit host and app settings for Standard logic apps in single-tenant Azure Logic Apps"
    RULE = "CF6034" "project-without-host" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct ProjectWithoutHost;

impl Lint for ProjectWithoutHost {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(project) = bundle.project().filter(|_| bundle.is_whole) else { return };
        let Some(host) = project.host else {
            // A file that is there and cannot be read is reported for that.
            let is_unread = bundle.files().any(|(_, file)| file.role == Role::Host);
            if let Some((id, _)) = bundle.first_workflow().filter(|_| !is_unread) {
                let message = "the project has no `host.json`";
                let help = format!("add one that asks for the bundle `{BUNDLE}`");
                out.push(id, Diagnostic::new(&RULE, Pointer::root(), message).help(help));
            }
            return;
        };
        let Some(id) = host.node.path(&["extensionBundle", "id"]) else { return };
        let written = id.as_str().unwrap_or_default();
        if !written.to_ascii_lowercase().starts_with(&BUNDLE.to_ascii_lowercase()) {
            let message = format!("the bundle `{written}` has no workflows");
            out.push(
                host.file,
                Diagnostic::new(&RULE, id.pointer(), message).help(format!("ask for `{BUNDLE}`")),
            );
        }
    }
}

/// The bundle of extensions that loads workflows.
const BUNDLE: &str = "Microsoft.Azure.Functions.ExtensionBundle.Workflows";
