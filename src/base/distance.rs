//! How many slips lie between two words.

/// How many letters must be added, left out, changed or swapped with their neighbour to make one word of another; case does not
/// count. `None` where they are more than `most`: as soon as that is known nothing more is looked at, since whoever writes a
/// document decides how many long names there are to compare.
pub(super) fn slips(one: &str, other: &str, most: usize) -> Option<usize> {
    if one.is_ascii() && other.is_ascii() {
        return between(one.to_ascii_lowercase().as_bytes(), other.to_ascii_lowercase().as_bytes(), most);
    }
    let letters = |word: &str| -> Vec<char> { word.chars().flat_map(char::to_lowercase).collect() };
    between(&letters(one), &letters(other), most)
}

fn between<T: Copy + PartialEq>(one: &[T], other: &[T], most: usize) -> Option<usize> {
    // Names of one document begin or end alike: what they share there takes no slip.
    let shared = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[shared..], &other[shared..]);
    let shared = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - shared], &other[..other.len() - shared]);
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let far = most + 1;
    // Of the table of all beginnings only the last three rows are needed, and of a row what lies near the diagonal. What is left
    // and right of that counts as far.
    let mut before = vec![far; other.len() + 2];
    let mut above: Vec<usize> = (0..other.len() + 2).collect();
    let mut row = before.clone();
    let mut least_above = 0;
    for (i, letter) in one.iter().enumerate() {
        let (start, end) = (i.saturating_sub(most), (i + most + 1).min(other.len()));
        row[start] = if start == 0 { i + 1 } else { far };
        let mut least = row[start];
        for j in start..end {
            let is_same = *letter == other[j];
            let mut count = (above[j] + usize::from(!is_same)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && one[i - 1] == other[j] {
                count = count.min(before[j - 1] + 1);
            }
            row[j + 1] = count;
            least = least.min(count);
        }
        row[end + 1] = far;
        if least > most && least_above >= most {
            return None;
        }
        least_above = least;
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above.get(other.len()).copied().filter(|count| *count <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same without any short cut.
    fn all(one: &str, other: &str) -> usize {
        let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
        let mut table = vec![vec![0; other.len() + 1]; one.len() + 1];
        for i in 0..=one.len() {
            for j in 0..=other.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let change = table[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                        let mut count = change.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                            count = count.min(table[i - 2][j - 2] + 1);
                        }
                        count
                    }
                };
            }
        }
        table[one.len()][other.len()]
    }

    #[test]
    fn slips_are_counted_up_to_a_bound() {
        let cases = [
            ("runafter", "runAfter", Some(0)),
            ("pots", "post", Some(1)),
            ("", "ab", Some(2)),
            ("É", "é", Some(0)),
        ];
        for (one, other, count) in cases {
            assert_eq!(slips(one, other, 2), count, "{one} {other}");
        }
        assert_eq!(slips("abc", "xyz", 2), None);
        assert_eq!(slips(&"x".repeat(100_000), "x", 5), None);
    }

    proptest::proptest! {
        #[test]
        fn short_cuts_change_nothing(one in "[a-c]{0,9}", other in "[a-c]{0,9}", most in 0usize..10) {
            let count = all(&one, &other);
            proptest::prop_assert_eq!(slips(&one, &other, most), (count <= most).then_some(count));
        }
    }
}
