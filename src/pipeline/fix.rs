//! Mending a file: the fixes of its findings, made until none is left.

use crate::base::fix;
use crate::base::source::{Encoding, Source};
use crate::check;

use super::policy::Policy;

/// How often a file is gone through: a fix may uncover another, but not for ever.
const PASSES: usize = 10;

/// A mended text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The whole new text.
    pub text: String,
    /// How many fixes were made.
    pub made: usize,
}

/// Makes every fix of the findings that the policy wants; none where there is nothing to mend. Only texts in UTF-8
/// without a byte order mark are mended: whatever is written must be what was read but for the fixes.
pub fn fix(name: &str, bytes: &[u8], policy: &Policy) -> Option<Fixed> {
    let source = Source::decode(name, bytes).ok().filter(|source| source.encoding() == Encoding::Utf8)?;
    let options = policy.options();
    let mut fixed = Fixed { text: source.text().to_owned(), made: 0 };
    for _ in 0..PASSES {
        let checked = check::check_source(Source::new(name, fixed.text.as_str()), &options);
        let edits = policy.judge_all(checked.findings).into_iter().filter_map(|found| found.edit);
        let (text, made) = fix::apply(&fixed.text, edits);
        if made == 0 {
            break;
        }
        fixed = Fixed { text, made: fixed.made + made };
    }
    (fixed.made > 0).then_some(fixed)
}
