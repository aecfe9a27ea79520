//! Whole-command and whole-input tests, in one binary.

mod attack;
mod build;
mod check;
#[macro_use]
mod command;
mod corpus;
mod coverage;
mod examples;
mod explained;
mod expr;
mod facts;
mod fix;
mod gates;
mod hostile;
mod ingest;
mod init;
mod library;
mod matrix;
mod members;
mod people;
mod permissions;
mod pipelines;
mod readme;
mod reports;
mod shell;
mod slips;
mod support;
mod tidy;
mod typing;
mod walk;
