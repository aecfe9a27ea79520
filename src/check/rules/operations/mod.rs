//! Operations of connectors: whether they exist, and what they are given. What is judged is worked out once, in
//! [`ConnectorCall`](crate::check::ConnectorCall); connectors and operations we do not know are left alone.

pub mod card_of_other_type;
pub mod computed_child_workflow;
pub mod connection_of_other_connector;
pub mod deprecated_operation;
pub mod missing_argument;
pub mod trigger_without_arguments;
pub mod unknown_argument;
pub mod unknown_connector;
pub mod unknown_operation;
pub mod value_not_taken;

use std::collections::BTreeSet;

use crate::base::words::list;
use crate::data::connector::Signature;

/// An operation in words: its name, and whose it is.
fn named(signature: &Signature) -> String {
    let of = match signature.service {
        Some(service) => service.title(),
        None => crate::data::connector::connector(signature.connector)
            .map_or(signature.connector, |one| one.title),
    };
    format!("`{}` of {of}", signature.title)
}

/// All that an operation takes, in words.
fn takes(signature: &Signature) -> String {
    let names: BTreeSet<&str> = signature.arguments.iter().map(|argument| argument.name).collect();
    if names.is_empty() { "it takes nothing".to_owned() } else { format!("it takes {}", list(names)) }
}
