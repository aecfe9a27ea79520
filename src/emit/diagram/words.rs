//! Names of actions as words.

/// What `Block_file_for_each` is called in a sentence: `Block file`.
pub(super) fn name(name: &str) -> String {
    let name = ["_for_each", "_picked", "_shaped"]
        .iter()
        .fold(name, |name, end| name.strip_suffix(end).unwrap_or(name));
    name.replace('_', " ").trim().to_owned()
}

/// The same with a capital letter.
pub(super) fn sentence(text: &str) -> String {
    let text = name(text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A text as it goes on in a sentence: its first letter small, unless a name or an abbreviation begins it.
pub(super) fn lowered(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// The title of a phase and when it runs, from the name of the condition around it.
pub(super) fn phase(action: &str) -> Option<(String, &'static str)> {
    let ends = [
        ("_question", "", "Runs if anything is left to act on."),
        ("_afterwards", ", afterwards", "Without a question, once what it waits for is done."),
        ("_at_once", ", at once", "Without a question."),
    ];
    ends.iter().find_map(|(end, more, condition)| {
        let stem = action.strip_suffix(end)?;
        Some((format!("{}{more}", sentence(stem)), *condition))
    })
}

/// What it is where a condition of ours does not hold that everything behind it needs, by its name.
const REFUSED: &[(&str, &str)] = &[
    ("_allowed", "Protected, its state does not allow it, or a dry run"),
    ("_still_open", "The incident is no longer open, or carries the tag to stop"),
];

/// What it is where a condition does not hold that only checks what must hold for all that follows.
pub(super) fn refused(action: &str) -> Option<&'static str> {
    REFUSED.iter().find(|(end, _)| action.ends_with(end)).map(|(_, refused)| *refused)
}

/// What a condition is about that leads to an exception, from its name.
pub(super) fn question(action: &str) -> String {
    match action.strip_suffix("_not_asked") {
        Some(phase) => format!("Nobody can be asked about {}", lowered(&name(phase))),
        None => sentence(action),
    }
}

/// What a result says that is worked out while it runs, from the name of the step.
pub(super) fn outcome(action: &str) -> String {
    let ends = [
        ("_left_alone", "left alone, with the reason"),
        ("_not_approved", "not done, with the answer"),
        ("_not_open", "left alone"),
        ("_nobody_was_asked", "not done, with the reason"),
    ];
    ends.iter()
        .find(|(end, _)| action.ends_with(end))
        .map_or_else(|| name(action), |(_, said)| (*said).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert_eq!(sentence("block_file_for_each"), "Block file");
        assert_eq!(lowered("Get a user"), "get a user");
        assert_eq!(lowered("URL"), "URL");
        assert_eq!(phase("Contain_afterwards").unwrap().0, "Contain, afterwards");
        assert_eq!(phase("Post_message"), None);
    }
}
