//! Reading the bytes in which state is saved, item by item.

use alloc::vec::Vec;

use crate::state::restore::RestoreError;
use crate::state::{HEADER, tag};

/// One item of saved state. Positions are those of names that were defined before it.
#[derive(Debug)]
pub(crate) enum Item<'a> {
    Table {
        path: &'a str,
    },
    Parameter {
        table: usize,
        name: &'a str,
    },
    /// A row or its values. Its numbers and values are the reader's, till the next item.
    Row {
        made: bool,
        table: usize,
    },
    Gone {
        table: usize,
        numbers: Vec<u32>,
    },
    Highest {
        table: usize,
        numbers: Vec<u32>,
        highest: u32,
    },
    Note {
        name: &'a str,
        text: Option<&'a str>,
    },
    Anew,
}

/// Reads saved state item by item. Its own memory is a few times that of the bytes.
#[derive(Debug)]
pub(crate) struct StateReader<'a> {
    bytes: &'a [u8],
    at: usize,
    tables: Vec<TableSeen>,
    /// The table of each parameter, and its last text.
    parameters: Vec<(usize, Text<'a>)>,
    /// The values of the last row.
    pub(crate) values: Vec<SavedValue<'a>>,
    /// The places in `values` of those that may have other texts than in the row before it, when that has values for
    /// the same parameters.
    pub(crate) changed: Option<Vec<usize>>,
    spare: Vec<usize>,
    /// The table of the last row, and where that ended.
    last: Option<(usize, usize)>,
}

/// A value of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SavedValue<'a> {
    /// The position of its parameter.
    pub(crate) parameter: usize,
    pub(crate) text: Text<'a>,
    /// How many bytes there are from where it begins up to the end of the row.
    rest: usize,
}

/// The text of a value, known to be UTF-8.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        (bytes.is_ascii() || core::str::from_utf8(bytes).is_ok()).then_some(Self(bytes))
    }

    pub(crate) fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn as_str(self) -> &'a str {
        core::str::from_utf8(self.0).unwrap_or_default()
    }

    /// Whether it is the same piece of memory.
    pub(crate) fn is(self, other: Self) -> bool {
        core::ptr::eq(self.0, other.0)
    }
}

#[derive(Debug, Default)]
struct TableSeen {
    /// How many Instance Numbers its rows have.
    depth: usize,
    /// Those of its last row, if there was any.
    last: Vec<u32>,
    is_seen: bool,
}

