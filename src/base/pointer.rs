//! JSON Pointer (RFC 6901): the way every stage names a place in a document.
//!
//! Stages speak in pointers; only [`super::source`] knows lines and columns.

use std::borrow::Cow;
use std::fmt;

/// A JSON Pointer such as `/definition/actions/Notify/inputs`. The empty pointer names the whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a pointer already written with `~0` and `~1` escapes, such as the one a schema validator reports.
    pub fn from_escaped(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// This pointer, one member or index deeper. `token` is raw text; `~` and `/` are escaped here.
    #[must_use]
    pub fn join(&self, token: impl fmt::Display) -> Self {
        let mut out = self.clone();
        out.push(token);
        out
    }

    /// Descends in place by one raw token.
    pub fn push(&mut self, token: impl fmt::Display) {
        self.push_text(&token.to_string());
    }

    /// Descends in place by one raw token that is text already.
    pub fn push_text(&mut self, token: &str) {
        self.0.push('/');
        if !token.contains(['~', '/']) {
            self.0.push_str(token);
            return;
        }
        for c in token.chars() {
            match c {
                '~' => self.0.push_str("~0"),
                '/' => self.0.push_str("~1"),
                c => self.0.push(c),
            }
        }
    }

    /// The pointer of the container, or `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|at| Self(self.0[..at].to_owned()))
    }

    /// The unescaped tokens, outermost first.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(unescaped)
    }

    /// The last token, unescaped.
    pub fn last(&self) -> Option<String> {
        self.0.rfind('/').map(|at| unescaped(&self.0[at + 1..]).into_owned())
    }

    /// The escaped text, as in diagnostics.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn unescaped(token: &str) -> Cow<'_, str> {
    // Hardly a name has one of the two.
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_the_escapes() {
        let pointer = Pointer::root().join("a/b").join("m~n").join(3);
        assert_eq!(pointer.as_str(), "/a~1b/m~0n/3");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b", "m~n", "3"]);
        assert_eq!(pointer.last().as_deref(), Some("3"));
        assert_eq!(pointer.parent().map(|p| p.to_string()).as_deref(), Some("/a~1b/m~0n"));
        assert_eq!(Pointer::root().parent(), None);
    }
}
