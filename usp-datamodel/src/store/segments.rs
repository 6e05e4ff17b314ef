//! A list that grows without moving what it holds.

use alloc::vec::Vec;

/// Items by position, in segments of fixed length: no item that is added pays for moving all others.
#[derive(Debug)]
pub(crate) struct Segments<T>(Vec<Vec<T>>);

const ITEMS: usize = 1024;

impl<T> Segments<T> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * ITEMS + last.len())
    }

    pub(crate) fn get(&self, position: usize) -> Option<&T> {
        self.0.get(position / ITEMS)?.get(position % ITEMS)
    }

    pub(crate) fn get_mut(&mut self, position: usize) -> Option<&mut T> {
        self.0.get_mut(position / ITEMS)?.get_mut(position % ITEMS)
    }

    /// Adds an item at the end.
    pub(crate) fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(last) if last.len() < ITEMS => last.push(item),
            _ => self.0.push(alloc::vec![item]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_one_list() {
        let mut segments = Segments::new();
        for position in 0..3 * ITEMS + 7 {
            assert_eq!(segments.len(), position);
            assert_eq!(segments.get(position), None);
            segments.push(position);
            *segments.get_mut(position / 2).unwrap() += 1;
        }
        for position in 0..segments.len() {
            let raised = (2 * position..2 * position + 2).filter(|&later| later < segments.len()).count();
            assert_eq!(segments.get(position), Some(&(position + raised)));
        }
    }
}
