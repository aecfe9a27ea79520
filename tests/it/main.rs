//! Whole-command and whole-input tests, in one binary.

mod attack;
mod check;
mod corpus;
mod expr;
mod ingest;
