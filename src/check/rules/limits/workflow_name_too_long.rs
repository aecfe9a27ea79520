//! The name of a workflow resource is too long.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::pointer::Pointer;
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;
use crate::workflow::Host;

crate::rule! {
    /// ## What it does
    /// Reports a workflow resource of a template whose literal name has more than 80 characters, and a workflow of a Standard
    /// project whose folder, which is its name, has more than 32.
    ///
    /// ## Why is this bad
    /// The deployment fails.
    ///
    /// ## Example
    /// ```json
    /// "type": "Microsoft.Logic/workflows", "name": "a name of more than eighty characters …"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "type": "Microsoft.Logic/workflows", "name": "contain-account"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    RULE = "CF5012" "workflow-name-too-long" Error;
}

/// The lint.
#[derive(Debug)]
pub struct WorkflowNameTooLong;

impl Lint for WorkflowNameTooLong {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        if cx.bundle.project().is_some() {
            let folder = cx.bundle[cx.file].name.rsplit('/').nth(1).unwrap_or_default();
            let message = too_long(Host::Standard, folder);
            out.extend(message.map(|message| {
                Diagnostic::new(&RULE, Pointer::root(), message).help("shorten the name of its folder")
            }));
            return;
        }
        let Some(node) = definition.envelope.get("name").filter(|_| definition.templated.is_some()) else {
            return;
        };
        let Some((name, _)) = node.as_str().and_then(|name| definition.passed_on(name)) else { return };
        let message = too_long(Host::LogicApp, name);
        out.extend(message.map(|message| Diagnostic::new(&RULE, node.pointer(), message).help("shorten it")));
    }
}

fn too_long(host: Host, name: &str) -> Option<String> {
    let count = name.chars().count();
    let most = exceeded(&limits::WORKFLOW_NAME, host, count)?;
    Some(format!("the name of this workflow has {count} characters; at most {most} are allowed"))
}
