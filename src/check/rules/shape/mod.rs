//! What a file must be before a definition can be read from it.

pub mod definition_too_large;
pub mod duplicate_key;
pub mod encoding;
pub mod no_definition;
pub mod not_json;
pub mod not_xml;
pub mod unknown_form;
pub mod unreadable_archive;
