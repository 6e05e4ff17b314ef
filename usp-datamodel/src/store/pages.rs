//! Memory for many small pieces of bytes: neighbours together.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::store::segments::Segments;

/// Bytes by position.
///
/// Neighbours share a page, so that reading one after the other goes through memory in order, and none costs an
/// allocation of its own. Writing makes the page anew.
#[derive(Debug)]
pub(crate) struct Pages(Segments<Box<[u8]>>);

impl Default for Pages {
    fn default() -> Self {
        Self(Segments::new())
    }
}

/// A page that was read from.
#[derive(Debug)]
pub(crate) struct Page<'m> {
    number: usize,
    /// Where its pieces begin, and at last where the last one ends.
    bounds: [u32; PIECES + 1],
    body: &'m [u8],
}

impl Default for Page<'_> {
    fn default() -> Self {
        // There is no such page, since positions have 32 bits.
        Self { number: usize::MAX, bounds: [0; PIECES + 1], body: &[] }
    }
}

/// A page that pieces are added to, one behind the other: it is made once for all of them.
#[derive(Debug, Default)]
pub(crate) struct OpenPage {
    /// Its number, while there is anything to write.
    number: Option<usize>,
    ends: [u32; PIECES],
    body: Vec<u8>,
}

/// Pieces of one page.
const PIECES: usize = 16;
/// A page begins with where its pieces end, behind this head.
const HEAD: usize = PIECES * size_of::<u32>();

impl Pages {
    /// The bytes at a position; none where nothing was put.
    pub(crate) fn get(&self, position: u32) -> &[u8] {
        let (page, piece) = place(position);
        let Some((head, body)) = self.0.get(page).and_then(|page| page.split_at_checked(HEAD)) else {
            return &[];
        };
        body.get(start(head, piece)..end(head, piece)).unwrap_or_default()
    }

    /// The same, with the page at hand of the position that was asked for before.
    #[inline]
    pub(crate) fn get_in<'m>(&'m self, position: u32, page: &mut Page<'m>) -> &'m [u8] {
        let (number, piece) = place(position);
        if page.number != number {
            self.turn_to(number, page);
        }
        page.body.get(page.bounds[piece] as usize..page.bounds[piece + 1] as usize).unwrap_or_default()
    }

