//! A tab-separated table that is searched in place.
//!
//! The tables are text inside the binary. Nothing is read when the program starts and nothing is kept afterwards: a
//! search halves a byte range of the text until one line is left, and the columns of that line are cut on demand into
//! `&'static str`.
//!
//! The form, which `regenerate.py` writes and the tests hold:
//!
//! - lines end in LF, the last one too; the first lines are comments and begin with `#`;
//! - the first column is the key, and lines are in the byte order of their keys, each key once;
//! - columns are separated by a tab, the members of a [`List`] by `|`; no value holds either.

use std::fmt;

/// One embedded table.
pub(super) struct Table {
    text: &'static str,
}

impl Table {
    pub(super) const fn new(text: &'static str) -> Self {
        Self { text }
    }

    /// The size of the text in bytes.
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// The row with this key, in `O(log n)`. The key is compared byte by byte: upper case, no blanks.
    pub(super) fn find(&self, key: &str) -> Option<Row> {
        // `#` sorts before every letter and digit, so the comment lines keep the order and need no skipping; but a
        // comment is no row, whatever the caller asks for.
        if key.starts_with('#') {
            return None;
        }
        let bytes = self.text.as_bytes();
        // Invariant: `low` and `high` are starts of lines (or the end), and the key's line, if any, starts between.
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = bytes[low..middle].iter().rposition(|&b| b == b'\n').map_or(low, |at| low + at + 1);
            let end = bytes[middle..high].iter().position(|&b| b == b'\n').map_or(high, |at| middle + at);
            let row = Row { line: &self.text[start..end] };
            match row.key().cmp(key) {
                std::cmp::Ordering::Equal => return Some(row),
                std::cmp::Ordering::Less => low = (end + 1).min(high),
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }

    /// All rows, in the order of their keys.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + use<> {
        self.text.lines().skip_while(|line| line.starts_with('#')).map(|line| Row { line })
    }
}

/// One line of a table.
#[derive(Clone, Copy)]
pub(super) struct Row {
    line: &'static str,
}

impl Row {
    /// The first column.
    pub(super) fn key(self) -> &'static str {
        self.line.split_once('\t').map_or(self.line, |(key, _)| key)
    }

    /// The first `N` columns. A column that the line lacks is empty; the tests hold that no line lacks one.
    pub(super) fn columns<const N: usize>(self) -> [&'static str; N] {
        let mut cells = self.line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    }
}

/// Several values in one cell, in ascending order: names of tactics, platforms, aliases, ids.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct List(&'static str);

impl List {
    pub(super) const fn new(cell: &'static str) -> Self {
        Self(cell)
    }

    /// The values in order.
    pub fn iter(self) -> impl Iterator<Item = &'static str> {
        // `split` on an empty cell would give one empty value.
        self.0.split('|').filter(|value| !value.is_empty())
    }

    /// Whether the list holds exactly this value.
    pub fn contains(self, value: &str) -> bool {
        self.iter().any(|member| member == value)
    }

    /// Whether the list holds nothing.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Display for List {
    /// The values with a comma and a blank between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Table = Table::new("# a comment\n# columns: id name\nA\tå\nAB\t\nC\tx|y\tlast\n");

    #[test]
    fn finds_every_row_and_nothing_else() {
        for row in SMALL.rows() {
            assert_eq!(SMALL.find(row.key()).map(|found| found.line), Some(row.line));
        }
        assert_eq!(SMALL.rows().map(Row::key).collect::<Vec<_>>(), ["A", "AB", "C"]);
        for absent in ["", "#", "# a comment", "AA", "A\tå", "ABC", "B", "D", "\n", "å"] {
            assert!(SMALL.find(absent).is_none(), "{absent:?}");
        }
    }

    #[test]
    fn an_empty_table_has_no_rows() {
        for text in ["", "# only a comment\n"] {
            assert!(Table::new(text).find("A").is_none());
            assert_eq!(Table::new(text).rows().count(), 0);
        }
    }

    #[test]
    fn columns_are_cut_and_padded() {
        let [key, list, last, beyond] = SMALL.find("C").unwrap().columns();
        assert_eq!((key, list, last, beyond), ("C", "x|y", "last", ""));
    }

    #[test]
    fn a_list_reads_back() {
        let list = List::new("x|y");
        assert!(list.contains("y") && !list.contains("x|y") && !list.contains(""));
        assert_eq!((list.to_string(), format!("{list:?}")), ("x, y".into(), r#"["x", "y"]"#.into()));
        assert!(List::new("").is_empty() && List::default().iter().next().is_none());
    }
}
