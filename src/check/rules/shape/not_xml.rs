//! A file that goes with the flows of a solution is not XML.

use crate::base::diagnostic::Diagnostic;
use crate::base::xml::XmlError;

crate::rule! {
    /// ## What it does
    /// Reports the first place where `solution.xml`, `customizations.xml` or another XML file of a solution stops being
    /// XML.
    ///
    /// ## Why is this bad
    /// The import reads these files first. What they say of the flows, their connection references for one, could not
    /// be checked either.
    ///
    /// ## Example
    /// ```xml
    /// <connectionreferences><connectionreference></connectionreferences>
    /// ```
    ///
    /// ## Use instead
    /// ```xml
    /// <connectionreferences><connectionreference/></connectionreferences>
    /// ```
    ///
    /// ## References
    /// - Extensible Markup Language (XML) 1.0, section 2.1: well-formed documents
    RULE = "CF1008" "not-xml" Error;
}

/// The finding for a syntax error.
pub(crate) fn finding(error: &XmlError) -> Diagnostic {
    Diagnostic::at_bytes(&RULE, error.offset..error.offset, error.message.clone())
        .help("unpack the solution again, or correct the file here")
}
