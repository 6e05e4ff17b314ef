use super::blocks::{Block, blocks};

/// The lines of a documentation comment that say what a description says, its macros already expanded.
///
/// `width` is what a line may have, without the signs in front of it.
pub(crate) fn doc_lines(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut before: Option<usize> = None;
    for Block { level, text } in blocks(text) {
        let between_items = level > 0 && before.is_some_and(|level| level > 0);
        if before.is_some() && !between_items {
            lines.push(String::new());
        }
        wrap(&escape(&text), level, width, &mut lines);
        before = Some(level);
    }
    lines
}

/// Makes text mean itself in Markdown. Code between backticks stays as it is; `''` and `'''` become emphasis.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (index, piece) in text.split('`').enumerate() {
        if index % 2 == 1 {
            out.push('`');
            out.push_str(piece);
            out.push('`');
        } else {
            escape_prose(piece, &mut out);
        }
    }
    out
}

fn escape_prose(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (step, written) = match character {
            _ if starts_url(rest) => {
                let length = url_length(rest);
                out.push('<');
                out.push_str(rest.get(..length).unwrap_or_default());
                (length, ">")
            }
            '<' if rest.get(1..).is_some_and(starts_url) => (1, ""),
            '>' if out.ends_with('>') => (1, ""),
            '\'' if rest.starts_with("'''") => (3, "**"),
            '\'' if rest.starts_with("''") => (2, "*"),
            '[' => (1, "\\["),
            ']' => (1, "\\]"),
            '<' => (1, "\\<"),
            '*' => (1, "\\*"),
            '\\' => (1, "\\\\"),
            '~' => (1, "\\~"),
            '&' => (1, "\\&"),
            '_' if at_word_edge(text, text.len() - rest.len()) => (1, "\\_"),
            _ => {
                out.push(character);
                (character.len_utf8(), "")
            }
        };
        out.push_str(written);
        rest = rest.get(step..).unwrap_or_default();
    }
}

fn starts_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// How far the URL at the beginning of the text goes. Full stops and the like at its end belong to the sentence.
fn url_length(text: &str) -> usize {
    let stop = |character: char| character.is_whitespace() || "<>\"'`)]{}|".contains(character);
    let url = text.get(..text.find(stop).unwrap_or(text.len())).unwrap_or_default();
    url.trim_end_matches(['.', ',', ';', ':', '!', '?']).len()
}

/// Whether the underscore at this offset stands at the edge of a word, where it would mean emphasis.
fn at_word_edge(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).and_then(|text| text.chars().next_back());
    let after = text.get(offset + 1..).and_then(|text| text.chars().next());
    ![before, after].iter().all(|neighbour| neighbour.is_some_and(char::is_alphanumeric))
}

/// Breaks a block into lines, those of a list item indented below its first word.
fn wrap(text: &str, level: usize, width: usize, lines: &mut Vec<String>) {
    let indent = level.saturating_sub(1) * 2;
    let mut line = " ".repeat(indent);
    if level > 0 {
        line.push_str("* ");
    }
    let hanging = line.len();
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(core::mem::replace(&mut line, " ".repeat(hanging)));
            empty = true;
        }
        if empty {
            push_first_word(word, &mut line);
        } else {
            line.push(' ');
            line.push_str(word);
        }
        empty = false;
    }
    lines.push(line);
}

/// At the beginning of a line some words would begin a list, a heading or a quotation.
fn push_first_word(word: &str, line: &mut String) {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = digits > 0 && matches!(word.as_bytes().get(digits), Some(b'.' | b')'));
    if numbered && word.len() == digits + 1 {
        line.push_str(word.get(..digits).unwrap_or_default());
        line.push('\\');
        line.push_str(word.get(digits..).unwrap_or_default());
        return;
    }
    let marks = word.trim_start_matches(['#', '+', '-', '=', '>', '|']);
    if marks.len() != word.len() {
        line.push('\\');
    }
    line.push_str(word);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_means_itself() {
        assert_eq!(escape("a [b] <c> d_e _f_ `g_[h]`"), r"a \[b\] \<c> d_e \_f\_ `g_[h]`");
        assert_eq!(escape("''dBm/1000'' and '''MUST''' and it's"), "*dBm/1000* and **MUST** and it's");
        assert_eq!(escape("2 * 3 \\ 4 & ~5"), r"2 \* 3 \\ 4 \& \~5");
    }

    #[test]
    fn links_are_marked() {
        assert_eq!(
            escape("See https://a.example/b_c. Also <https://d.example>, http://e.example/f"),
            "See <https://a.example/b_c>. Also <https://d.example>, <http://e.example/f>"
        );
    }

    #[test]
    fn lines_are_wrapped_and_items_hang() {
        let text = "One two three four.\n\n* five six seven\n* eight\n** nine ten eleven\n\nEnd.";
        assert_eq!(
            doc_lines(text, 14),
            [
                "One two three",
                "four.",
                "",
                "* five six",
                "  seven",
                "* eight",
                "  * nine ten",
                "    eleven",
                "",
                "End.",
            ]
        );
    }

    #[test]
    fn no_line_begins_a_list_by_chance() {
        assert_eq!(
            doc_lines("a 1. b - c + d # e", 2),
            ["a", "1\\.", "b", "\\-", "c", "\\+", "d", "\\#", "e"]
        );
    }
}
