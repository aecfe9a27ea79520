//! Names as the service compares them: without case.
//!
//! Nearly all names are ASCII; of these no copy is made. Any other is put into lower case first, as [`fold`] does.

use std::cmp::Ordering;

/// A name as it is compared, to be kept: action, variable, parameter and connection names distinguish no case.
pub fn fold(name: &str) -> String {
    // Nearly all names are ASCII, of which a copy is quickly made.
    if name.is_ascii() { name.to_ascii_lowercase() } else { name.to_lowercase() }
}

/// Whether two names are the same.
pub fn same(a: &str, b: &str) -> bool {
    // Nearly all that are the same are written alike.
    a == b || a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && fold(a) == fold(b))
}

/// The order of two names: that of their folded forms.
pub fn compare(a: &str, b: &str) -> Ordering {
    for (one, other) in a.bytes().zip(b.bytes()) {
        if !(one.is_ascii() && other.is_ascii()) {
            return fold(a).cmp(&fold(b));
        }
        let order = one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase());
        if order != Ordering::Equal {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

/// Values by name. Names of one definition begin alike (`Condition_2`, `Condition_3`), so that hashes are compared
/// before them.
#[derive(Debug, Clone)]
pub struct ByName<'n, V> {
    /// Sorted by hash.
    names: Vec<(u32, &'n str)>,
    /// The value of each name.
    values: Vec<V>,
}

impl<'n, V> ByName<'n, V> {
    /// The values with their names. Those of one name keep the order in which they come.
    pub fn new(entries: impl IntoIterator<Item = (&'n str, V)>) -> Self {
        let hashed = |(name, value)| ((hash(name), name), value);
        let mut entries: Vec<((u32, &str), V)> = entries.into_iter().map(hashed).collect();
        // Two names may have one hash, and each must stand together.
        entries.sort_by(|((a, one), _), ((b, other), _)| a.cmp(b).then_with(|| compare(one, other)));
        let (names, values) = entries.into_iter().unzip();
        Self { names, values }
    }

    /// All values of a name.
    pub fn get(&self, name: &str) -> &[V] {
        // To see whether it is a single name takes less than to hash it.
        if let [(_, only)] = &self.names[..] {
            return if same(only, name) { &self.values } else { &[] };
        }
        let wanted = hash(name);
        let from = self.names.partition_point(|(hash, _)| *hash < wanted);
        let alike = self.names[from..].iter().take_while(|(hash, _)| *hash == wanted);
        let mut matches =
            alike.enumerate().filter(|(_, (_, known))| same(known, name)).map(|(at, _)| from + at);
        let Some(first) = matches.next() else { return &[] };
        &self.values[first..=matches.last().unwrap_or(first)]
    }
}

/// A hash of a folded name. Eight bytes at a time: byte by byte it took 2 % of a check.
fn hash(name: &str) -> u32 {
    let of = |name: &str| {
        let bytes = name.as_bytes();
        // What tells the small letters of ASCII from the large ones is set in both.
        let mix = |hash: u64, word: u64| {
            (hash.rotate_left(23) ^ (word | 0x2020_2020_2020_2020)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        };
        let (words, rest) = bytes.as_chunks::<8>();
        let hash = words.iter().fold(bytes.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
        let rest = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        (mix(hash, rest) >> 32) as u32
    };
    if name.is_ascii() { of(name) } else { of(&fold(name)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_of_one_name_stand_together() {
        let found = ByName::new([("b", 1), ("A", 2), ("B", 3), ("É", 4)]);
        assert_eq!((found.get("B"), found.get("a"), found.get("é")), (&[1, 3][..], &[2][..], &[4][..]));
        assert_eq!((found.get("c"), found.get("")), (&[][..], &[][..]));
    }

    proptest! {
        #[test]
        fn every_name_is_found(names in proptest::collection::vec("[a-cA-C_éÉKΣ]{0,3}", 0..20)) {
            let found = ByName::new(names.iter().enumerate().map(|(at, name)| (name.as_str(), at)));
            for name in &names {
                let all = (0..names.len()).filter(|at| same(&names[*at], name));
                prop_assert_eq!(found.get(name), all.collect::<Vec<_>>());
            }
        }

        #[test]
        fn names_are_ordered_as_their_folded_forms(a in "[a-cA-C_éÉKΣ]{0,4}", b in "[a-cA-C_éÉKΣ]{0,4}") {
            prop_assert_eq!(compare(&a, &b), fold(&a).cmp(&fold(&b)));
            prop_assert_eq!(same(&a, &b), fold(&a) == fold(&b));
        }
    }
}
