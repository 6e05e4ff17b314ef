use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::hash::{Hash, Hasher};

/// The constant that an Expression Component compares with.
///
/// Strings stand in double quotes, everything else without. What type a constant has to have is known by the
/// schema alone, so both forms are handed over as text: `08`, `+123`, `true` and `2021-06-06T08:00:00Z` are
/// tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Constant<'a> {
    /// A string: `"Normal"`.
    Quoted(QuotedStr<'a>),
    /// A number, boolean, dateTime or other text without quotes, as written: letters, digits and `+-.:/_=`, of
    /// which `=` does not stand first.
    Token(&'a str),
}

impl<'a> Constant<'a> {
    /// The string constant that means `text`.
    pub const fn text(text: &'a str) -> Self {
        Self::Quoted(QuotedStr::new(text))
    }
}

impl fmt::Display for Constant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quoted(quoted) => quoted.fmt(f),
            Self::Token(token) => f.write_str(token),
        }
    }
}

/// A string constant of a Search Expression.
///
/// Between the quotes stands any text but `"`; a quote is written `%22`, a percent sign `%25`. Any other `%`
/// stands for itself and is printed as `%25`. Two are equal if they mean the same text.
///
/// ```
/// let quoted = usp_path::QuotedStr::new("100% \"pure\"");
/// assert_eq!(quoted.to_string(), "\"100%25 %22pure%22\"");
/// assert_eq!(quoted.decode(), "100% \"pure\"");
/// ```
#[derive(Clone, Copy)]
pub struct QuotedStr<'a> {
    text: &'a str,
    /// The text stood in a path and may hold escapes.
    escaped: bool,
}

impl<'a> QuotedStr<'a> {
    /// The string constant that means `text`.
    pub const fn new(text: &'a str) -> Self {
        Self { text, escaped: false }
    }

    /// What stood between two quotes.
    pub(crate) const fn written(text: &'a str) -> Self {
        Self { text, escaped: true }
    }

    /// The text that is meant: `%22` and `%25` decoded. Borrowed when there is nothing to decode.
    pub fn decode(&self) -> Cow<'a, str> {
        if !self.escaped || !self.text.contains('%') {
            return Cow::Borrowed(self.text);
        }
        let mut decoded = String::with_capacity(self.text.len());
        let mut pieces = self.text.split('%');
        decoded.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            match (piece.strip_prefix("22"), piece.strip_prefix("25")) {
                (Some(rest), _) => {
                    decoded.push('"');
                    decoded.push_str(rest);
                }
                (_, Some(rest)) => {
                    decoded.push('%');
                    decoded.push_str(rest);
                }
                (None, None) => {
                    decoded.push('%');
                    decoded.push_str(piece);
                }
            }
        }
        Cow::Owned(decoded)
    }

    /// Whether every percent sign of what stood between the quotes begins `%22` or `%25`.
    pub(crate) fn is_canonical(&self) -> bool {
        let mut rest = self.text;
        while let Some((_, behind)) = rest.split_once('%') {
            if !behind.starts_with("22") && !behind.starts_with("25") {
                return false;
            }
            rest = behind;
        }
        true
    }
}

impl PartialEq for QuotedStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.decode() == other.decode()
    }
}

impl Eq for QuotedStr<'_> {}

impl Hash for QuotedStr<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.decode().hash(state);
    }
}

/// Prints with quotes, every quote and percent sign escaped.
impl fmt::Display for QuotedStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for piece in self.decode().split_inclusive(['"', '%']) {
            match piece.strip_suffix('"') {
                Some(plain) => write!(f, "{plain}%22")?,
                None => f.write_str(piece)?,
            }
            if piece.ends_with('%') {
                f.write_str("25")?;
            }
        }
        f.write_str("\"")
    }
}

impl fmt::Debug for QuotedStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QuotedStr").field(&self.decode()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[track_caller]
    fn decodes(raw: &str, text: &str, printed: &str) {
        let quoted = QuotedStr::written(raw);
        assert_eq!(quoted.decode(), text);
        assert_eq!(quoted.to_string(), printed);
        assert_eq!(quoted.is_canonical(), printed.trim_matches('"') == raw, "{raw}");
    }

    #[test]
    fn quotes_and_percent_signs_are_escaped() {
        decodes("eth0", "eth0", "\"eth0\"");
        decodes("", "", "\"\"");
        decodes("say %22hi%22", "say \"hi\"", "\"say %22hi%22\"");
        decodes("100%25", "100%", "\"100%25\"");
        decodes("%2522", "%22", "\"%2522\"");
    }

    #[test]
    fn a_percent_sign_that_escapes_nothing_stands_for_itself() {
        decodes("50%", "50%", "\"50%25\"");
        decodes("%41", "%41", "\"%2541\"");
        decodes("%%22", "%\"", "\"%25%22\"");
        decodes("%2", "%2", "\"%252\"");
    }

    #[test]
    fn equality_is_that_of_the_decoded_text() {
        assert_eq!(QuotedStr::written("50%"), QuotedStr::written("50%25"));
        assert_ne!(QuotedStr::written("%22"), QuotedStr::new("%22"));
    }
}
