use crate::Model;

/// The files that a model was put together from. Empty where there was only one.
///
/// Elements keep one number for where they stand: their line, counted through all files in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Files {
    list: Vec<(String, u32)>,
}

impl Files {
    /// Takes the files with their numbers of lines.
    pub(super) fn new<'f>(files: impl Iterator<Item = (&'f str, usize)>) -> Self {
        let mut before = 0_u32;
        let with_first_lines = files.map(|(name, lines)| {
            let first = before;
            before = before.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            (name.to_owned(), first)
        });
        Self { list: with_first_lines.collect() }
    }

    /// The file of this line, and its number there.
    pub(super) fn locate(&self, line: u32) -> Option<(&str, u32)> {
        let behind = self.list.partition_point(|(_, before)| *before < line);
        let (name, before) = self.list.get(behind.checked_sub(1)?)?;
        Some((name, line - before))
    }
}

impl Model {
    /// All files that were read: the one that was asked for, then those that it imports in the order in which they
    /// were met.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let others = self.files.list.iter().skip(1).map(|(name, _)| name.as_str());
        core::iter::once(self.file()).chain(others)
    }

    /// The file and the line in it for the `line()` of an element.
    ///
    /// For a model from one file this is that file and the number itself. Where there are several, the lines of
    /// elements are counted through all of them, and this tells which file it is.
    pub fn location(&self, line: u32) -> (&str, u32) {
        self.files.locate(line).unwrap_or((self.file(), line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_through_all_files() {
        let files = Files::new([("a.xml", 10), ("b.xml", 5), ("c.xml", 1)].into_iter());
        assert_eq!(files.locate(0), None);
        assert_eq!(files.locate(1), Some(("a.xml", 1)));
        assert_eq!(files.locate(10), Some(("a.xml", 10)));
        assert_eq!(files.locate(11), Some(("b.xml", 1)));
        assert_eq!(files.locate(16), Some(("c.xml", 1)));
        assert_eq!(Files::default().locate(3), None);
    }
}
