//! The order of the entries of a map, of which it knows their numbers and nothing else.
//!
//! A map is a list of entries. As long as they are few they stand in the order of their keys, and their numbers are their
//! places. When they are many an [`Order`] holds their numbers in order, and the entries stand where they came to. None
//! of this depends on the kind of entry, so that all kinds of maps share one piece of code.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::slice;

/// As many entries stand in order without an [`Order`].
pub(crate) const FEW: usize = 128;

/// Numbers in a block at most.
const MOST: usize = 128;

/// The numbers of entries, in the order of their keys.
#[derive(Clone)]
pub(crate) struct Order {
    /// None of them is empty, and two that follow each other have more than half a block.
    blocks: Vec<Vec<usize>>,
}

/// The place of an entry in the order: a block, and where in it. Without an [`Order`] all entries are one block.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) block: usize,
    pub(crate) at: usize,
}

impl Place {
    /// The first of all.
    pub(crate) const FIRST: Self = Self { block: 0, at: 0 };
}

/// What compares entries with a key. It is no closure, since those bring code for being called by value along.
pub(crate) trait Compare {
    /// What the key of an entry is to the one that is wanted.
    fn compare(&self, number: usize) -> Ordering;
}

/// Looks for an entry among so many by what each of them, by its number, is to what is wanted. Returns its place and its
/// number, or the place where it would be.
pub(crate) fn find(
    order: Option<&Order>,
    count: usize,
    wanted: &dyn Compare,
) -> Result<(Place, usize), Place> {
    let Some(last) = count.checked_sub(1) else { return Err(Place::FIRST) };
    // Much comes in order, and belongs behind the last one.
    let (end, number) = order.map_or((Place { block: 0, at: last }, last), Order::last);
    match wanted.compare(number) {
        Ordering::Less => return Err(Place { at: end.at + 1, ..end }),
        Ordering::Equal => return Ok((end, number)),
        Ordering::Greater => {}
    }
    let Some(Order { blocks }) = order else {
        return match search(last, &|number| wanted.compare(number)) {
            Ok(at) => Ok((Place { block: 0, at }, at)),
            Err(at) => Err(Place { block: 0, at }),
        };
    };
    let block = match search(blocks.len(), &|block| wanted.compare(blocks[block][0])) {
        Ok(block) => return Ok((Place { block, at: 0 }, blocks[block][0])),
        Err(block) => block.saturating_sub(1),
    };
    let numbers = &blocks[block];
    match search(numbers.len(), &|at| wanted.compare(numbers[at])) {
        Ok(at) => Ok((Place { block, at }, numbers[at])),
        Err(at) => Err(Place { block, at }),
    }
}

/// Looks for a place among so many in order, by what each of them is to what is wanted.
fn search(count: usize, compare: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    let (mut from, mut to) = (0, count);
    while from < to {
        let middle = from.midpoint(to);
        match compare(middle) {
            Ordering::Less => from = middle + 1,
            Ordering::Equal => return Ok(middle),
            Ordering::Greater => to = middle,
        }
    }
    Err(from)
}

/// Makes room at a place for an entry more than there are. Returns the number that it gets: those from there on move up.
pub(crate) fn make_room(order: &mut Option<Box<Order>>, count: usize, place: Place) -> usize {
    if order.is_none() && count < FEW {
        return place.at;
    }
    order.get_or_insert_with(|| Box::new(Order::of(count))).put(place, count);
    count
}

/// Takes an entry out of the order. The last one gets its number; `moved` compares with its key.
pub(crate) fn take(order: &mut Order, place: Place, number: usize, last: usize, moved: &dyn Compare) {
    if let Ok((Place { block, at }, _)) = find(Some(order), last + 1, moved) {
        order.blocks[block][at] = number;
    }
    order.take(place);
}

/// Whether a map with an order that has got smaller is to be settled: it does without one, or most of the memory is for
/// entries that are gone.
pub(crate) fn is_to_settle(count: usize, capacity: usize) -> bool {
    count <= FEW / 2 || count <= capacity / 4
}

