//! Names of files as machine-readable forms write them.

/// A file, and the member of it where it is an archive.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place<'p> {
    /// The file on disk.
    pub file: &'p str,
    /// The member of the archive.
    pub member: Option<&'p str>,
}

/// Takes `a.zip!/member` apart.
pub(super) fn place(path: &str) -> Place<'_> {
    match path.split_once("!/") {
        Some((file, member)) => Place { file, member: Some(member) },
        None => Place { file: path, member: None },
    }
}

/// The name relative to a folder, where it lies below it.
pub(super) fn below<'p>(file: &'p str, root: Option<&str>) -> &'p str {
    let file = file.strip_prefix("./").unwrap_or(file);
    let inside = root.and_then(|root| file.strip_prefix(root.trim_end_matches('/'))?.strip_prefix('/'));
    inside.unwrap_or(file)
}

/// A relative name as a URI reference (RFC 3986): what has a meaning in one is percent-encoded.
pub(super) fn uri(file: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    let text: String = file.bytes().map(encoded).collect();
    if file.starts_with('/') { format!("file://{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_uris() {
        assert_eq!(uri("a b/c#1?.json"), "a%20b/c%231%3F.json");
        assert_eq!(uri("/etc/é"), "file:///etc/%C3%A9");
        assert_eq!(below("/repo/a.json", Some("/repo")), "a.json");
        assert_eq!(below("/repository/a.json", Some("/repo")), "/repository/a.json");
        assert_eq!(below("./a.json", None), "a.json");
        assert_eq!(place("a.zip!/b/c.json"), Place { file: "a.zip", member: Some("b/c.json") });
    }
}
