//! Texts of a peer within lines for people.

use core::fmt;

/// A text of a peer as part of a line, for logs: what could forge another line, or hide what stands in this one, is
/// escaped.
///
/// ```
/// use usp_msg::OneLine;
///
/// assert_eq!(OneLine::new("Mode \"Hot\"\nERROR \u{1b}[31m").to_string(), "Mode \"Hot\"\\nERROR \\u{1b}[31m");
/// assert_eq!(OneLine::cut("0123456789", 4).to_string(), "0123...");
/// assert_eq!(OneLine::brief("").or("nobody").to_string(), "nobody");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OneLine<'a> {
    text: &'a str,
    most: usize,
}

impl<'a> OneLine<'a> {
    /// The whole text.
    pub const fn new(text: &'a str) -> Self {
        Self::cut(text, usize::MAX)
    }

    /// Its first characters, so many at the most; three dots say that there were more.
    pub const fn cut(text: &'a str, most: usize) -> Self {
        Self { text, most }
    }

    /// As much of it as a log needs: its first 100 characters.
    pub const fn brief(text: &'a str) -> Self {
        Self::cut(text, 100)
    }

    /// What is said in place of a text that is empty.
    #[must_use]
    pub const fn or(self, other: &'a str) -> Self {
        if self.text.is_empty() { Self::new(other) } else { self }
    }
}

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chars = self.text.chars();
        for shown in chars.by_ref().take(self.most) {
            match is_plain(shown) {
                true => fmt::Write::write_char(f, shown)?,
                // What `escape_debug` writes of these as well, which needs tables of all of Unicode.
                false if shown == '\0' => f.write_str("\\0")?,
                false => fmt::Display::fmt(&shown.escape_default(), f)?,
            }
        }
        if chars.next().is_some() { f.write_str("...") } else { Ok(()) }
    }
}

/// Whether a character is neither a control character, nor one that ends a line or changes the direction of writing.
const fn is_plain(shown: char) -> bool {
    !matches!(shown, '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn nothing_of_a_peer_makes_another_line() {
        for (text, line) in [
            ("plain \"text\" \\ ü", "plain \"text\" \\ ü"),
            ("a\r\nb\tc\0\x1b\x7f", "a\\r\\nb\\tc\\0\\u{1b}\\u{7f}"),
            ("\u{85}\u{2028}\u{202e}\u{2066}", "\\u{85}\\u{2028}\\u{202e}\\u{2066}"),
            ("", ""),
        ] {
            assert_eq!(OneLine::new(text).to_string(), line);
        }
        assert_eq!(OneLine::cut("äöü", 3).to_string(), "äöü");
        assert_eq!(OneLine::cut("äöüß", 3).to_string(), "äöü...");
        assert_eq!(OneLine::brief(&"ä".repeat(101)).to_string(), "ä".repeat(100) + "...");
        assert_eq!(OneLine::cut("abc", 1).or("nothing").to_string(), "a...");
        assert_eq!(OneLine::cut("", 1).or("nothing").to_string(), "nothing");
    }
}
