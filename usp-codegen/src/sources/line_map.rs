/// Which line of the sources each line of an assembled text comes from.
///
/// Lines of the sources are counted through all files. The text is made of stretches that were copied whole, so what
/// is kept is where each of them begins.
#[derive(Debug, Default)]
pub(crate) struct LineMap {
    /// Line of the text, and line of the sources; ordered by the first.
    stretches: Vec<(u32, u32)>,
}

impl LineMap {
    /// From this line of the text on, lines come from here.
    pub(super) fn push(&mut self, line: u32, origin: u32) {
        match self.stretches.last_mut() {
            Some(last) if last.0 == line => last.1 = origin,
            Some(last) if last.1.wrapping_add(line - last.0) == origin => {}
            _ => self.stretches.push((line, origin)),
        }
    }

    /// Takes in the map of a text that is put behind this many lines.
    pub(super) fn append(&mut self, lines: u32, other: &Self) {
        for (line, origin) in &other.stretches {
            self.push(line.saturating_add(lines), *origin);
        }
    }

    /// The line of the sources for a line of the text.
    pub(crate) fn origin(&self, line: u32) -> u32 {
        let behind = self.stretches.partition_point(|(start, _)| *start <= line);
        match behind.checked_sub(1).and_then(|index| self.stretches.get(index)) {
            Some((start, origin)) => origin.saturating_add(line - start),
            None => line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_traced_to_the_stretch_they_stand_in() {
        let mut map = LineMap::default();
        map.push(2, 100);
        map.push(4, 102);
        map.push(5, 7);
        assert_eq!([1, 2, 3, 4, 5, 9].map(|line| map.origin(line)), [1, 100, 101, 102, 7, 11]);
        assert_eq!(map.stretches.len(), 2);
        let mut whole = LineMap::default();
        whole.append(10, &map);
        assert_eq!([12, 15].map(|line| whole.origin(line)), [100, 7]);
    }
}
