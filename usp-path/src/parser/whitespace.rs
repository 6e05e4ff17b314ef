/// The text behind spaces and tabs, and those, which may be none: tolerated round operators `[R-ARC.9a]`.
pub(super) fn whitespace(input: &str) -> (&str, &str) {
    let length = input.bytes().take_while(|byte| is_whitespace(*byte)).count();
    let (gap, rest) = input.split_at(length);
    (rest, gap)
}

pub(super) const fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
