//! How much of something a definition may have.

pub mod action_description_too_long;
pub mod address_too_long;
pub mod concurrency_out_of_bounds;
pub mod interval_too_long;
pub mod name_too_long;
pub mod nested_too_deep;
pub mod recurrence_too_frequent;
pub mod retry_interval_out_of_bounds;
pub mod script_too_long;
pub mod split_with_concurrency;
pub mod timeout_beyond_run;
pub mod too_many_actions;
pub mod too_many_cases;
pub mod too_many_outputs;
pub mod too_many_pages;
pub mod too_many_parameters;
pub mod too_many_retries;
pub mod too_many_rounds;
pub mod too_many_triggers;
pub mod too_many_variables;
pub mod tracked_properties_too_large;
pub mod trigger_description_too_long;
pub mod workflow_name_too_long;

use crate::base::json::{Kind, Node};
use crate::data::limits::{self, Limit};
use crate::workflow::{Definition, Host, asked};

/// The bound for a host. Where the packaging does not tell which it is, the loosest.
fn bound(limit: &Limit, host: Host) -> Option<u64> {
    match host {
        Host::LogicApp => limit.consumption,
        Host::Standard => limit.standard,
        Host::PowerAutomate => limit.power_automate,
        Host::Unknown => {
            [limit.consumption, limit.standard, limit.power_automate].into_iter().flatten().max()
        }
    }
}

/// The bound, where a count is above it.
fn exceeded(limit: &Limit, host: Host, count: usize) -> Option<u64> {
    let most = bound(limit, host)?;
    u64::try_from(count).is_ok_and(|count| count > most).then_some(most)
}

/// A count that is not computed and is above the bound, with the bound.
fn count_beyond(limit: &Limit, host: Host, node: Node<'_>) -> Option<(usize, u64)> {
    let count = whole_number(node)?;
    exceeded(limit, host, count).map(|most| (count, most))
}

/// Every trigger and every action.
fn operations<'d>(definition: &Definition<'d>) -> impl Iterator<Item = Node<'d>> {
    asked::operations(definition).map(|(_, node)| node)
}

/// A whole number that is not computed, written as one or as text.
fn whole_number(node: Node<'_>) -> Option<usize> {
    match node.kind() {
        Kind::Number(digits) => digits.parse().ok(),
        Kind::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The retry policies of a trigger or action: of its call, and of the two calls of a webhook.
fn retry_policies<'d>(operation: Node<'d>) -> impl Iterator<Item = Node<'d>> {
    let inputs = operation.get("inputs");
    let of = move |call: Option<Node<'d>>| call.and_then(|call| call.get("retryPolicy"));
    let inner = move |name: &str| of(inputs.and_then(|inputs| inputs.get(name)));
    [of(inputs), inner("subscribe"), inner("unsubscribe")].into_iter().flatten()
}

/// The description of a trigger or action and what is wrong with its length.
fn description_too_long<'d>(operation: Node<'d>, name: &str, host: Host) -> Option<(Node<'d>, String)> {
    let node = operation.get("description")?;
    let text = node.as_str()?;
    // There are at least as many bytes as characters.
    exceeded(&limits::DESCRIPTION, host, text.len())?;
    let count = text.chars().count();
    let most = exceeded(&limits::DESCRIPTION, host, count)?;
    Some((node, format!("the description of `{name}` has {count} characters; at most {most} are allowed")))
}
