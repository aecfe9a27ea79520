//! An expression names an action that need not have run yet.

use crate::base::diagnostic::Rule;
use crate::base::fix::Fix;
use crate::check::context::{ACTION_FUNCTIONS, reference};
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::{ActionId, ContainerId, Definition};

crate::rule! {
    /// ## What it does
    /// Reports a reference to an action that is not on the run-after path of the action that refers to it, nor inside
    /// an action on that path.
    ///
    /// ## Why is this bad
    /// Actions that do not wait for one another run side by side, so the output may not be there. The service refuses
    /// such a definition, often only when it is turned on: the import succeeds.
    ///
    /// ## Example
    /// ```json
    /// "Get_user": { "type": "Compose", "inputs": 1, "runAfter": {} },
    /// "Notify": { "type": "Compose", "inputs": "@outputs('Get_user')", "runAfter": {} }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Notify": { "type": "Compose", "inputs": "@outputs('Get_user')", "runAfter": { "Get_user": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service: "Action '…' must either be in 'runAfter' path or within a scope action on the 'runAfter' path of
    ///   action '…', or be a Trigger"
    RULE = "CF2007" "reference-not-upstream" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ReferenceNotUpstream;

impl Lint for ReferenceNotUpstream {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&ACTION_FUNCTIONS)
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let (Some(reference), Some(owner)) = (reference(call), cx.owner(at.text)) else { return };
        let definition = cx.definition;
        // Of several actions with one name nobody knows which is meant, and the name is reported already.
        let [named] = definition.named(reference.name) else { return };
        if definition.trigger(reference.name).is_some() || cx.precedes(*named, at.text) != Some(false) {
            return;
        }
        let message =
            format!("`{}` refers to `{}`, which has not surely run before it", owner.name, reference.name);
        let finding = at.finding(&RULE, reference.argument, message).help(help(definition, *named, owner.id));
        out.push(match run_after_it(cx, *named, owner.id) {
            Some(fix) => finding.fix(fix),
            None => finding,
        });
    }
}

/// Lets the action run after the one that it refers to, where the two stand side by side and that closes no circle. The
/// service takes no definition in which it does not.
fn run_after_it(cx: &Context<'_, '_>, named: ActionId, owner: ActionId) -> Option<Fix> {
    let definition = cx.definition;
    let (earlier, later) = (&definition[named], &definition[owner]);
    let beside = earlier.container == later.container && named != owner;
    if !beside || cx.order.precedes(definition, owner, named) != Some(false) {
        return None;
    }
    let title = format!("let `{}` run after `{}`", later.name, earlier.name);
    let statuses = r#"["Succeeded"]"#;
    let name = serde_json::Value::from(earlier.name);
    Some(match later.node.get("runAfter") {
        Some(list) if list.is_object() => Fix::insert(title, list.pointer(), earlier.name, statuses),
        Some(_) => return None,
        None => Fix::insert(title, later.node.pointer(), "runAfter", format!("{{{name}: {statuses}}}")),
    })
}

/// What to do, depending on how the two stand to each other.
fn help(definition: &Definition<'_>, named: ActionId, owner: ActionId) -> String {
    if named == owner {
        return "an action cannot read its own result; read the result of an earlier one".to_owned();
    }
    if definition.lineage(named).any(|around| around.id == owner) {
        return format!(
            "it runs inside `{}`, after this is evaluated; move it before",
            definition[owner].name
        );
    }
    let meeting = |id: ActionId, container: ContainerId| {
        definition.lineage(id).find(|around| around.container == container).map(|around| around.name)
    };
    let shared = definition
        .lineage(owner)
        .map(|around| around.container)
        .find(|container| meeting(named, *container).is_some());
    match shared.and_then(|container| Some((meeting(owner, container)?, meeting(named, container)?))) {
        Some((later, earlier)) if later == earlier => {
            "they stand in different branches of one action, of which only one runs".to_owned()
        }
        Some((later, earlier)) => format!("let `{later}` run after `{earlier}`, directly or through others"),
        None => "let it run after that action".to_owned(),
    }
}