    #[inline(never)]
    fn turn_to<'m>(&'m self, number: usize, page: &mut Page<'m>) {
        let bytes = self.0.get(number).and_then(|page| page.split_at_checked(HEAD));
        let (head, body) = bytes.unwrap_or((&[0; HEAD], &[]));
        page.number = number;
        for (bound, &end) in page.bounds[1..].iter_mut().zip(head.as_chunks().0) {
            *bound = u32::from_le_bytes(end);
        }
        page.body = body;
    }

    /// The bytes at a position, to be written over.
    pub(crate) fn get_mut(&mut self, position: u32) -> &mut [u8] {
        let (page, piece) = place(position);
        let Some((head, body)) = self.0.get_mut(page).and_then(|page| page.split_at_mut_checked(HEAD)) else {
            return &mut [];
        };
        body.get_mut(start(head, piece)..end(head, piece)).unwrap_or_default()
    }

    /// Puts bytes in place of those at a position, unless their page would have 4 GB.
    pub(crate) fn set(&mut self, position: u32, bytes: &[u8]) {
        let (page, piece) = place(position);
        let Some(page) = self.page(page) else { return };
        let (head, body) = page.split_at_checked(HEAD).unwrap_or((&[0; HEAD], &[]));
        let (start, old_end) = (start(head, piece), end(head, piece));
        let length = body.len() - (old_end - start) + bytes.len();
        if length == 0 {
            *page = Box::default();
            return;
        }
        // Sixteen rows that together have 4 GB are not brought in by any Message.
        if u32::try_from(length).is_err() {
            return;
        }
        if old_end == body.len() {
            // Nothing is behind it, as of a row that was just made: the page may grow where it is.
            let mut longer = core::mem::take(page).into_vec();
            longer.resize(longer.len().clamp(HEAD, HEAD + start), 0);
            longer.reserve_exact(bytes.len());
            longer.extend_from_slice(bytes);
            for end in &mut longer.as_chunks_mut().0[piece..PIECES] {
                *end = ((start + bytes.len()) as u32).to_le_bytes();
            }
            *page = longer.into_boxed_slice();
            return;
        }
        let mut new = Vec::with_capacity(HEAD + length);
        for other in 0..PIECES {
            let end = end(head, other);
            let end = if other < piece { end } else { end - (old_end - start) + bytes.len() };
            new.extend_from_slice(&(end as u32).to_le_bytes());
        }
        new.extend_from_slice(&body[..start]);
        new.extend_from_slice(bytes);
        new.extend_from_slice(&body[old_end..]);
        *page = new.into_boxed_slice();
    }

    /// Puts bytes at a position where none are, unless their page would have 4 GB. They are there when the page is closed,
    /// and nothing else is put before.
    pub(crate) fn append(&mut self, position: u32, bytes: &[u8], open: &mut OpenPage) {
        let (page, piece) = place(position);
        if open.number != Some(page) {
            self.close(open);
            open.number = Some(page);
            let bytes = self.0.get(page).and_then(|page| page.split_at_checked(HEAD));
            let (head, body) = bytes.unwrap_or((&[0; HEAD], &[]));
            open.ends = core::array::from_fn(|piece| end(head, piece) as u32);
            open.body.extend_from_slice(body);
        }
        if open.ends[PIECES - 1] != piece.checked_sub(1).map_or(0, |before| open.ends[before]) {
            // There are pieces behind it.
            self.close(open);
            return self.set(position, bytes);
        }
        if u32::try_from(open.body.len() + bytes.len()).is_err() {
            return;
        }
        open.body.extend_from_slice(bytes);
        open.ends[piece..].fill(open.body.len() as u32);
    }

    /// Puts what was appended in its place.
    pub(crate) fn close(&mut self, open: &mut OpenPage) {
        let Some(page) = open.number.take() else { return };
        if !open.body.is_empty() {
            let mut new = Vec::with_capacity(HEAD + open.body.len());
            open.ends.iter().for_each(|end| new.extend_from_slice(&end.to_le_bytes()));
            new.extend_from_slice(&open.body);
            if let Some(page) = self.page(page) {
                *page = new.into_boxed_slice();
            }
        }
        open.body.clear();
    }

    /// The page of a number, which is made if there is none.
    fn page(&mut self, number: usize) -> Option<&mut Box<[u8]>> {
        while self.0.len() <= number {
            self.0.push(Box::default());
        }
        self.0.get_mut(number)
    }

    /// The bytes at all positions, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..(self.0.len() * PIECES) as u32).map(|position| self.get(position))
    }
}

fn place(position: u32) -> (usize, usize) {
    (position as usize / PIECES, position as usize % PIECES)
}

fn start(head: &[u8], piece: usize) -> usize {
    piece.checked_sub(1).map_or(0, |before| end(head, before))
}

fn end(head: &[u8], piece: usize) -> usize {
    head.as_chunks().0.get(piece).map_or(0, |&end| u32::from_le_bytes(end) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use proptest::prelude::*;

    proptest! {
        /// Positions in any order, some of them with bytes already.
        #[test]
        fn pieces_are_appended_as_they_are_set(
            before in proptest::collection::vec(0_u32..40, 0..6),
            positions in proptest::collection::vec((0_u32..40, 0_usize..6), 0..40),
        ) {
            let (mut set, mut appended, mut open) = (Pages::default(), Pages::default(), OpenPage::default());
            for &position in &before {
                set.set(position, b"before");
                appended.set(position, b"before");
            }
            for (position, length) in positions {
                if set.get(position).is_empty() {
                    set.set(position, &b"piece"[..length.min(5)]);
                    appended.append(position, &b"piece"[..length.min(5)], &mut open);
                }
            }
            appended.close(&mut open);
            for position in 0..48 {
                prop_assert_eq!(appended.get(position), set.get(position), "{}", position);
            }
        }

        #[test]
        fn pages_are_a_map(steps in proptest::collection::vec((0_u32..40, proptest::collection::vec(any::<u8>(), 0..6)), 0..60)) {
            let (mut pages, mut map) = (Pages::default(), BTreeMap::new());
            for (position, bytes) in steps {
                pages.set(position, &bytes);
                map.insert(position, bytes);
                let mut page = Page::default();
                for position in 0..48 {
                    prop_assert_eq!(pages.get_in(position, &mut page), pages.get(position));
                    prop_assert_eq!(pages.get(position), map.get(&position).map_or(&[][..], Vec::as_slice));
                }
            }
            map.values_mut().for_each(Vec::clear);
            map.keys().for_each(|&position| pages.set(position, &[]));
            let is_empty = |page| pages.0.get(page).is_none_or(|page| page.is_empty());
            prop_assert!((0..pages.0.len()).all(is_empty), "no memory is left");
        }
    }
}
