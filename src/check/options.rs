//! How a check is asked for.

use crate::base::diagnostic::{Audience, Rule};

/// What the checker looks at and whom it speaks to. The default is what the command line does when nothing is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whose rules are run.
    pub audience: Audience,
    /// About what the bundled schemas are asked too.
    pub schemas: Schemas,
}

/// About what the bundled schemas are asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Schemas {
    /// What we compiled ourselves.
    #[default]
    Ours,
    /// Whatever is checked.
    All,
    /// Nothing, because they are asked elsewhere.
    Never,
}

impl Options {
    /// How many audiences there are.
    pub(super) const AUDIENCES: usize = Audience::Auditor as usize + 1;

    /// Whether findings of this rule are wanted.
    pub(super) fn wants(&self, rule: &Rule) -> bool {
        rule.audience <= self.audience
    }
}
