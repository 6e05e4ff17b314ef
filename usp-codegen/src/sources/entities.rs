use core::ops::ControlFlow;
use std::collections::HashMap;

use crate::xml::Source;
use crate::{CodegenError, ErrorKind};

/// Entities may make a file longer by so many bytes.
const MAX_GROWTH: usize = 1 << 20;

/// Longer names than this, in bytes, are those of no entity.
const MAX_NAME: usize = 255;

/// The text of a file with its own entities (`<!ENTITY dot "\.">`) put in where they are used.
///
/// None if it declares none. Entities from other files are not read. An entity may use those declared before it, so
/// none contains itself. Line breaks in values become blanks, so that each line stays where it is.
pub(super) fn with_entities(source: Source<'_>) -> Result<Option<String>, CodegenError> {
    let text = source.text;
    let Some(start) = document_type(text) else { return Ok(None) };
    let subset = text.get(start..).unwrap_or_default();
    let bracket =
        subset.find(['[', '>']).filter(|at| subset.get(*at..).is_some_and(|rest| rest.starts_with('[')));
    let Some(open) = bracket else { return Ok(None) };
    let declarations = start + open + 1;
    let mut growth = 0;
    let (entities, end) = declared(source, declarations, &mut growth)?;
    if entities.is_empty() {
        return Ok(None);
    }
    let (prolog, content) = text.split_at(end);
    let mut expanded = String::with_capacity(text.len() + 1024);
    expanded.push_str(prolog);
    expand(source, end, content, &entities, &mut growth, &mut expanded)?;
    Ok(Some(expanded))
}

/// Whether the file declares its document type, and may have entities of its own.
pub(crate) fn declares_types(text: &str) -> bool {
    document_type(text).is_some()
}

/// Where the declaration of the document type begins: behind nothing but comments and instructions.
fn document_type(text: &str) -> Option<usize> {
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!DOCTYPE") => return Some(text.len() - rest.len()),
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ => return None,
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
}

/// The entities that are declared from this offset on, and where the declarations end.
fn declared<'x>(
    source: Source<'x>,
    start: usize,
    growth: &mut usize,
) -> Result<(HashMap<&'x str, String>, usize), CodegenError> {
    let mut entities: HashMap<&'x str, String> = HashMap::new();
    let mut at = start;
    loop {
        let rest = source.text.get(at..).unwrap_or_default();
        let Some(next) = rest.find(['<', ']']) else {
            let message = "the declarations of the document type have no end".to_owned();
            return Err(source.error(start, ErrorKind::Xml(message)));
        };
        at += next;
        let rest = rest.get(next..).unwrap_or_default();
        if rest.starts_with(']') {
            return Ok((entities, at));
        }
        if rest.starts_with("<!--") {
            at += rest.find("-->").map_or(rest.len(), |end| end + 3);
            continue;
        }
        let (length, found) = declaration(rest);
        if let Some((name, value)) = found {
            let mut expanded = String::with_capacity(value.len());
            expand(source, at, &quoted(value), &entities, growth, &mut expanded)?;
            // The first declaration of a name counts.
            entities.entry(name).or_insert(expanded);
        }
        at += length;
    }
}

/// The length of a declaration, with name and value if it declares an entity of this file.
fn declaration(text: &str) -> (usize, Option<(&str, &str)>) {
    let mut quote = None;
    let end = text.char_indices().try_for_each(|(at, character)| match quote {
        Some(open) if open == character => {
            quote = None;
            ControlFlow::Continue(())
        }
        Some(_) => ControlFlow::Continue(()),
        None if character == '>' => ControlFlow::Break(at + 1),
        None => {
            quote = matches!(character, '"' | '\'').then_some(character);
            ControlFlow::Continue(())
        }
    });
    let length = end.break_value().unwrap_or(text.len());
    let entity = || {
        let body = text.get(..length)?.strip_prefix("<!ENTITY")?.trim_start();
        let (name, rest) = body.split_once(|character: char| character.is_ascii_whitespace())?;
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        let (value, _) = rest.get(1..)?.split_once(quote)?;
        (name != "%").then_some((name, value))
    };
    (length, entity())
}

/// The value so that it may stand between quotes of either kind and keeps to one line.
fn quoted(value: &str) -> String {
    value.replace('"', "&quot;").replace('\'', "&apos;").replace(['\n', '\r'], " ")
}

