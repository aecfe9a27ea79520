//! Response safety, codes CF8xxx: what a playbook does to people and devices, and who had a say.
//!
//! What a call does is told by the class of its operation in the catalogue. A call that the catalogue does not know is
//! left alone, unless its address leaves no doubt. On a definition of our own making each of these is an error.

pub mod approval_silence_ignored;
pub mod approval_without_timeout;
pub mod evidence_after_removal;
pub mod gate_passes_without_yes;
pub mod nobody_is_told;
pub mod response_in_open_loop;
pub mod response_not_recorded;
pub mod response_repeated_by_retry;
pub mod response_without_exclusion;
pub mod response_without_way_back;
pub mod ungated_response;

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::Context;
use crate::check::safety::Act;
use crate::data::connector::Class;
use crate::workflow::ActionId;

/// A finding about an action, drawn at its name.
fn at(cx: &Context<'_, '_>, rule: &'static Rule, id: ActionId, message: String) -> Diagnostic {
    weighed(cx, Diagnostic::new(rule, cx.definition[id].node.pointer(), message).on_key())
}

/// What may be argued about in another's playbook may not be wrong in ours.
fn weighed(cx: &Context<'_, '_>, finding: Diagnostic) -> Diagnostic {
    if cx.definition.is_ours() { finding.severity(Severity::Error) } else { finding }
}

/// A finding about how long a question waits. Where it is about an invoice or a holiday, that is worth knowing and no more.
fn about_waiting(cx: &Context<'_, '_>, finding: Diagnostic) -> Diagnostic {
    let matters = cx.response().is_response() || finding.is_error();
    if matters { finding } else { finding.severity(Severity::Info) }
}

/// What an act does, as the middle of a sentence: the class, and in brackets what the call is.
fn does(act: &Act) -> String {
    let does = match act.class {
        Class::Evict => "removes something",
        Class::Restore => "gives back what a response took",
        _ => "contains somebody or something",
    };
    format!("{does} ({})", act.title)
}
