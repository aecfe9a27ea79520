//! Counterflow compiles a reviewed security incident into remediation playbooks that deploy.
//!
//! The stages, in the order in which a build passes through them:
//!
//! 1. **ingest** ([`ingest`]): an incident export becomes an [`ingest::Incident`], whatever form it came in.
//! 2. **review** ([`review`]): the incident and what people decided about it become a [`review::Reviewed`] incident; there
//!    is no other way to one.
//! 3. **select** ([`select`]): the reviewed incident, the pattern library and the organisation's profile become a
//!    [`select::Selection`]: patterns chosen and refused, each with its reasons.
//! 4. **plan** ([`plan`](mod@plan)): the selection becomes a [`plan::Plan`], its playbooks typed and the same for every target.
//! 5. **emit** ([`emit`]): the playbook becomes [`emit::Artifact`]s, bytes for one target.
//! 6. **check** ([`check`]): the bytes are read again, as if somebody else had made them, and judged.
//!
//! [`pipeline`] holds one function for each command, in which these stages stand one under the other. Below them lie
//! [`base`] (positions, diagnostics, graphs), [`expr`] (the workflow definition language), [`data`] (ATT&CK, operations,
//! schemas) and [`workflow`] (one read model for every form of definition); beside them [`report`].
//!
//! The library reads no file, clock or network.

pub mod base;

pub mod expr;

pub mod data;

pub mod workflow;

pub mod ingest;

pub mod review;

pub mod select;

pub mod plan;

pub mod emit;

pub mod check;

pub mod report;

pub mod pipeline;
