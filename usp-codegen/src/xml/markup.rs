//! What is said where `&` and `<` stand in a file for themselves.

use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::BytesStart;

use super::elements::is_element;

/// The message for what the reader of XML cannot read.
pub(crate) fn reader_message(error: &Error) -> String {
    let stray = match error {
        Error::IllFormed(IllFormedError::UnclosedReference) => return stray_ampersand(),
        // A tag whose name is none of TR-106 was perhaps not meant to be one.
        Error::IllFormed(IllFormedError::MismatchedEndTag { expected, .. }) => !is_element(expected),
        Error::Syntax(
            SyntaxError::UnclosedTag
            | SyntaxError::UnclosedSingleQuotedAttributeValue
            | SyntaxError::UnclosedDoubleQuotedAttributeValue,
        ) => true,
        _ => false,
    };
    if stray { format!("{error}; {}", stray_less_than()) } else { error.to_string() }
}

/// The message for an entity that is not defined.
pub(super) fn undefined_entity(name: &str) -> String {
    format!("entity &{name}; is not defined; the sign & itself is written &amp;")
}

fn stray_ampersand() -> String {
    "an & that begins no entity is written &amp;".to_owned()
}

fn stray_less_than() -> &'static str {
    "a < that begins no element is written &lt;"
}

/// Where a start tag holds another `<`, counted from its own, and what is wrong with it: in the value of an attribute XML
/// does not allow one, and outside of values the tag was none.
pub(crate) fn less_than_in_tag(tag: &BytesStart<'_>) -> Option<(usize, String)> {
    if !tag.contains('<') {
        return None;
    }
    let (mut quote, mut in_value) = (None, None);
    for (at, character) in tag.char_indices() {
        match quote {
            Some(open) if character == open => quote = None,
            Some(_) if character == '<' => in_value = in_value.or(Some(at + 1)),
            Some(_) => {}
            None if character == '<' => return Some((0, stray_less_than().to_owned())),
            None => quote = matches!(character, '"' | '\'').then_some(character),
        }
    }
    let message = "a < in the value of an attribute is written &lt;";
    in_value.map(|at| (at, message.to_owned()))
}

/// Where in the value of an attribute, as it stands in the file, a reference stands that cannot be resolved, and what
/// is wrong with it.
pub(crate) fn bad_reference(value: &str) -> Option<(usize, String)> {
    value.match_indices('&').find_map(|(at, _)| {
        let behind = value.get(at + 1..).unwrap_or_default();
        let Some((name, _)) = behind.split_once(';') else { return Some((at, stray_ampersand())) };
        let message = if name.starts_with('#') {
            unescape(&format!("&{name};")).err()?.to_string()
        } else if resolve_predefined_entity(name).is_some() {
            return None;
        } else if name.is_empty() || name.contains(|sign: char| sign == '&' || sign.is_whitespace()) {
            stray_ampersand()
        } else {
            undefined_entity(name)
        };
        Some((at, message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_signs() {
        for (value, expected) in [
            ("", None),
            ("a &amp; b &#x41;&lt;", None),
            ("a &amp; b & c", Some((10, "an & that begins no entity is written &amp;"))),
            ("AT&T", Some((2, "an & that begins no entity is written &amp;"))),
            ("a & b; c", Some((2, "an & that begins no entity is written &amp;"))),
            ("a&&amp;", Some((1, "an & that begins no entity is written &amp;"))),
            ("&;", Some((0, "an & that begins no entity is written &amp;"))),
            ("R&D;", Some((1, "entity &D; is not defined; the sign & itself is written &amp;"))),
            ("&#xZ;", Some((0, "invalid character reference: invalid digit found in string"))),
        ] {
            let expected = expected.map(|(at, message)| (at, message.to_owned()));
            assert_eq!(bad_reference(value), expected, "{value}");
        }
    }

    #[test]
    fn a_sign_within_a_tag_is_told_from_a_tag_that_is_none() {
        let found = |tag: &'static str| less_than_in_tag(&BytesStart::from_content(tag, 1));
        let place = |tag: &'static str| found(tag).map(|(at, _)| at);
        assert_eq!(found("a b='1 &lt; 2' c=\"'\""), None);
        assert_eq!(place("a b='1' c=\"'<\" d='<'"), Some(13));
        assert_eq!(place("a b='1' </c"), Some(0));
        assert_eq!(place("a b='<' </c"), Some(0));
        assert_eq!(found(" 5 </c").map(|(_, message)| message), Some(stray_less_than().to_owned()));
    }
}
