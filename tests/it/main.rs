//! Whole-command and whole-input tests, in one binary.

mod attack;
mod build;
mod check;
mod corpus;
mod expr;
mod ingest;
mod support;
