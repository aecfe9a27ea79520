//! Action names: unique in the whole playbook, readable, at most 80 characters.

use std::collections::BTreeMap;

/// The service's limit on the name of an action.
const MAX_NAME: usize = 80;

/// Stems for the patterns of one playbook, by pattern id: `identity/disable-account` → `Disable_account`. Where two
/// patterns end alike, the family is put before the name.
pub(super) fn stems<'i>(ids: impl Iterator<Item = &'i str>) -> BTreeMap<String, String> {
    let ids: Vec<&str> = ids.collect();
    let last = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
    ids.iter()
        .map(|id| {
            let alike = ids.iter().filter(|other| last(other) == last(id)).count() > 1;
            let name = if alike { id.replace('/', "-") } else { last(id) };
            ((*id).to_owned(), capitalised(&name))
        })
        .collect()
}

/// `stem` and `part` joined, within the limit.
pub(super) fn join(stem: &str, part: &str) -> String {
    let name = format!("{stem}_{part}");
    name.chars().take(MAX_NAME).collect()
}

fn capitalised(name: &str) -> String {
    let mut name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_endings_get_their_family() {
        let stems = stems(["network/block", "file/block", "identity/disable-account"].into_iter());
        let stems: Vec<&str> = stems.values().map(String::as_str).collect();
        assert_eq!(stems, ["File_block", "Disable_account", "Network_block"]);
    }
}
