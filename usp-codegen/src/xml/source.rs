use crate::sources::LineMap;
use crate::{CodegenError, ErrorKind};

/// The text of one file and the name to show for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'x> {
    pub(crate) file: &'x str,
    pub(crate) text: &'x str,
    /// For a text that was assembled from several files, where its lines come from.
    pub(crate) lines: Option<&'x LineMap>,
}

impl<'x> Source<'x> {
    /// Takes the bytes of a file as text, without a byte order mark.
    pub(crate) fn from_bytes(file: &'x str, bytes: &'x [u8]) -> Result<Self, CodegenError> {
        match core::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::from_text(file, text)),
            Err(error) => {
                let offset = error.valid_up_to();
                let (good, rest) = bytes.split_at(offset);
                // What is before the wrong byte is UTF-8.
                let good = Self { file, text: core::str::from_utf8(good).unwrap_or_default(), lines: None };
                let byte = rest.first().copied().unwrap_or_default();
                Err(good.error(offset, ErrorKind::NotUtf8 { offset, byte }))
            }
        }
    }

    pub(crate) fn from_text(file: &'x str, text: &'x str) -> Self {
        Self { file, text: text.strip_prefix('\u{feff}').unwrap_or(text), lines: None }
    }

    /// An error at this offset of the text.
    pub(crate) fn error(&self, offset: usize, kind: ErrorKind) -> CodegenError {
        let (line, column) = self.position(offset);
        match self.lines {
            Some(lines) => CodegenError::on_line(kind, self.file, lines.origin(line)),
            None => CodegenError::at(kind, self.file, line, column),
        }
    }

    /// Where a piece of the text stands in it.
    pub(crate) fn offset_of(&self, piece: &str) -> usize {
        piece.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr())
    }

    /// The line that elements keep for a line of the text.
    pub(crate) fn origin(&self, line: u32) -> u32 {
        self.lines.map_or(line, |lines| lines.origin(line))
    }

    /// Line and column, both counted from 1, the column in characters.
    fn position(&self, offset: usize) -> (u32, u32) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = 1 + newlines(before);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = 1 + before.get(start..).map_or(0, |text| text.chars().count());
        (saturate(line), saturate(column))
    }
}

/// Counts lines while offsets only grow, so that a whole file costs one pass.
#[derive(Debug, Default)]
pub(crate) struct LineCounter {
    offset: usize,
    newlines: u32,
}

impl LineCounter {
    /// The line of this offset, counted from 1.
    pub(crate) fn line(&mut self, text: &str, offset: usize) -> u32 {
        if let Some(between) = text.get(self.offset..offset) {
            self.newlines = self.newlines.saturating_add(saturate(newlines(between)));
            self.offset = offset;
        }
        self.newlines.saturating_add(1)
    }
}

/// Counts newlines, in chunks for which a byte is enough, so that the compiler can count many at once.
pub(crate) fn newlines(text: &str) -> usize {
    let count = |chunk: &[u8]| chunk.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    text.as_bytes().chunks(usize::from(u8::MAX)).map(|chunk| usize::from(count(chunk))).sum()
}

fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::from_text("a.xml", "one\ntwö three\n");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(4), (2, 1));
        assert_eq!(source.position(9), (2, 5));
        assert_eq!(source.position(99), (3, 1));
    }

    #[test]
    fn lines_are_counted_in_one_pass() {
        let text = "a\nb\nc\nd";
        let mut counter = LineCounter::default();
        let lines: Vec<u32> = [0, 2, 2, 6].into_iter().map(|offset| counter.line(text, offset)).collect();
        assert_eq!(lines, [1, 2, 2, 4]);
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        let source = Source::from_bytes("a.xml", "\u{feff}<a/>".as_bytes()).unwrap();
        assert_eq!(source.text, "<a/>");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_located() {
        let error = Source::from_bytes("a.xml", b"ab\nc\xffd").unwrap_err();
        assert_eq!(error.to_string(), "a.xml:2:2: not UTF-8 text: byte 4 is 0xff; save the file as UTF-8");
    }
}
