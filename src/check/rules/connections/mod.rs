//! Connections: what the packaging declares against what the definition uses.

pub mod undeclared_connection;
pub mod unused_connection;
