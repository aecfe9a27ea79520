//! Just enough of Rust's grammar to see which paths a file names: comments and literals are blanked first, so that a
//! word in a text is no word of the code.

/// Every path in code with its line. Use trees are written out: `a::{b, c::d}` gives `a::b` and `a::c::d`.
pub(super) fn paths(code: &str) -> Vec<(usize, Vec<&str>)> {
    let mut found = Vec::new();
    // What stands before each open brace; nothing before a brace that opens no use tree.
    let mut groups: Vec<Vec<&str>> = Vec::new();
    let mut path: Vec<&str> = Vec::new();
    let mut is_joined = false;
    let mut line = 1;
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let length = if word > 0 {
            word
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        match token {
            "\n" => line += 1,
            "::" => is_joined = true,
            _ if first.is_whitespace() => {}
            _ if word > 0 && is_joined => {
                path.push(token);
                is_joined = false;
            }
            _ if word > 0 => found.push((line, std::mem::replace(&mut path, vec![token]))),
            "{" if is_joined => groups.push(path.clone()),
            _ => {
                // What stands before a brace is no path of its own.
                let ended = std::mem::take(&mut path);
                if groups.last() != Some(&ended) {
                    found.push((line, ended));
                }
                match token {
                    "{" => groups.push(Vec::new()),
                    "}" => drop(groups.pop()),
                    _ => path = groups.last().cloned().unwrap_or_default(),
                }
                is_joined = !path.is_empty();
            }
        }
    }
    found.push((line, path));
    found.retain(|(_, path)| !path.is_empty());
    found
}

/// Rust code with comments and literals blanked, so that a word in a text is no word of the code. Lines stay in place.
pub(super) fn code_of(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = opaque(rest, code.chars().next_back());
        let (piece, behind) = rest.split_at(if length > 0 { length } else { first.len_utf8() });
        if length > 0 {
            code.extend(piece.chars().map(|c| if c == '\n' { c } else { ' ' }));
        } else {
            code.push(first);
        }
        rest = behind;
    }
    code
}

/// The bytes of the comment or literal with which `rest` begins; 0 if it begins with neither.
fn opaque(rest: &str, before: Option<char>) -> usize {
    let until =
        |from: usize, end: &str| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if let Some(text) = rest.strip_prefix('"') {
        let mut is_escaped = false;
        let end = text.find(|c| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        return end.map_or(rest.len(), |at| at + 2);
    }
    if let Some(text) = rest.strip_prefix('\'') {
        let mut chars = text.chars();
        return match (chars.next(), chars.next()) {
            (Some('\\'), Some(escaped)) => until(2 + escaped.len_utf8(), "'"),
            (Some(one), Some('\'')) => one.len_utf8() + 2,
            // A lifetime.
            _ => 0,
        };
    }
    let hashed = rest.trim_start_matches(['b', 'c']).strip_prefix('r').unwrap_or_default();
    let raw = hashed.trim_start_matches('#');
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if in_word || !raw.starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashed.len() - raw.len()));
    until(rest.len() - raw.len() + 1, &end)
}

/// The bytes of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let (mut at, mut open) = (0, 0_usize);
    while let Some(found) = rest[at..].find(['/', '*']) {
        at += found;
        match rest.get(at..at + 2) {
            Some("/*") => open += 1,
            Some("*/") => open -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if open == 0 {
            return at;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_trees_are_written_out() {
        let found = |code| paths(code).into_iter().map(|(_, path)| path.join("::")).collect::<Vec<_>>();
        assert_eq!(
            found("use a::{b as c, d::{self, e}, f::*};"),
            ["use", "a::b", "as", "c", "a::d::self", "a::d::e", "a::f"]
        );
        assert_eq!(found("match x { A::B => y::z(), _ => {} }"), ["match", "x", "A::B", "y::z", "_"]);
    }

    #[test]
    fn comments_and_literals_are_blanked() {
        let found = |source| code_of(source).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(found("a // b\nc /* d /* e */ f */ g"), "a c g");
        assert_eq!(found(r#"a("b \" c", 'd', '\'', "e\\") f"#), "a( , , , ) f");
        assert_eq!(found("a(r\"b\\\", br##\"c\"#d\"##, r#type)"), "a( , , r#type)");
        assert_eq!(found("fn a<'b>(c: &'b str) {} // \u{200B}"), "fn a<'b>(c: &'b str) {}");
        assert_eq!(found("a /* never closed"), "a");
        assert_eq!(code_of("a /*\n\n*/ b").lines().count(), 3);
    }
}
