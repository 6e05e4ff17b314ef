//! What an image holds once, however often it is used: strings, records, compiled patterns.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::BuildError;
use crate::image::RecordWriter;
use crate::image::layout::{LONG_STRING, MAX_RECORD, MAX_STRING, fingerprint};
use crate::pattern::{Pattern, PatternError};

/// The string pool.
#[derive(Debug, Default)]
pub(super) struct Strings<'a> {
    pool: String,
    // Names have long beginnings in common: comparing numbers first makes the search cheap, and the order below
    // them keeps it logarithmic for names that were chosen to have equal numbers.
    offsets: BTreeMap<(u64, &'a str), u32>,
}

impl<'a> Strings<'a> {
    pub(super) fn intern(&mut self, text: &'a str) -> Result<u32, BuildError> {
        let key = (fingerprint(text.as_bytes()), text);
        if let Some(&offset) = self.offsets.get(&key) {
            return Ok(offset);
        }
        if text.len() > MAX_STRING {
            return Err(BuildError::TooLarge { what: "bytes in one string", limit: MAX_STRING });
        }
        let offset = self.pool.len() as u32;
        if text.len() < usize::from(LONG_STRING) {
            self.pool.push(char::from(text.len() as u8));
        } else {
            self.pool.push(char::from(LONG_STRING));
            self.pool.push(char::from((text.len() & 0x7F) as u8));
            self.pool.push(char::from((text.len() >> 7) as u8));
        }
        self.pool.push_str(text);
        self.offsets.insert(key, offset);
        Ok(offset)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.pool.as_bytes()
    }
}

/// The record pool.
#[derive(Debug, Default)]
pub(super) struct Records {
    bytes: Vec<u8>,
    /// Keys are a number made of the record and the record, for the reason that strings have.
    offsets: BTreeMap<Vec<u8>, u32>,
    key: Vec<u8>,
    spare: RecordWriter,
}

impl Records {
    /// A record to be written and given to [`intern`](Self::intern).
    pub(super) fn begin(&mut self) -> RecordWriter {
        let mut record = core::mem::take(&mut self.spare);
        record.clear();
        record
    }

    pub(super) fn intern(&mut self, record: RecordWriter) -> Result<u32, BuildError> {
        let bytes = record.as_bytes();
        if bytes.len() > MAX_RECORD {
            return Err(BuildError::TooLarge {
                what: "bytes of facets or keys in one place",
                limit: MAX_RECORD,
            });
        }
        self.key.clear();
        self.key.extend_from_slice(&fingerprint(bytes).to_be_bytes());
        self.key.extend_from_slice(bytes);
        let offset = match self.offsets.get(&self.key) {
            Some(&offset) => offset,
            None => {
                let offset = self.bytes.len() as u32;
                self.bytes.extend_from_slice(bytes);
                self.offsets.insert(self.key.clone(), offset);
                offset
            }
        };
        self.spare = record;
        Ok(offset)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The patterns that were compiled so far.
#[derive(Debug, Default)]
pub(super) struct Patterns<'a> {
    compiled: BTreeMap<&'a str, Pattern>,
}

impl<'a> Patterns<'a> {
    pub(super) fn compile(&mut self, source: &'a str) -> Result<&[u8], PatternError> {
        use alloc::collections::btree_map::Entry;
        Ok(match self.compiled.entry(source) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Pattern::compile(source)?),
        }
        .as_bytes())
    }
}
