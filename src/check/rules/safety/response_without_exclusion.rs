//! A step against accounts or devices that spares nobody.

use super::{at, does};
use crate::base::diagnostic::Rule;
use crate::check::safety::Consent;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::Class;
use crate::workflow::ActionId;

crate::rule! {
    /// ## What it does
    /// Reports a call that contains or removes an account or a device in a definition that sorts nobody out: no `Query` runs
    /// before it, no `If` or `Switch` around it looks at anything but an approval, and no parameter names whom to spare.
    ///
    /// ## Why is this bad
    /// Break-glass accounts, service accounts and domain controllers appear in alerts like everybody else. Disabling or
    /// isolating one of them can be worse than the attack.
    ///
    /// ## Example
    /// A playbook that disables every account of the incident after one approval.
    ///
    /// ## Use instead
    /// Keep the protected in a parameter or a watchlist, and leave them out with a `Query` before the loop.
    ///
    /// ## References
    /// - Microsoft Learn: "Manage emergency access accounts in Microsoft Entra ID"
    RULE = "CF8007" "response-without-exclusion" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct ResponseWithoutExclusion;

impl Lint for ResponseWithoutExclusion {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for act in &cx.response().acts {
            let object = act.operations.iter().find_map(|one| one.effect.object.as_deref());
            let is_person_or_device = object.is_some_and(|object| TARGETS.contains(&object));
            if act.class == Class::Restore || !is_person_or_device || spares(cx, act.action) {
                continue;
            }
            let does = does(act);
            let message = format!("`{}` {does}, and nobody is spared", cx.definition[act.action].name);
            let help = "leave break-glass accounts, service accounts and domain controllers out with a `Query` before it";
            out.push(at(cx, &RULE, act.action, message).help(help));
        }
    }
}

/// Objects of the mock tenant that are people or what they work with.
const TARGETS: &[&str] = &["account", "device", "machine", "riskyUser", "user"];

/// Parts of names that people give to a list of those to spare.
const LISTS: &[&str] =
    &["exclu", "protect", "breakglass", "break_glass", "vip", "allowlist", "whitelist", "exempt", "spare"];

fn spares(cx: &Context<'_, '_>, id: ActionId) -> bool {
    let definition = cx.definition;
    let sorted = definition
        .actions()
        .filter(|action| action.is("Query"))
        .any(|query| cx.order.precedes(definition, query.id, id) != Some(false));
    let names = definition.parameters.iter().flatten().any(|(name, _)| {
        let name = name.to_lowercase();
        LISTS.iter().any(|part| name.contains(part))
    });
    let consent = cx.response().acts.iter().find(|act| act.action == id).map(|act| act.consent);
    let branches = definition.lineage(id).skip(1).filter(|one| one.is("If") || one.is("Switch")).count();
    // One branch is the approval itself.
    let asked = usize::from(consent != Some(Consent::None));
    sorted || names || branches > asked
}
