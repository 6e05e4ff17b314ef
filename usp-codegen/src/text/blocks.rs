/// A paragraph, or an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// 0 for a paragraph, 1 for an item of a list, 2 for one of a list inside that, and so on.
    pub(super) level: usize,
    /// The words, with single spaces between them.
    pub(super) text: String,
}

/// Deeper lists are shown as this deep.
const MAX_LEVEL: usize = 3;

/// Parts a description, its macros already expanded, into paragraphs and items of lists.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            open = false;
            continue;
        }
        let words = line.trim_start_matches(['*', '#', ':']);
        let level = (line.len() - words.len()).min(MAX_LEVEL);
        if level > 0 && (words.starts_with(char::is_whitespace) || line.starts_with(':')) {
            blocks.push(Block { level, text: single_spaced(words) });
        } else if let (true, Some(block)) = (open, blocks.last_mut()) {
            block.text.push(' ');
            block.text.push_str(&single_spaced(line));
        } else {
            blocks.push(Block { level: 0, text: single_spaced(line) });
        }
        open = true;
    }
    blocks.retain(|block| !block.text.is_empty());
    blocks
}

fn single_spaced(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for word in line.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_lists_are_told_apart() {
        let text = "\n      One\n      two.\n\n      Three:\n\n      * a\n        b\n      ** c\n      # d\n\n      *e*\n";
        let found: Vec<(usize, String)> =
            blocks(text).into_iter().map(|block| (block.level, block.text)).collect();
        let expected = [(0, "One two."), (0, "Three:"), (1, "a b"), (2, "c"), (1, "d"), (0, "*e*")];
        assert_eq!(found, expected.map(|(level, text)| (level, text.to_owned())));
    }
}
