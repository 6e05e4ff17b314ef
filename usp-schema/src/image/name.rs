//! The names of elements, as TR-106 section 3.1 has them: builder and loader demand the same.

/// Whether this is a name with the ending that tells commands (`()`) and events (`!`) from the others (none).
pub(crate) fn is_name(name: &str, suffix: &str) -> bool {
    // Most names have no ending: the comparison of nothing with nothing would take most of the time of loading.
    let stem = if suffix.is_empty() { Some(name) } else { name.strip_suffix(suffix) };
    let Some(stem) = stem else { return false };
    let first = stem.as_bytes().first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
    first && stem.as_bytes().iter().all(|&byte| IN_NAME[usize::from(byte)])
}

/// Whether this is the name of a mount: `{i}` in a path means any row.
pub(crate) fn is_mount_name(name: &str) -> bool {
    is_name(name, "") && name != "i"
}

/// Which bytes may stand in a name. Loading an image asks for each byte of each name.
const IN_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::{is_mount_name, is_name};

    #[test]
    fn names_begin_with_a_letter_and_end_as_their_kind_does() {
        assert!(is_name("X_ACME-COM_Led2", "") && is_name("_a", "") && is_name("Reboot()", "()"));
        assert!(is_name("Boot!", "!"));
        for (name, suffix) in [
            ("", ""),
            ("9a", ""),
            ("A.B", ""),
            ("{i}", ""),
            ("É", ""),
            ("Reboot", "()"),
            ("()", "()"),
            ("Boot!", ""),
        ] {
            assert!(!is_name(name, suffix), "{name:?}");
        }
        assert!(is_mount_name("zigbee") && !is_mount_name("i") && !is_mount_name("{i}"));
    }
}
