//! The pieces of JSON.

use alloc::string::String;
use alloc::vec::Vec;

use super::{JsonError, JsonErrorKind};

/// A JSON text being read.
pub(super) struct Lexer<'j> {
    json: &'j str,
    at: usize,
}

impl<'j> Lexer<'j> {
    pub(super) const fn new(json: &'j str) -> Self {
        Self { json, at: 0 }
    }

    /// Where the next piece begins.
    pub(super) fn offset(&mut self) -> usize {
        self.skip_space();
        self.at
    }

    pub(super) fn end(&mut self) -> Result<(), JsonError> {
        if self.peek().is_none() { Ok(()) } else { Err(self.expected("the end")) }
    }

    /// Reads this character if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let hit = self.peek() == Some(byte);
        self.at += usize::from(hit);
        hit
    }

    /// Reads this character, which has to come next.
    pub(super) fn expect(&mut self, byte: u8, name: &'static str) -> Result<(), JsonError> {
        if self.take(byte) { Ok(()) } else { Err(self.expected(name)) }
    }

    /// Reads the word if it comes next.
    pub(super) fn word(&mut self, word: &str) -> bool {
        self.skip_space();
        let hit = self.rest().starts_with(word);
        self.at += if hit { word.len() } else { 0 };
        hit
    }

    /// Reads what looks like a number.
    pub(super) fn number(&mut self) -> &'j str {
        self.skip_space();
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'-')).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Whether a text comes next.
    pub(super) fn is_text(&mut self) -> bool {
        self.peek() == Some(b'"')
    }

    /// Reads a text and resolves its escape sequences.
    pub(super) fn text(&mut self) -> Result<String, JsonError> {
        self.expect(b'"', "a text")?;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.bytes().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
            // The bytes at which it stops are ASCII, so that this is between characters.
            text.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match rest.as_bytes().get(plain) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(self.expected("the end of the text, or an escape sequence")),
            }
        }
    }

    pub(super) fn error(&self, kind: JsonErrorKind) -> JsonError {
        JsonError { kind, offset: self.at }
    }

    pub(super) fn expected(&mut self, what: &'static str) -> JsonError {
        self.skip_space();
        self.error(JsonErrorKind::Expected(what))
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let error = self.error(JsonErrorKind::Escape);
        let code = self.rest().as_bytes().get(1).copied();
        self.at += 2;
        Ok(match code {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut units = Vec::from([self.unit().ok_or_else(|| error.clone())?]);
                if matches!(units[..], [0xd800..=0xdbff]) && self.rest().starts_with("\\u") {
                    self.at += 2;
                    units.extend(self.unit());
                }
                let mut characters = char::decode_utf16(units);
                match (characters.next(), characters.next()) {
                    (Some(Ok(character)), None) => character,
                    _ => return Err(error),
                }
            }
            _ => return Err(error),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4)?;
        let unit = u16::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
        self.at += 4;
        Some(unit)
    }

    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.json.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        let space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += self.rest().bytes().take_while(space).count();
    }

    fn rest(&self) -> &'j str {
        self.json.get(self.at..).unwrap_or_default()
    }
}
