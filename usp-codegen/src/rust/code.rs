use core::fmt::{self, Write as _};

/// Columns that a line of generated code should not exceed where it can be helped.
const WIDTH: usize = 110;

/// Rust source that is being written, with its indentation.
#[derive(Debug, Default)]
pub(super) struct Code {
    text: String,
    depth: usize,
}

impl Code {
    /// A line; an empty one separates. What would end it, or turn its direction round, becomes a blank.
    pub(super) fn line(&mut self, line: fmt::Arguments<'_>) {
        let start = self.text.len();
        self.indent();
        let indented = self.text.len();
        // Writing to a String cannot fail.
        let _ = self.text.write_fmt(line);
        if self.text.len() == indented {
            self.text.truncate(start);
        }
        if self.text.get(indented..).is_some_and(|line| line.contains(is_no_part_of_a_line)) {
            let line = self.text.split_off(indented);
            self.text.push_str(&line.replace(is_no_part_of_a_line, " "));
        }
        self.text.push('\n');
    }

    /// A line that opens a block.
    pub(super) fn open(&mut self, line: fmt::Arguments<'_>) {
        self.line(line);
        self.depth += 1;
    }

    /// The line that closes the block.
    pub(super) fn close(&mut self, line: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line(format_args!("{line}"));
    }

    /// An empty line, unless a block was just opened.
    pub(super) fn gap(&mut self) {
        if !self.text.ends_with("{\n") && !self.text.ends_with("\n\n") && !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// A documentation comment.
    pub(super) fn doc<'l>(&mut self, lines: impl IntoIterator<Item = &'l str>) {
        for line in lines {
            if line.is_empty() {
                self.line(format_args!("///"));
            } else {
                self.line(format_args!("/// {line}"));
            }
        }
    }

    /// Columns that a documentation comment has here.
    pub(super) fn doc_width(&self) -> usize {
        WIDTH.saturating_sub(self.depth * 4 + 4)
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("    ");
        }
    }
}

/// Signs that end a line or that the compiler takes nowhere: no text from a model gets out of its comment with them.
fn is_no_part_of_a_line(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Writes one line of source.
macro_rules! line {
    ($code:expr, $($arguments:tt)*) => { $code.line(format_args!($($arguments)*)) };
}

/// Writes a line that opens a block.
macro_rules! open {
    ($code:expr, $($arguments:tt)*) => { $code.open(format_args!($($arguments)*)) };
}

pub(super) use {line, open};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line() {
        let mut code = Code::default();
        open!(code, "mod a {{");
        line!(code, "// {} {}", "a\nb\r\nc\u{2028}d", "\u{202E}e");
        line!(code, "");
        code.close("}");
        assert_eq!(code.finish(), "mod a {\n    // a b  c d  e\n\n}\n");
    }
}
