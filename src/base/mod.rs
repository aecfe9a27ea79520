//! What every stage stands on: pointers, sources, positioned documents, diagnostics, graphs.

pub mod diagnostic;
mod distance;
pub mod duration;
pub mod fix;
pub mod graph;
pub mod json;
pub mod names;
pub mod pointer;
pub mod source;
pub mod words;
pub mod xml;
pub mod yaml;