/// Puts in the values of entities; leaves alone those that are not known, and text that is to be taken as it is.
fn expand(
    source: Source<'_>,
    offset: usize,
    text: &str,
    entities: &HashMap<&str, String>,
    growth: &mut usize,
    expanded: &mut String,
) -> Result<(), CodegenError> {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        let (before, from) = rest.split_at(at);
        expanded.push_str(before);
        if from.starts_with('<') {
            let literal =
                if from.starts_with("<![CDATA[") { from.find("]]>").unwrap_or(from.len()) } else { 1 };
            let (piece, behind) = from.split_at(literal);
            expanded.push_str(piece);
            rest = behind;
            continue;
        }
        let name = from.get(1..).and_then(entity_name);
        match name.and_then(|name| Some((name, entities.get(name)?))) {
            Some((name, value)) => {
                *growth += value.len();
                if *growth > MAX_GROWTH {
                    let kind = ErrorKind::TooLarge { what: "the length of all entities", limit: MAX_GROWTH };
                    return Err(source.error(offset + (text.len() - from.len()), kind));
                }
                expanded.push_str(value);
                rest = from.get(name.len() + 2..).unwrap_or_default();
            }
            None => {
                expanded.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    expanded.push_str(rest);
    Ok(())
}

/// The name in front of the semicolon that ends a reference to an entity; none if it is no such reference.
fn entity_name(text: &str) -> Option<&str> {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | 0x80..);
    let end = text.bytes().take(MAX_NAME + 1).position(|byte| !is_part(byte))?;
    let (name, rest) = text.split_at_checked(end)?;
    rest.starts_with(';').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_at_the_first_sign_that_is_none() {
        for (text, name) in [
            ("d;", Some("d")),
            ("é.1;x", Some("é.1")),
            ("a b;", None),
            ("a&b;", None),
            ("a", None),
            (&format!("{};", "a".repeat(MAX_NAME)), Some(&*"a".repeat(MAX_NAME))),
            (&format!("{};", "a".repeat(MAX_NAME + 1)), None),
        ] {
            assert_eq!(entity_name(text), name, "{text}");
        }
    }

    /// Each sign costs what its name is long, not what is left of the file.
    #[test]
    fn many_signs_that_begin_no_entity_stay_as_they_are() {
        let text = format!("<!DOCTYPE a [<!ENTITY d 'x'>]><a>{};&d;</a>", "& ".repeat(1 << 20));
        check(&text, Some(&text.replace("&d;", "x")));
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let expanded = with_entities(Source::from_text("a.xml", text)).expect("the text is short");
        assert_eq!(expanded.as_deref(), expected);
    }

    #[test]
    fn entities_are_put_in() {
        check(
            "<?xml version='1.0'?><!DOCTYPE a [ <!ENTITY d \"\\.\"> <!-- ' > --> <!ENTITY o '(&d;)'> ]><a b='&o;&x;'/>",
            Some(
                "<?xml version='1.0'?><!DOCTYPE a [ <!ENTITY d \"\\.\"> <!-- ' > --> <!ENTITY o '(&d;)'> ]>\
                 <a b='(\\.)&x;'/>",
            ),
        );
        check(
            "<!DOCTYPE a [<!ENTITY q '\"\n'><!ENTITY q 'no'><!ELEMENT a ANY>]><a>&q;<![CDATA[&q;]]></a>",
            Some(
                "<!DOCTYPE a [<!ENTITY q '\"\n'><!ENTITY q 'no'><!ELEMENT a ANY>]>\
                 <a>&quot; <![CDATA[&q;]]></a>",
            ),
        );
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        check("<a/>", None);
        check("<!DOCTYPE a><a/>", None);
        check("<!DOCTYPE a SYSTEM 'x'><a b='[&d;'/>", None);
        check("<!DOCTYPE a [<!ENTITY d SYSTEM 'file'><!ENTITY % p 'x'>]><a>&d;</a>", None);
        check("<!-- <!DOCTYPE a [<!ENTITY d 'x'>]> --><a>&d;</a>", None);
        check("<a><!DOCTYPE a [<!ENTITY d 'x'>]>&d;</a>", None);
    }

    #[test]
    fn entities_that_grow_without_end_are_refused() {
        let mut text = String::from("<!DOCTYPE a [<!ENTITY e0 'lol'>");
        for index in 1..40 {
            text.push_str(&format!("<!ENTITY e{index} '&e{0};&e{0};&e{0};&e{0};'>", index - 1));
        }
        text.push_str("]><a>&e39;</a>");
        let error = with_entities(Source::from_text("a.xml", &text)).unwrap_err();
        assert!(
            error.to_string().ends_with("the length of all entities is over the limit of 1048576"),
            "{error}"
        );
        let error = with_entities(Source::from_text("a.xml", "<!DOCTYPE a [<!ENTITY")).unwrap_err();
        assert!(error.to_string().ends_with("the declarations of the document type have no end"), "{error}");
    }
}
