//! `relpath`: the parameter that an Expression Component compares.

use super::follow::follow;
use super::located::{Located, Parsed, fault_at, fault_in};
use super::name::{is_name_start, split_name};
use super::path::Shape;
use crate::fault::Fault;
use crate::{Follow, PathKind};

/// Names with dots between them, references followed; ends with a name.
pub(super) fn relative_path(input: &str, missing: Fault) -> Parsed<'_, (&str, Shape)> {
    let mut shape = Shape { kind: PathKind::Parameter, search: false, canonical: true };
    let (mut rest, _) = name(input, missing)?;
    loop {
        if matches!(rest.as_bytes(), [b'+' | b'#', ..]) {
            let (behind, followed) = follow(rest)?;
            shape.search |= followed == Follow::All;
            shape.canonical &= followed != Follow::FIRST || rest.starts_with('+');
            rest = behind;
            if !rest.starts_with('.') {
                return Err(fault_at(rest, Fault::ParameterAfterFollowExpected));
            }
        }
        let Some(next) = rest.strip_prefix('.') else { break };
        if matches!(next.as_bytes(), [b'*' | b'[' | b'{' | b'0'..=b'9', ..]) {
            return Err(child_table(input, next));
        }
        rest = name(next, Fault::NameExpected)?.0;
    }
    let (path, rest) = input.split_at(input.len() - rest.len());
    Ok((rest, (path, shape)))
}

fn name(input: &str, missing: Fault) -> Parsed<'_, &str> {
    match input.bytes().next() {
        Some(first) if is_name_start(first) => {
            let (name, rest) = split_name(input);
            Ok((rest, name))
        }
        Some(b'[') => Err(fault_at(input, Fault::NestedBracket)),
        Some(b'!') => Err(fault_at(input, Fault::Negation)),
        Some(b'(') => Err(fault_at(input, Fault::Grouping)),
        Some(b'.') => Err(fault_at(input, Fault::EmptySegment)),
        _ if input.starts_with(char::is_whitespace) => Err(fault_at(input, Fault::Whitespace)),
        _ => Err(fault_at(input, missing)),
    }
}

/// The fault spans the path into the table, up to and with the instance identifier's first character.
fn child_table(input: &str, identifier: &str) -> nom::Err<Located> {
    fault_in(input, input.len() - identifier.len() + 1, Fault::ChildTable)
}
