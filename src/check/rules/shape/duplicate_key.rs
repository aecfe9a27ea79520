//! Two members of one object have the same key.

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;
use crate::base::pointer::Pointer;
use crate::check::Findings;

crate::rule! {
    /// ## What it does
    /// Reports a key that stands twice in one object.
    ///
    /// ## Why is this bad
    /// The service keeps the last of them and drops the others without a word. An action written twice under one
    /// name loses one of its versions.
    ///
    /// ## Example
    /// ```json
    /// { "Notify": { "type": "Compose", "inputs": 1 }, "Notify": { "type": "Compose", "inputs": 2 } }
    /// ```
    ///
    /// ## Use instead
    /// Remove the member that should not count, or give one of them another key.
    ///
    /// ## References
    /// - RFC 8259, section 4: names within an object should be unique
    RULE = "CF1002" "duplicate-key" Warning;
}

/// Every repeated key of a document.
pub(crate) fn check(document: &Document<'_>, out: &mut Findings) {
    for node in document.duplicates() {
        let key = node.key().unwrap_or_default();
        let pointer = if out.has_room(RULE.code) { node.pointer() } else { Pointer::root() };
        let message = format!("the key `{key}` stands earlier in this object too");
        out.push(
            Diagnostic::new(&RULE, pointer, message)
                .on_bytes(node.key_span())
                .help("the service keeps the last one; remove the others or rename them"),
        );
    }
}
