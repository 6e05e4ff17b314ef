//! What might have been meant by a word that is not known.

/// The candidate whose text differs least from what was wanted, whatever the case of letters, if it is near enough to
/// be what was meant: no more than one change in three characters.
pub(crate) fn nearest<T>(wanted: &str, candidates: impl Iterator<Item = (T, String)>) -> Option<T> {
    let wanted = wanted.to_ascii_lowercase();
    let near = |distance: usize| distance * 3 <= wanted.len();
    let (distance, nearest) = candidates
        // Each character by which one is longer has to be put in.
        .filter(|(_, text)| near(text.len().abs_diff(wanted.len())))
        .map(|(candidate, text)| (edit_distance(&wanted, &text.to_ascii_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)?;
    near(distance).then_some(nearest)
}

/// How many characters have to be put in, taken out or changed, or change places with their neighbour.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    // Distances of the beginnings of `b` from that of `a` which is a character shorter, and from the one before.
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last = None;
    for (index, character) in a.chars().enumerate() {
        let mut row = Vec::with_capacity(above.len());
        let mut left = index + 1;
        row.push(left);
        let mut last_other = None;
        for (column, (other, pair)) in b.iter().zip(above.windows(2)).enumerate() {
            let &[diagonal, up] = pair else { break };
            let cost = usize::from(character != *other);
            let mut cell = (diagonal + cost).min(left + 1).min(up + 1);
            if last == Some(*other)
                && last_other == Some(character)
                && let Some(swapped) = column.checked_sub(1).and_then(|column| before.get(column))
            {
                cell = cell.min(swapped + 1);
            }
            row.push(cell);
            left = cell;
            last_other = Some(*other);
        }
        before = core::mem::replace(&mut above, row);
        last = Some(character);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_changes() {
        for (a, b, distance) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "axc", 1),
            ("abc", "", 3),
            ("", "abc", 3),
            ("ab", "xaby", 2),
            ("modle", "model", 1),
            ("ab", "ba", 1),
            ("xaby", "xbay", 1),
            ("aab", "bab", 1),
        ] {
            assert_eq!(edit_distance(a, b), distance, "{a} {b}");
        }
    }

    #[test]
    fn what_is_too_different_is_not_meant() {
        let nearest =
            |wanted| nearest(wanted, ["model", "object"].into_iter().map(|word| (word, word.to_owned())));
        assert_eq!(nearest("Modle"), Some("model"));
        assert_eq!(nearest("objects"), Some("object"));
        assert_eq!(nearest("mdl"), None);
        assert_eq!(nearest(""), None);
        assert_eq!(nearest(&"model".repeat(100_000)), None);
    }
}
