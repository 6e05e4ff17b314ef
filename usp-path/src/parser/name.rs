//! `name`: letters, digits, `_` and, as vendors use it, `-`; the first is a letter or `_`.

/// What a byte may do in a name.
const START: u8 = 2;
const INSIDE: u8 = 1;
/// In the path of a parameter that is compared.
const COMPARED: u8 = 4;

const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        if byte.is_ascii_alphabetic() || byte == b'_' {
            classes[byte as usize] = START | INSIDE | COMPARED;
        } else if byte.is_ascii_digit() || byte == b'-' {
            classes[byte as usize] = INSIDE | COMPARED;
        } else if matches!(byte, b'.' | b'+' | b'#' | b'*') {
            classes[byte as usize] = COMPARED;
        }
        byte += 1;
    }
    classes
}

/// Whether a name may begin with `byte`.
pub(crate) const fn is_name_start(byte: u8) -> bool {
    CLASSES[byte as usize] & START != 0
}

/// Whether `byte` may stand in a name behind the first.
pub(crate) const fn is_name_byte(byte: u8) -> bool {
    CLASSES[byte as usize] & INSIDE != 0
}

/// Whether `byte` may stand in the path of a parameter that an Expression Component compares.
pub(super) const fn is_compared_byte(byte: u8) -> bool {
    CLASSES[byte as usize] & COMPARED != 0
}

/// Splits behind the longest prefix of name bytes.
pub(crate) fn split_name(input: &str) -> (&str, &str) {
    let length = input.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(input.len());
    input.split_at(length)
}

/// Whether `text` as a whole is a name.
pub(crate) fn is_name(text: &str) -> bool {
    text.bytes().next().is_some_and(is_name_start) && split_name(text).1.is_empty()
}
