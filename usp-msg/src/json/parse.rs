//! Reading JSON into the bytes of a Message, by the table of the schema.

use alloc::vec::Vec;

use usp_wire::Varint;

use super::lexer::Lexer;
use super::print::camel_case;
use super::{JsonError, JsonErrorKind};
use crate::schema::{EnumType, Field, Kind, MSG, MessageType};

/// The bytes of the Message.
pub(super) fn parse(json: &str) -> Result<Vec<u8>, JsonError> {
    let mut lexer = Lexer::new(json);
    let mut out = Vec::with_capacity(json.len());
    message(&mut lexer, &MSG, &mut out)?;
    lexer.end()?;
    Ok(out)
}

/// Reads a message; the depth of recursion is that of the schema.
fn message(lexer: &mut Lexer<'_>, ty: &'static MessageType, out: &mut Vec<u8>) -> Result<(), JsonError> {
    lexer.expect(b'{', "'{'")?;
    let mut seen = 0u16;
    let mut alternatives = 0u16;
    for field in ty.fields.iter().filter(|field| field.in_oneof) {
        alternatives |= 1 << (field.number & 15);
    }
    if lexer.take(b'}') {
        return Ok(());
    }
    loop {
        let offset = lexer.offset();
        let name = lexer.text()?;
        let error = |kind| JsonError { kind, offset };
        let field = ty.fields.iter().find(|field| is_named(field, &name));
        let field = field.ok_or_else(|| error(JsonErrorKind::UnknownField { message: ty.name }))?;
        lexer.expect(b':', "':'")?;
        if !lexer.word("null") {
            let bit = 1 << (field.number & 15);
            if seen & if field.in_oneof { alternatives } else { bit } != 0 {
                return Err(error(JsonErrorKind::Duplicate { message: ty.name, field: field.name }));
            }
            seen |= bit;
            values(lexer, field, out)?;
        }
        if lexer.take(b'}') {
            return Ok(());
        }
        lexer.expect(b',', "',' or '}'")?;
    }
}

fn is_named(field: &Field, name: &str) -> bool {
    name == field.name || camel_case(field.name).eq(name.chars())
}

fn values(lexer: &mut Lexer<'_>, field: &Field, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let map = matches!(field.kind, Kind::Map);
    let (open, close, expected) = if map { (b'{', b'}', "'{'") } else { (b'[', b']', "'['") };
    if !field.repeated {
        return value(lexer, field, out);
    }
    lexer.expect(open, expected)?;
    if lexer.take(close) {
        return Ok(());
    }
    loop {
        value(lexer, field, out)?;
        if lexer.take(close) {
            return Ok(());
        }
        lexer.expect(b',', "',' or the end of the list")?;
    }
}

fn value(lexer: &mut Lexer<'_>, field: &Field, out: &mut Vec<u8>) -> Result<(), JsonError> {
    out.push((field.number << 3 | field.kind.wire_type() as u32) as u8);
    match field.kind {
        Kind::Text => put_bytes(lexer.text()?.as_bytes(), out),
        Kind::Bool => {
            let value = if lexer.word("true") {
                1
            } else if lexer.word("false") {
                0
            } else {
                return Err(lexer.expected("true or false"));
            };
            out.push(value);
        }
        Kind::Fixed32 => {
            let value: u32 = number(lexer, "a number from 0 to 4294967295")?;
            out.extend_from_slice(&value.to_le_bytes());
        }
        Kind::Enum(values) => {
            let value = enumeration(lexer, values)?;
            // Protobuf extends the sign to 64 bits.
            put_varint(i64::from(value) as u64, out);
        }
        Kind::Message(ty) => {
            let mut inner = Vec::new();
            message(lexer, ty, &mut inner)?;
            put_bytes(&inner, out);
        }
        Kind::Map => {
            let mut entry = Vec::new();
            for key in [1 << 3 | 2, 2 << 3 | 2] {
                entry.push(key);
                put_bytes(lexer.text()?.as_bytes(), &mut entry);
                if key == 1 << 3 | 2 {
                    lexer.expect(b':', "':'")?;
                }
            }
            put_bytes(&entry, out);
        }
    }
    Ok(())
}

/// Reads a number, which may stand in a text.
fn number<N: core::str::FromStr>(lexer: &mut Lexer<'_>, expected: &'static str) -> Result<N, JsonError> {
    let offset = lexer.offset();
    let number = if lexer.is_text() { lexer.text()?.parse() } else { lexer.number().parse() };
    number.map_err(|_| JsonError { kind: JsonErrorKind::Expected(expected), offset })
}

fn enumeration(lexer: &mut Lexer<'_>, values: &EnumType) -> Result<i32, JsonError> {
    const EXPECTED: &str = "the name of an enumeration's value, or a number";
    let offset = lexer.offset();
    if !lexer.is_text() {
        return number(lexer, EXPECTED);
    }
    let name = lexer.text()?;
    let at = values.values.iter().position(|value| *value == name).and_then(|at| i32::try_from(at).ok());
    at.ok_or(JsonError { kind: JsonErrorKind::Expected(EXPECTED), offset })
}

fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn put_varint(value: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(Varint::new(value).bytes());
}
