//! The run-after graph, and the names by which expressions refer to actions, variables and parameters.

pub mod child_flow_in_loop;
pub mod duplicate_action_name;
mod exclude;
pub mod failure_swallowed;
pub mod filtered_too_late;
pub mod items_outside_loop;
pub mod nested_loop;
pub mod never_runs;
pub mod no_actions;
pub mod no_error_handling;
pub mod no_trigger;
pub mod reference_in_other_case;
pub mod reference_not_upstream;
pub mod reference_to_missing_action;
pub mod response_in_loop;
pub mod response_missing;
pub mod runafter_cycle;
pub mod runafter_missing_action;
pub mod runafter_other_level;
pub mod runafter_without_status;
pub mod second_response;
pub mod several_triggers;
pub mod status_in_other_case;
pub mod terminate_in_loop;
pub mod unbounded_list;
pub mod undeclared_parameter;
pub mod unknown_status;
pub mod variable_initialized_in_scope;
pub mod variable_initialized_twice;
pub mod variable_not_initialized;
pub mod variable_set_by_two_branches;

use crate::base::json::Node;
use crate::workflow::{Action, ActionId, ContainerKind, Definition};

/// The innermost Foreach or Until around an action.
fn loop_around<'r, 'd>(definition: &'r Definition<'d>, id: ActionId) -> Option<&'r Action<'d>> {
    let inside = definition.lineage(id).find(|action| {
        matches!(definition[action.container].kind, ContainerKind::Foreach | ContainerKind::Until)
    })?;
    definition[inside.container].owner.map(|owner| &definition[owner])
}

/// Whether an action calls something outside of the workflow.
fn calls_itself(action: &Action<'_>) -> bool {
    CALLING.iter().any(|kind| action.is(kind))
}

/// Whether an action calls something outside of the workflow, or holds others that may.
fn calls(action: &Action<'_>) -> bool {
    calls_itself(action) || !action.children.is_empty()
}

/// The types that call something outside of the workflow.
const CALLING: [&str; 10] = [
    "ApiConnection",
    "ApiConnectionWebhook",
    "ApiManagement",
    "Function",
    "Http",
    "HttpWebhook",
    "OpenApiConnection",
    "OpenApiConnectionWebhook",
    "ServiceProvider",
    "Workflow",
];

/// The parameters of a call that lists rows: of SharePoint (`GetItems`) or Dataverse (`ListRecords`).
fn list_rows<'d>(action: &Action<'d>) -> Option<Node<'d>> {
    let operation = action.node.path(&["inputs", "host", "operationId"])?.as_str()?;
    let lists = ["GetItems", "ListRecords"].iter().any(|known| known.eq_ignore_ascii_case(operation));
    action.node.path(&["inputs", "parameters"]).filter(|_| lists && action.is("OpenApiConnection"))
}
