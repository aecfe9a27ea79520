//! Whole-command and whole-input tests, in one binary.

mod attack;
mod build;
mod check;
mod corpus;
mod expr;
mod hostile;
mod ingest;
mod readme;
mod support;
mod tidy;
