//! Planning: a selection becomes a playbook.
//!
//! The playbook's shape is always the same, so that a person who has read one can read them all: collect the entities,
//! keep those that may be touched, then phase by phase ask (naming the targets), look again, act on each target with a
//! catch of its own, and in the end report what was done, what was not and why.

mod admission;
mod build;
mod card;
mod condition;
mod context;
mod each;
#[cfg(test)]
mod eval;
mod gate;
pub mod ir;
mod lists;
mod names;
mod outcome;
mod parameters;
mod prose;
mod protection;
mod report;
mod resolve;
mod respond;
mod rollback;
mod state;
mod survey;
mod targets;
mod uses;

pub use build::build;
pub use ir::{Plan, Playbook, Role, Says};
pub use lists::incident_id;
