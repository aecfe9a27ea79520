//! Which operations of the catalogue a definition calls: read from what is written, never from what somebody meant.
//!
//! An HTTP action is told by its method and address, a managed connector's by method and path, a flow's by connector
//! and `operationId`. Where several operations share an address (one `PATCH` disables an account and another enables
//! it), the values that each of them fixes in the body decide; a body that is computed leaves all of them possible.

use crate::base::json::Node;
use crate::data::connector::{self, Location, Operation, Parameter, Signature};
use crate::expr::escape;
use crate::expr::template::{self, Template};

use super::asked::{self, Asked};
use super::definition::Definition;
use super::strings::Owner;

/// A trigger or action that calls something of the catalogue.
#[derive(Debug, Clone)]
pub struct Called {
    /// The trigger or action.
    pub owner: Owner,
    /// The operation; several where the definition leaves open which, in order of id.
    pub operations: Vec<&'static Operation>,
}

/// Every call of a definition that the catalogue knows: triggers first, then actions in document order.
pub fn calls(definition: &Definition<'_>) -> Vec<Called> {
    asked::operations(definition)
        .filter_map(|(owner, node)| called(definition, owner, &Asked::of(definition, node)?))
        .collect()
}

/// The call that one trigger or action asks for, where the catalogue knows it.
pub fn called(definition: &Definition<'_>, owner: Owner, asked: &Asked<'_>) -> Option<Called> {
    let operations = told_apart(definition, asked.inputs, &asked.signatures);
    (!operations.is_empty()).then_some(Called { owner, operations })
}

/// The operations that one trigger or action may be a call of; none where the catalogue knows no such call.
pub fn operations(definition: &Definition<'_>, node: Node<'_>) -> Vec<&'static Operation> {
    Asked::of(definition, node)
        .map_or_else(Vec::new, |asked| told_apart(definition, asked.inputs, &asked.signatures))
}

/// Of operations with the same address those that fix what the call says: of these, the ones that fix most. A job of any
/// runbook is also the job of a certain one, which says more.
pub fn told_apart(
    definition: &Definition<'_>,
    inputs: Node<'_>,
    found: &[&'static Signature],
) -> Vec<&'static Operation> {
    let operations: Vec<&'static Operation> =
        found.iter().filter_map(|one| connector::known(one.id)).collect();
    if operations.len() < 2 {
        return operations;
    }
    // What all of them fix alike, such as the version of an API, tells none from another.
    let alike = |parameter: &Parameter| {
        let own = |one: &'static Operation| one.parameter(&parameter.name);
        operations
            .iter()
            .all(|one| own(one).and_then(|own| own.constant.as_ref()) == parameter.constant.as_ref())
    };
    let telling = |operation: &'static Operation| operation.parameters.iter().filter(|one| !alike(one));
    let fitting: Vec<(usize, &'static Operation)> = operations
        .iter()
        .filter_map(|one| Some((fixed_as_written(definition, inputs, telling(one))?, *one)))
        .collect();
    let most = fitting.iter().map(|(count, _)| *count).max();
    fitting.into_iter().filter(|(count, _)| Some(*count) == most).map(|(_, operation)| operation).collect()
}

/// How many of the values that these parameters fix a call writes as they are; none where it writes another one. A value
/// that is computed may be any.
fn fixed_as_written<'o>(
    definition: &Definition<'_>,
    inputs: Node<'_>,
    parameters: impl Iterator<Item = &'o Parameter>,
) -> Option<usize> {
    let in_flow = inputs.get("parameters");
    let mut as_written = 0;
    for parameter in parameters {
        let Some(fixed) = &parameter.constant else { continue };
        let given = match parameter.location {
            Location::Body => inputs.get("body").or(in_flow),
            Location::Query => inputs.get("queries").or(in_flow),
            Location::Path | Location::Header => continue,
        };
        match given.and_then(|given| argument(given, parameter)) {
            Some(value) if value.to_value() == *fixed => as_written += 1,
            Some(value) if is_computed(definition, value) => {}
            None if given.is_some_and(|given| is_computed(definition, given)) => {}
            _ => return None,
        }
    }
    Some(as_written)
}

/// What an action gives for a parameter: at its place in a body, or under the flattened name that a flow uses.
pub fn argument<'d>(given: Node<'d>, parameter: &Parameter) -> Option<Node<'d>> {
    let flat = parameter.pa_field.as_deref().unwrap_or_else(|| parameter.field());
    let nested = || parameter.field().split('/').try_fold(given, |at, key| at.get(&escape::literal(key)));
    given.get(&escape::literal(flat)).or_else(nested)
}

