//! Whole-command and whole-input tests.
