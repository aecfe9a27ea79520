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
pub mod template_beyond_limits;
pub mod timeout_beyond_run;
pub mod too_many_actions;
pub mod too_many_cases;
pub mod too_many_outputs;
pub mod too_many_pages;
pub mod too_many_parameters;
pub mod too_many_policies;
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

#[cfg(test)]
mod tests {
    use crate::base::diagnostic::Severity;
    use crate::base::json::Document;
    use crate::check::{self, Options};

    /// How a rule weighs a file; nothing where it is silent.
    fn weight(text: &str, code: &str) -> Option<Severity> {
        let found = check::check(&Document::parse(text).unwrap(), &Options::default());
        found.into_iter().find(|finding| finding.rule.code == code).map(|finding| finding.severity)
    }

    fn definition(triggers: &str, actions: &str) -> String {
        let schema = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";
        format!(
            r#"{{"$schema": "{schema}", "contentVersion": "1.0.0.0", "triggers": {{{triggers}}}, "actions": {{{actions}}}, "outputs": {{}}}}"#
        )
    }

    fn template(definition: &str, more: &str) -> String {
        let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
        format!(
            r#"{{"$schema": "{schema}", "contentVersion": "1.0.0.0", {more} "resources": [{{
                "type": "Microsoft.Logic/workflows", "apiVersion": "2019-05-01", "name": "p", "location": "[resourceGroup().location]",
                "properties": {{"state": "Enabled", "definition": {definition}}}}}]}}"#
        )
    }

    #[test]
    fn weeks_waiting_runs_and_names_of_variables_have_bounds() {
        let weeks = |count: u32| {
            let every = format!(r#"{{"frequency": "Week", "interval": {count}}}"#);
            weight(
                &definition(&format!(r#""T": {{"type": "Recurrence", "recurrence": {every}}}"#), ""),
                "CF5015",
            )
        };
        assert_eq!((weeks(71), weeks(72)), (None, Some(Severity::Error)));
        let waiting = |count: u32| {
            let bound = format!(r#"{{"concurrency": {{"runs": 5, "maximumWaitingRuns": {count}}}}}"#);
            let trigger =
                format!(r#""T": {{"type": "Request", "kind": "Http", "runtimeConfiguration": {bound}}}"#);
            weight(&template(&definition(&trigger, ""), ""), "CF5016")
        };
        assert_eq!((waiting(100), waiting(101)), (None, Some(Severity::Warning)));
        let named = |length: usize| {
            let variable = format!(r#"{{"name": "{}", "type": "string"}}"#, "v".repeat(length));
            let action = format!(
                r#""I": {{"type": "InitializeVariable", "inputs": {{"variables": [{variable}]}}, "runAfter": {{}}}}"#
            );
            weight(&template(&definition("", &action), ""), "CF5006")
        };
        assert_eq!((named(80), named(81)), (None, Some(Severity::Warning)));
    }

    #[test]
    fn a_stateless_until_has_a_bound_of_its_own() {
        let until = |kind: &str, count: u32| {
            let action = format!(
                r#""U": {{"type": "Until", "expression": "@equals(1, 2)", "limit": {{"count": {count}, "timeout": "PT1M"}}, "actions": {{}}, "runAfter": {{}}}}"#
            );
            weight(&format!(r#"{{"kind": "{kind}", "definition": {}}}"#, definition("", &action)), "CF5014")
        };
        assert_eq!((until("Stateless", 100), until("Stateless", 101)), (None, Some(Severity::Error)));
        assert_eq!(until("Stateful", 101), None);
    }

    #[test]
    fn a_template_has_bounds_in_number_and_size() {
        let list = |count: usize, one: &str| {
            (0..count).map(|at| format!(r#""n{at}": {one}"#)).collect::<Vec<_>>().join(",")
        };
        let with = |member: &str, count: usize, one: &str| {
            let more = format!(r#""{member}": {{{}}},"#, list(count, one));
            weight(&template(&definition("", ""), &more), "CF5024")
        };
        let refused = Some(Severity::Error);
        let parameter = r#"{"type": "string"}"#;
        assert_eq!((with("parameters", 256, parameter), with("parameters", 257, parameter)), (None, refused));
        assert_eq!((with("variables", 512, "1"), with("variables", 513, "1")), (None, refused));
        let copied = |count: u32| {
            let text = template(&definition("", ""), "");
            let copy = format!(r#""copy": {{"name": "c", "count": {count}}}, "properties""#);
            weight(&text.replace(r#""properties""#, &copy), "CF5024")
        };
        assert_eq!((copied(800), copied(801)), (None, refused));
        let sized = |bytes: usize, blanks: usize| {
            let inputs = format!(r#"{}"{}""#, " ".repeat(blanks), "x".repeat(bytes));
            let action = format!(r#""C": {{"type": "Compose", "inputs": {inputs}, "runAfter": {{}}}}"#);
            weight(&template(&definition("", &action), ""), "CF5024")
        };
        assert_eq!((sized(1 << 19, 1 << 20), sized(1 << 20, 0)), (None, refused));
    }

    #[test]
    fn claims_have_bounds() {
        let claims = |count: usize, length: usize| {
            let claim = format!(r#"{{"name": "n", "value": "{}"}}"#, "v".repeat(length));
            let claims = vec![claim; count].join(",");
            let policies = format!(r#"{{"policies": {{"A": {{"type": "AAD", "claims": [{claims}]}}}}}}"#);
            let text = template(&definition("", ""), "");
            let control = format!(
                r#""accessControl": {{"triggers": {{"openAuthenticationPolicies": {policies}}}}}, "state""#
            );
            weight(&text.replace(r#""state""#, &control), "CF5025")
        };
        let refused = Some(Severity::Error);
        assert_eq!((claims(10, 150), claims(11, 1), claims(1, 151)), (None, refused, refused));
    }
}