impl<'a> StateReader<'a> {
    /// Begins to read.
    ///
    /// # Errors
    ///
    /// The bytes are no saved state, or of a version that this one does not know.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, RestoreError> {
        let [first @ .., version] = HEADER;
        match bytes.split_first_chunk::<4>() {
            Some((header, _)) if header.starts_with(&first) && header[3] == version => {}
            Some((header, _)) if header.starts_with(&first) => return Err(RestoreError::Version(header[3])),
            _ => return Err(RestoreError::NoState),
        }
        let outside = TableSeen::default();
        Ok(Self {
            bytes,
            at: HEADER.len(),
            tables: alloc::vec![outside],
            parameters: Vec::new(),
            values: Vec::new(),
            changed: None,
            spare: Vec::new(),
            last: None,
        })
    }

    /// Whether what was saved before does not count any more.
    pub(crate) fn begins_anew(&self) -> bool {
        self.bytes.get(self.at).copied().map(u64::from) == Some(tag::ANEW)
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    ///
    /// The bytes are no item.
    pub(crate) fn next(&mut self) -> Result<Option<Item<'a>>, RestoreError> {
        if self.at == self.bytes.len() {
            return Ok(None);
        }
        let item = match self.number("a tag")? {
            tag::TABLE => {
                let path = self.text()?;
                let depth = path.matches('{').count();
                self.tables.push(TableSeen { depth, ..TableSeen::default() });
                Item::Table { path }
            }
            tag::PARAMETER => {
                let table = self.table()?;
                self.parameters.push((table, Text::default()));
                Item::Parameter { table, name: self.text()? }
            }
            tag @ (tag::ROW | tag::VALUES) => self.row(tag == tag::ROW)?,
            tag::GONE => {
                let table = self.table_with_rows()?;
                let mut numbers = Vec::new();
                self.read_numbers(self.tables[table].depth, &mut numbers)?;
                Item::Gone { table, numbers }
            }
            tag::HIGHEST => {
                let table = self.table_with_rows()?;
                let mut numbers = Vec::new();
                self.read_numbers(self.tables[table].depth - 1, &mut numbers)?;
                Item::Highest { table, numbers, highest: self.small("a highest Instance Number")? }
            }
            tag @ (tag::NOTE | tag::NOTE_GONE) => {
                let name = self.text()?;
                let text = if tag == tag::NOTE { Some(self.text()?) } else { None };
                Item::Note { name, text }
            }
            // It is nowhere but at the start.
            tag::ANEW if self.at == HEADER.len() + 1 => Item::Anew,
            _ => return Err(self.malformed("a tag")),
        };
        Ok(Some(item))
    }

    fn row(&mut self, made: bool) -> Result<Item<'a>, RestoreError> {
        let table = if made { self.table_with_rows()? } else { self.table()? };
        // The numbers of one row have to be above those of the row before.
        let mut numbers = core::mem::take(&mut self.tables[table].last);
        let mut ascend = false;
        for place in 0..self.tables[table].depth {
            let number = self.instance_number()?;
            match numbers.get_mut(place) {
                Some(last) => {
                    if !ascend && *last > number {
                        break;
                    }
                    ascend |= *last < number;
                    *last = number;
                }
                // No room is made by size: the depth is what the bytes say.
                None => numbers.push(number),
            }
        }
        let is_first = !core::mem::replace(&mut self.tables[table].is_seen, true);
        if !(is_first || ascend) {
            return Err(self.malformed("rows that ascend"));
        }
        self.tables[table].last = numbers;
        self.read_values(table)?;
        Ok(Item::Row { made, table })
    }

    fn read_values(&mut self, table: usize) -> Result<(), RestoreError> {
        let count = self.number("a count of values")?;
        let bytes = self.bytes;
        // What has changed in the last row has probably changed in this one.
        let likely = self.changed.take().unwrap_or_default();
        let last = self.last.filter(|(last, _)| *last == table && count == self.values.len() as u64);
        let mut changed = core::mem::take(&mut self.spare);
        changed.clear();
        let repeats = last.is_some_and(|(_, end)| self.repeat_values(&bytes[..end], &likely, &mut changed));
        if last.is_none() {
            self.values.clear();
        }
        if !repeats {
            for _ in self.values.len() as u64..count {
                let value = self.value(table)?;
                self.values.push(value);
            }
            // Where they begin is known by how much there was, and now by how much there is.
            self.values.iter_mut().for_each(|value| value.rest -= bytes.len() - self.at);
        }
        self.last = Some((table, self.at));
        self.spare = likely;
        self.changed = repeats.then_some(changed);
        Ok(())
    }

    /// Reads the values of a row that has those of the last one, which ends where `last` does, but for some. Where the
    /// last row had the same bytes, up to the next that has probably changed or else up to its end, they are those of
    /// the last row.
    ///
    /// Returns whether it is such a row. If not, the values up to the first of another parameter are read.
    fn repeat_values(&mut self, last: &[u8], likely: &[usize], changed: &mut Vec<usize>) -> bool {
        let bytes = self.bytes;
        let mut ahead = bytes.get(self.at..).unwrap_or_default();
        let mut likely = likely.iter().copied();
        let mut next_likely = likely.next();
        let (mut place, mut is_whole) = (0, true);
        while let Some(value) = self.values.get(place) {
            let is_likely = next_likely == Some(place);
            if is_likely {
                next_likely = likely.next();
            } else {
                let (first, end) = (value.rest, next_likely.and_then(|end| self.values.get(end)));
                let same = &last[last.len() - first..last.len() - end.map_or(0, |end| end.rest)];
                if let Some(behind) = ahead.strip_prefix(same) {
                    let before = core::mem::replace(&mut ahead, behind).len();
                    let Some(end) = next_likely else { break };
                    let repeated = self.values.get_mut(place..end).unwrap_or_default();
                    repeated.iter_mut().for_each(|value| value.rest = before - (first - value.rest));
                    place = end;
                    continue;
                }
            }
            let Some(value) = self.values.get_mut(place) else { break };
            let read = take_value(ahead, value.parameter).and_then(|(text, behind)| {
                // A text that is the same is the same piece of memory.
                let is_same = !is_likely && text == value.text.as_bytes();
                Some((if is_same { None } else { Some(Text::new(text)?) }, behind))
            });
            let Some((text, behind)) = read else {
                is_whole = false;
                break;
            };
            if let Some(text) = text {
                value.text = text;
                self.parameters[value.parameter].1 = text;
                changed.push(place);
            }
            value.rest = ahead.len();
            ahead = behind;
            place += 1;
        }
        self.at = bytes.len() - ahead.len();
        if is_whole {
            self.values.iter_mut().take(place).for_each(|value| value.rest -= ahead.len());
        } else {
            self.values.truncate(place);
        }
        is_whole
    }

    /// A value; `rest` counts to the end of all.
    fn value(&mut self, table: usize) -> Result<SavedValue<'a>, RestoreError> {
        let rest = self.bytes.len() - self.at;
        let parameter = self.position("a parameter of the table")?;
        let follows = self.values.last().is_none_or(|last| last.parameter < parameter);
        let last = self.parameters.get(parameter).filter(|(of, _)| follows && *of == table);
        let Some(&(_, last)) = last else { return Err(self.malformed("a parameter of the table")) };
        let bytes = self.slice()?;
        let text = if bytes == last.as_bytes() { Some(last) } else { Text::new(bytes) };
        let text = text.ok_or_else(|| self.malformed("a text in UTF-8"))?;
        self.at += bytes.len();
        self.parameters[parameter].1 = text;
        Ok(SavedValue { parameter, text, rest })
    }

    fn table(&mut self) -> Result<usize, RestoreError> {
        let table = self.position("a table")?;
        if table < self.tables.len() { Ok(table) } else { Err(self.malformed("a table")) }
    }

    /// A table, and not what stands outside of all tables.
    fn table_with_rows(&mut self) -> Result<usize, RestoreError> {
        let table = self.table()?;
        if self.tables[table].depth > 0 { Ok(table) } else { Err(self.malformed("a table with rows")) }
    }

    fn read_numbers(&mut self, depth: usize, numbers: &mut Vec<u32>) -> Result<(), RestoreError> {
        // No room is made by size: the depth is what the bytes say.
        for _ in 0..depth {
            numbers.push(self.instance_number()?);
        }
        Ok(())
    }

    fn instance_number(&mut self) -> Result<u32, RestoreError> {
        match self.small("an Instance Number")? {
            0 => Err(self.malformed("an Instance Number")),
            number => Ok(number),
        }
    }

    /// The Instance Numbers of the last row.
    pub(crate) fn numbers(&self) -> &[u32] {
        self.last.map_or(&[], |(table, _)| &self.tables[table].last)
    }

    fn text(&mut self) -> Result<&'a str, RestoreError> {
        let bytes = self.slice()?;
        let text = core::str::from_utf8(bytes).map_err(|_| self.malformed("a text in UTF-8"))?;
        self.at += bytes.len();
        Ok(text)
    }

    /// The bytes of a text that comes here behind its length, which is taken.
    fn slice(&mut self) -> Result<&'a [u8], RestoreError> {
        let length = self.position("a length")?;
        let bytes: &'a [u8] = self.bytes;
        let end = self.at.checked_add(length);
        end.and_then(|end| bytes.get(self.at..end)).ok_or_else(|| self.malformed("a text in UTF-8"))
    }

    fn position(&mut self, expected: &'static str) -> Result<usize, RestoreError> {
        let number = self.number(expected)?;
        usize::try_from(number).map_err(|_| self.malformed(expected))
    }

    fn small(&mut self, expected: &'static str) -> Result<u32, RestoreError> {
        let number = self.number(expected)?;
        u32::try_from(number).map_err(|_| self.malformed(expected))
    }

    fn number(&mut self, expected: &'static str) -> Result<u64, RestoreError> {
        let bytes: &'a [u8] = self.bytes;
        let mut ahead = bytes.get(self.at..).unwrap_or_default();
        let number = take(&mut ahead);
        self.at = bytes.len() - ahead.len();
        number.ok_or_else(|| self.malformed(expected))
    }

    fn malformed(&self, expected: &'static str) -> RestoreError {
        RestoreError::Malformed { position: self.at, expected }
    }
}

/// Takes a number, seven bits a byte; `None` for one that is cut off or too long.
#[inline]
fn take(bytes: &mut &[u8]) -> Option<u64> {
    // Nearly all numbers are positions, and lengths of short texts.
    if let Some((&byte, rest)) = bytes.split_first()
        && byte < 0x80
    {
        *bytes = rest;
        return Some(byte.into());
    }
    take_long(bytes)
}

#[inline(never)]
fn take_long(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// The text of a value and what is behind it, if it is one of a parameter.
#[inline]
fn take_value(mut bytes: &[u8], parameter: usize) -> Option<(&[u8], &[u8])> {
    let is_of_it = take(&mut bytes)? == parameter as u64;
    let length = usize::try_from(take(&mut bytes)?).ok()?;
    bytes.split_at_checked(length).filter(|_| is_of_it)
}
