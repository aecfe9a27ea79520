//! The rules of members, under which the bundled schemas report too.

pub use crate::data::schemas::rules::{MISSING_MEMBER, UNKNOWN_MEMBER, WRONG_SIZE, WRONG_TYPE, WRONG_VALUE};
