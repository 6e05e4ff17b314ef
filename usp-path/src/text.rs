/// The last character boundary of `text` at or before `at`.
pub(crate) const fn char_boundary(text: &str, at: usize) -> usize {
    let mut at = if at < text.len() { at } else { text.len() };
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
