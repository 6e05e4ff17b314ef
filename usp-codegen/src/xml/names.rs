use super::tag::Tag;
use crate::{CodegenError, ErrorKind};

/// Longer names and paths than this, in bytes, are refused; the longest published object path has 117 characters.
pub(crate) const MAX_NAME: usize = 1024;

/// Checks the name of a parameter, or of a command or event without its last signs.
pub(super) fn check_name(tag: &Tag<'_>, name: &str, kind: &'static str) -> Result<(), CodegenError> {
    check_length(tag, name)?;
    if is_name(name) {
        return Ok(());
    }
    let rule = "a letter or underscore, then letters, digits, underscores and hyphens";
    Err(tag.error(ErrorKind::BadName { name: name.to_owned(), kind, rule }))
}

/// Checks the path of an object: names, each with `{i}` behind it where there are rows, and a dot behind each part.
pub(super) fn check_path(tag: &Tag<'_>, path: &str) -> Result<(), CodegenError> {
    if path.len() > MAX_NAME {
        return Err(tag.error(ErrorKind::TooLarge { what: "the length of a path", limit: MAX_NAME }));
    }
    let rule = "names parted by dots, with {i} for instance numbers and a dot at the end";
    let bad = || tag.error(ErrorKind::BadName { name: path.to_owned(), kind: "an object", rule });
    let parts = path.strip_suffix('.').ok_or_else(bad)?;
    let mut after_name = false;
    for part in parts.split('.') {
        match part {
            "{i}" if after_name => after_name = false,
            _ if is_name(part) => after_name = true,
            _ => return Err(bad()),
        }
    }
    Ok(())
}

/// Checks the length of a name, or of a path that leads to something else.
pub(super) fn check_length(tag: &Tag<'_>, name: &str) -> Result<(), CodegenError> {
    if name.len() > MAX_NAME {
        return Err(tag.error(ErrorKind::TooLarge { what: "the length of a name", limit: MAX_NAME }));
    }
    Ok(())
}

/// Checks the name of a model or a data type: a text of one line, which goes into comments of generated code.
pub(super) fn check_title(tag: &Tag<'_>, name: &str, kind: &'static str) -> Result<(), CodegenError> {
    check_length(tag, name)?;
    if !name.contains(char::is_control) {
        return Ok(());
    }
    let rule = "one line of text without control characters";
    Err(tag.error(ErrorKind::BadName { name: name.to_owned(), kind, rule }))
}

/// The error for an element that another definition completes.
pub(super) fn not_full(tag: &Tag<'_>, attribute: &str) -> CodegenError {
    let construct = format!("<{} {attribute}={:?}>", tag.name(), tag.value_of(attribute));
    tag.error(ErrorKind::NotFull { construct })
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
