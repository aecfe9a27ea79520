//! The one read model of every workflow definition, whatever it is packed in.
//!
//! A definition reaches us inside an ARM template, as the client data of a Power Automate flow, as a Standard
//! `workflow.json`, or bare. [`read`] finds every definition of a document and gives each the same shape: an arena of
//! [`Action`]s in [`Container`]s, [`Trigger`]s, and the [`Connections`] that the packaging declares. Everything borrows
//! from the [`Document`](crate::base::json::Document), so that each part knows its place.
//!
//! The model is forgiving: what is missing or of a wrong kind is simply not there. Saying so is the checker's work.
//!
//! | module | what it knows |
//! |---|---|
//! | [`bundle`] | files that belong together: [`project`], [`solution`], legacy [`package`], [`deployment`]; [`layout`] tells which |
//! | [`form`] | which packaging a document is, from its content |
//! | [`arm`] | where workflows hide in a template, which strings ARM evaluates first |
//! | [`definition`] | the model |
//! | [`connections`] | what is declared, what is used |
//! | [`strings`] | which strings the engine evaluates, and when |
//! | [`order`] | what has finished before an action starts |
//! | [`asked`] | which connector, address and operation a call names, and the signatures that fit |
//! | [`calls`] | which operations of the catalogue are called |
//! | [`permissions`] | what these operations need |
//! | [`archive`] | the files of a zip |

pub mod archive;
pub mod arm;
pub mod asked;
pub mod bundle;
pub mod calls;
pub mod connections;
pub mod definition;
pub mod deployment;
pub mod form;
pub mod layout;
pub mod order;
pub mod package;
pub mod permissions;
pub mod project;
mod read;
pub mod solution;
pub mod strings;

pub use bundle::{Bundle, FileId, Packaging};
pub use connections::Connections;
pub use definition::{Action, ActionId, Container, ContainerId, ContainerKind, Definition, Host, Trigger};
pub use form::{Form, UnknownForm};
pub use read::{Workflows, read};
