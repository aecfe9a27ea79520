//! Members: whether every object has the ones it must have, no others, and in each a value that can stand there.
//!
//! The tables say what the service reads: `actions` and `triggers` by type, `calls` and `settings` for what many
//! types share, `definition` for what is around them, `arm` and `flow` for the packaging. `kind` is the language
//! the tables are written in, `judge` compares a value with it, `words` puts the difference into words.
//!
//! The tables were drawn from the published action and trigger reference, the type declarations of the open designer and
//! published definitions; what is not known of a type is left open rather than guessed.

mod actions;
mod arm;
mod calls;
mod definition;
mod flow;
mod judge;
mod kind;
mod settings;
mod triggers;
mod words;

pub mod codes;

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;
use crate::check::Findings;
use crate::workflow::{Action, Form, Workflows};

use judge::Judge;

pub(in crate::check::rules) use kind::is_computed;

/// The names of the action types that a table describes or that are known by name, as the designer writes them.
pub(in crate::check::rules) fn action_types() -> impl Iterator<Item = &'static str> {
    actions::TYPES.iter().map(|(name, _)| *name).chain(actions::NAMED.iter().copied())
}

/// Whether a table describes or names the type of an action. What one of another type holds is not to be told.
pub(in crate::check::rules) fn is_known_action(action: &Action<'_>) -> bool {
    action_types().any(|known| action.is(known))
}

/// The names of the trigger types.
pub(in crate::check::rules) fn trigger_types() -> impl Iterator<Item = &'static str> {
    triggers::TYPES.iter().map(|(name, _)| *name)
}

/// Judges the members of every definition of a document, and of the packaging around them.
pub fn check(document: &Document<'_>, workflows: &Workflows<'_>) -> Vec<Diagnostic> {
    let mut out = Findings::new();
    let root = document.root();
    let mut judge = Judge::new(&mut out);
    match workflows.form {
        Form::Arm => arm::template(&mut judge, root),
        Form::ClientData => flow::client_data(&mut judge, root),
        Form::Workflow => definition::file(&mut judge, root),
        Form::Resource | Form::Bare => {}
    }
    for definition in &workflows.definitions {
        definition::definition(&mut judge, definition.node);
    }
    out.into_kept()
}
