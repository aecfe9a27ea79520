//! scratch
pub mod base;