/// The numbers of the entries in order, for those that are moved into it. Empty where they are in order.
pub(crate) fn settle(order: &mut Option<Box<Order>>, count: usize) -> Vec<usize> {
    let settled = (count > FEW).then(|| Box::new(Order::of(count)));
    let Some(before) = core::mem::replace(order, settled) else { return Vec::new() };
    before.blocks.concat()
}

impl Order {
    /// The order of entries that stand in order.
    fn of(count: usize) -> Self {
        let mut order = Self { blocks: Vec::with_capacity(count.div_ceil(MOST)) };
        for from in (0..count).step_by(MOST) {
            order.blocks.push((from..count.min(from + MOST)).collect());
        }
        order
    }

    /// The first number.
    pub(crate) fn first(&self) -> usize {
        self.blocks.first().and_then(|block| block.first()).copied().unwrap_or_default()
    }

    /// The last place, and the number there.
    fn last(&self) -> (Place, usize) {
        let block = self.blocks.len().saturating_sub(1);
        let numbers = self.blocks.last().map(Vec::as_slice).unwrap_or_default();
        let place = Place { block, at: numbers.len().saturating_sub(1) };
        (place, numbers.last().copied().unwrap_or_default())
    }

    /// Adds a number at a place.
    fn put(&mut self, Place { mut block, mut at }: Place, number: usize) {
        let blocks = &mut self.blocks;
        if blocks[block].len() == MOST {
            // What comes in order fills its blocks.
            let is_end = at == MOST && block + 1 == blocks.len();
            let kept = if is_end { MOST } else { MOST / 2 };
            let behind = blocks[block].split_off(kept);
            blocks.insert(block + 1, behind);
            if at >= kept {
                (block, at) = (block + 1, at - kept);
            }
        }
        blocks[block].insert(at, number);
    }

    /// Takes out the number at a place.
    fn take(&mut self, Place { block, at }: Place) {
        self.blocks[block].remove(at);
        self.join(block);
        if let Some(before) = block.checked_sub(1) {
            self.join(before);
        }
    }

    /// Makes one of this block and the next where they are small; leaves out one that is empty.
    fn join(&mut self, block: usize) {
        let len = |block: usize| self.blocks.get(block).map(Vec::len);
        match (len(block), len(block + 1)) {
            (Some(0), _) => drop(self.blocks.remove(block)),
            (Some(here), Some(next)) if here + next <= MOST / 2 => {
                let mut next = self.blocks.remove(block + 1);
                self.blocks[block].append(&mut next);
            }
            _ => {}
        }
    }
}

/// The numbers of entries from a place on, in the order of their keys.
#[derive(Clone)]
pub(crate) struct Numbers<'a> {
    block: slice::Iter<'a, usize>,
    blocks: slice::Iter<'a, Vec<usize>>,
}

impl<'a> Numbers<'a> {
    /// Those from a place on. Without an [`Order`] there are none, since the entries are in order themselves.
    pub(crate) fn from(order: Option<&'a Order>, place: Place) -> Self {
        let blocks = order.and_then(|order| order.blocks.get(place.block..)).unwrap_or_default();
        let (first, blocks) = blocks.split_first().unzip();
        Self {
            block: first.and_then(|block| block.get(place.at..)).unwrap_or_default().iter(),
            blocks: blocks.unwrap_or_default().iter(),
        }
    }
}

impl Iterator for Numbers<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            if let Some(&number) = self.block.next() {
                return Some(number);
            }
            self.block = self.blocks.next()?.iter();
        }
    }
}

#[cfg(test)]
impl Order {
    /// What holds of the order of so many entries.
    pub(crate) fn assert_whole(&self, count: usize) {
        let lens: Vec<usize> = self.blocks.iter().map(Vec::len).collect();
        assert!(lens.iter().all(|len| (1..=MOST).contains(len)), "{lens:?}");
        assert!(lens.windows(2).all(|pair| pair[0] + pair[1] > MOST / 2), "{lens:?}");
        let mut numbers = self.blocks.concat();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..count));
    }

    /// How many blocks there are.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }
}
