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
    /// A number, boolean, dateTime or other text without quotes, as written.
    Token(&'a str),
}

impl fmt::Display for Constant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quoted(quoted) => quoted.fmt(f),
            Self::Token(token) => f.write_str(token),
        }
    }
}

/// A string constant of a Search Expression, with its escapes.
///
/// Between the quotes stands any text but `"`; a quote is written `%22`, a percent sign `%25`. Any other `%`
/// stands for itself and is printed as `%25`. Two are equal if their decoded texts are.
#[derive(Clone, Copy)]
pub struct QuotedStr<'a> {
    raw: &'a str,
}

impl<'a> QuotedStr<'a> {
    /// `raw` is the text between the quotes and holds no quote.
    pub(crate) const fn new(raw: &'a str) -> Self {
        Self { raw }
    }

    /// The text between the quotes as it was written, escapes and all.
    pub const fn raw(&self) -> &'a str {
        self.raw
    }

    /// The text that is meant: `%22` and `%25` decoded. Borrowed when there is nothing to decode.
    pub fn decode(&self) -> Cow<'a, str> {
        if !self.raw.contains('%') {
            return Cow::Borrowed(self.raw);
        }
        let mut decoded = String::with_capacity(self.raw.len());
        let mut pieces = self.raw.split('%');
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

    /// Whether printing changes the text: a percent sign begins neither `%22` nor `%25`.
    pub(crate) fn is_canonical(&self) -> bool {
        self.raw.split('%').skip(1).all(|piece| piece.starts_with("22") || piece.starts_with("25"))
    }
}

impl PartialEq for QuotedStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw || self.decode() == other.decode()
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
        write_quoted(f, &self.decode())
    }
}

impl fmt::Debug for QuotedStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QuotedStr").field(&self.raw).finish()
    }
}

/// Writes `text` as a string constant.
pub(crate) fn write_quoted(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    let mut rest = text;
    while let Some(at) = rest.find(['"', '%']) {
        let (plain, special) = rest.split_at(at);
        out.write_str(plain)?;
        out.write_str(if special.starts_with('"') { "%22" } else { "%25" })?;
        rest = special.get(1..).unwrap_or_default();
    }
    out.write_str(rest)?;
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[track_caller]
    fn decodes(raw: &str, text: &str, printed: &str) {
        let quoted = QuotedStr::new(raw);
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
        assert_eq!(QuotedStr::new("50%"), QuotedStr::new("50%25"));
        assert_ne!(QuotedStr::new("%22"), QuotedStr::new("%2522"));
    }
}
