//! How lists of names are put into words.

use std::collections::BTreeSet;

use crate::base::diagnostic::{MOST_CANDIDATES, did_you_mean};

/// How many names a list shows.
const SHOWN: usize = 12;

/// `` `a`, `b` and `c` ``: sorted, each once, and the rest as a number when there are many.
pub fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: BTreeSet<&str> = names.into_iter().collect();
    let hidden = names.len().saturating_sub(SHOWN);
    let mut shown: Vec<String> = names.into_iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if hidden > 0 {
        shown.push(format!("{hidden} more"));
    }
    join(&shown)
}

/// `a, b and c`.
pub fn join(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What is allowed and what to do, for a name that is none of `allowed`: the near one if there is one, then all.
/// `what` names them in the plural, such as `actions beside it`.
pub fn choices<'n>(wrong: &str, what: &str, allowed: impl IntoIterator<Item = &'n str>) -> String {
    let allowed: Vec<&str> = allowed.into_iter().collect();
    let near = did_you_mean(wrong, allowed.iter().copied());
    let few = allowed.len() <= MOST_CANDIDATES;
    match (near, allowed.is_empty()) {
        (_, true) => format!("there are no {what}"),
        (Some(near), _) if !few => format!("did you mean `{near}`?"),
        (None, _) if !few => format!("there are {} {what}, and none is near", allowed.len()),
        (Some(near), _) => format!("did you mean `{near}`? {what}: {}", list(allowed)),
        (None, _) => format!("{what}: {}", list(allowed)),
    }
}

/// Whether a character hides or turns text: control characters, characters without width, those that end a line or change
/// the direction, and what is no character at all. Attackers write names and titles; whoever shows one replaces these.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        )
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Text as it may be shown: attackers write what is drawn here, and a character that hides or turns text would let them
/// draw what they like. Each is replaced by one visible character, so that columns stay right.
pub fn visible(text: &str) -> String {
    let hides = |c| is_hidden(c) && c != '\n' && c != '\t';
    text.chars().map(|c| if hides(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The same for what stands in one line, such as a name or a message: with a line feed in it, a name could draw a line
/// that looks like a finding.
pub fn visible_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_bounded() {
        assert_eq!(list(["b", "a", "b"]), "`a` and `b`");
        let many: Vec<String> = (10..30).map(|n| n.to_string()).collect();
        assert!(list(many.iter().map(String::as_str)).ends_with("`21` and 8 more"));
        assert_eq!(choices("Bb", "actions", ["B", "C"]), "did you mean `B`? actions: `B` and `C`");
        assert_eq!(choices("x", "actions", []), "there are no actions");
    }
}
