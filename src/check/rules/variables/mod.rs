//! Variables, parameters and outputs: whether what is made is used, and used safely.

pub mod unread_variable;
pub mod unused_output;
pub mod unused_parameter;
mod uses;
pub mod variable_race;
