//! The names of elements, as TR-106 section 3.1 has them: builder and loader demand the same.

/// Whether this is a name with the ending that tells commands (`()`) and events (`!`) from the others (none).
pub(crate) fn is_name(name: &str, suffix: &str) -> bool {
    let Some(stem) = name.strip_suffix(suffix) else { return false };
    let first = stem.as_bytes().first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
    first && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::is_name;

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
    }
}