fn is_computed(definition: &Definition<'_>, node: Node<'_>) -> bool {
    node.as_str().is_some_and(|text| {
        definition.passed_on(text).is_none_or(|(text, _)| {
            template::is_template(text) && !matches!(template::parse(text), Ok(Template::Literal(_)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;
    use crate::workflow::read;

    /// The ids that a definition with one action is told to call.
    fn told(kind: &str, inputs: &str) -> Vec<String> {
        let text = format!(r#"{{"actions": {{"A": {{"type": "{kind}", "inputs": {inputs}}}}}}}"#);
        let document = Document::parse(&text).unwrap();
        let found = calls(&read(&document).unwrap().definitions[0]);
        found.into_iter().flat_map(|call| call.operations).map(|operation| operation.id.clone()).collect()
    }

    #[test]
    fn an_address_tells_the_operation_however_it_is_put_together() {
        for uri in [
            "https://graph.microsoft.com/v1.0/users/@{variables('u')}/revokeSignInSessions",
            "@{parameters('GraphEndpoint')}/v1.0/users/@{variables('u')}/revokeSignInSessions",
            "@concat('https://graph.microsoft.us/beta/users/', variables('u'), '/microsoft.graph.revokeSignInSessions')",
            "https://GRAPH.microsoft.com/V1.0/Users('@{variables('u')}')/revokeSignInSessions?x=1",
        ] {
            let inputs = format!(r#"{{"method": "post", "uri": "{uri}"}}"#);
            assert_eq!(told("Http", &inputs), ["http.graph.revokeSignInSessions"], "{uri}");
        }
        for uri in [
            "https://graph.example/v1.0/users/x/revokeSignInSessions",
            "https://graph.microsoft.com/v1.0/users/x/revokeSignInSessions/more",
            "@{variables('whole')}",
        ] {
            let inputs = format!(r#"{{"method": "POST", "uri": "{uri}"}}"#);
            assert!(told("Http", &inputs).is_empty(), "{uri}");
        }
    }

    #[test]
    fn a_body_tells_operations_apart_and_a_computed_one_does_not() {
        let update = |body: &str| {
            let uri = "https://graph.microsoft.com/v1.0/users/x";
            told("Http", &format!(r#"{{"method": "PATCH", "uri": "{uri}", "body": {body}}}"#))
        };
        assert_eq!(update(r#"{"accountEnabled": false}"#), ["http.graph.disableUser"]);
        assert_eq!(update(r#"{"accountEnabled": true}"#), ["http.graph.enableUser"]);
        let both = ["http.graph.disableUser", "http.graph.enableUser"];
        assert_eq!(update(r#"{"accountEnabled": "@variables('on')"}"#), both);
        assert_eq!(update(r#""@variables('whole')""#)[..2], both);
        assert!(update(r#"{"jobTitle": "x"}"#).is_empty());
    }

    #[test]
    fn a_named_part_of_a_path_is_nearer_than_a_placeholder() {
        let uri = "https://graph.microsoft.com/v1.0/identityProtection/riskyUsers/dismiss";
        let inputs = format!(r#"{{"method": "POST", "uri": "{uri}"}}"#);
        assert_eq!(told("Http", &inputs), ["http.graph.dismissRisk"]);
    }

    #[test]
    fn a_connection_is_its_connector_whatever_its_key() {
        let call = |key: &str| {
            let name = format!("@parameters('$connections')['{key}']['connectionId']");
            let host = format!(r#"{{"connection": {{"name": "{name}"}}}}"#);
            told("ApiConnection", &format!(r#"{{"host": {host}, "method": "post", "path": "/v2/Mail"}}"#))
        };
        assert_eq!(call("office365"), ["office365.SendEmail"]);
        assert_eq!(call("office365-1"), ["office365.SendEmail"]);
        assert!(call("sendgrid").is_empty());
    }

    #[test]
    fn a_flow_names_the_operation() {
        let host = r#"{"connectionName": "x", "operationId": "SendEmailV2", "apiId": "/providers/Microsoft.PowerApps/apis/shared_office365"}"#;
        let inputs = format!(r#"{{"host": {host}, "parameters": {{}}}}"#);
        assert_eq!(told("OpenApiConnection", &inputs), ["office365.SendEmail"]);
    }
}
