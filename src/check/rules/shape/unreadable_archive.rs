//! A zip that cannot be read, or that has no workflow in it.

use crate::base::diagnostic::Diagnostic;
use crate::workflow::Form;
use crate::workflow::archive::ArchiveError;

crate::rule! {
    /// ## What it does
    /// Reports a zip archive that is damaged, unpacks to more than is allowed, names an entry that leads out of it, or has no
    /// flow in it.
    ///
    /// ## Why is this bad
    /// Nothing of the archive was checked. An archive that unpacks to very much more than its size is refused rather
    /// than unpacked.
    ///
    /// ## Example
    /// A solution of which only `solution.xml` was packed.
    ///
    /// ## Use instead
    /// Export the solution again; its flows stand in `Workflows/`.
    ///
    /// ## References
    /// - Microsoft Learn: "Export solutions"
    RULE = "CF1005" "unreadable-archive" Error;
}

/// The finding for an archive that gave no members.
pub fn finding(error: &ArchiveError) -> Diagnostic {
    let help = match error {
        ArchiveError::Zip(_) | ArchiveError::Entry { .. } => {
            "the file is damaged or cut off; export it again"
        }
        ArchiveError::NoWorkflows { .. } => Form::ACCEPTED,
        ArchiveError::LeadsOut { .. } => {
            "do not unpack it: such an entry overwrites files elsewhere; get the archive anew from whoever made it"
        }
        _ => "no real solution is nearly as large; check how the file was made",
    };
    Diagnostic::at_bytes(&RULE, 0..0, error.to_string()).help(help)
}
