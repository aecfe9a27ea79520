//! Names and orders: what an action waits for, and what it may refer to.

pub mod duplicate_action_name;
pub mod items_outside_loop;
pub mod reference_not_upstream;
pub mod reference_to_missing_action;
pub mod runafter_cycle;
pub mod runafter_missing_action;
pub mod runafter_other_level;
pub mod undeclared_parameter;
pub mod unknown_status;
pub mod variable_initialized_in_scope;
pub mod variable_initialized_twice;
pub mod variable_not_initialized;
