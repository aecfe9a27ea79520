//! The runbooks that a playbook starts: PowerShell files, emitted as they are. A job without its runbook fails.

use std::collections::BTreeSet;

use super::Artifact;
use crate::data::connector::{self, Host};
use crate::plan::Plan;
use crate::plan::ir::{StepKind, Term, Value};

/// Every runbook that the binary carries, by name.
const RUNBOOKS: &[(&str, &str)] = &[
    ("Add-TenantBlock", include_str!("runbooks/Add-TenantBlock.ps1")),
    ("Remove-MailboxForwarding", include_str!("runbooks/Remove-MailboxForwarding.ps1")),
    ("Remove-TenantBlock", include_str!("runbooks/Remove-TenantBlock.ps1")),
    ("Restore-MailboxForwarding", include_str!("runbooks/Restore-MailboxForwarding.ps1")),
];

/// The runbooks that a host's playbooks start. The error is our own bug: a pattern that names a runbook which is not there.
pub(super) fn emit(plan: &Plan, host: Host) -> Result<Vec<Artifact>, String> {
    named(plan, host)
        .into_iter()
        .map(|name| {
            let found = RUNBOOKS.iter().find(|(known, _)| *known == name);
            let (name, text) = found.ok_or_else(|| format!("there is no runbook `{name}`"))?;
            Ok(Artifact { path: format!("automation/{name}.ps1"), bytes: text.as_bytes().to_vec() })
        })
        .collect()
}

/// Their names, in order.
pub(super) fn named(plan: &Plan, host: Host) -> Vec<String> {
    let mut named = BTreeSet::new();
    for playbook in plan.playbooks() {
        playbook.walk(&mut |step| {
            let StepKind::Call { operation, arguments, .. } = &step.kind else { return };
            let Some(operation) = connector::resolve(operation, host) else { return };
            let Some(runbook) = operation.parameter("runbook") else { return };
            let fixed = runbook.constant.iter().filter_map(|name| name.as_str()).map(str::to_owned);
            let given = arguments.iter().filter(|(name, _)| *name == runbook.name);
            named.extend(fixed.chain(given.filter_map(|(_, value)| match value {
                Value::Term(Term::Text(name)) => Some(name.clone()),
                Value::Literal(name) => name.as_str().map(str::to_owned),
                _ => None,
            })));
        });
    }
    named.into_iter().collect()
}
