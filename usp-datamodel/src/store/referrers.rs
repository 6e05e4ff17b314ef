//! Which parameters refer to what: the index of strong references.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use usp_collections::SortedMap;
use usp_schema::ParameterId;

use crate::store::RowId;

/// A parameter of a row that refers to something.
type Referrer = (RowId, ParameterId);

/// As many referrers are in one piece at most.
const PIECE: usize = 512;

/// Strong references by the path that they lead to, which is without final dot.
#[derive(Debug, PartialEq)]
pub(crate) struct ReferenceIndex {
    by_target: SortedMap<Box<str>, Referrers>,
}

/// All that refer to one and the same, in order.
///
/// A million rows may refer to one: they are in pieces, so that no Add waits for all of them to be copied.
#[derive(Debug, Default)]
struct Referrers {
    /// None of them is empty, and two that follow each other have more than half a piece.
    pieces: Vec<Vec<Referrer>>,
}

impl ReferenceIndex {
    pub(crate) const fn new() -> Self {
        Self { by_target: SortedMap::new() }
    }

    /// What is referred to.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &str> {
        self.by_target.keys().map(|target| &**target)
    }

    /// Notes that parameters refer to a path; there is at least one.
    pub(crate) fn insert(&mut self, target: &str, referrers: impl Iterator<Item = Referrer>) {
        let mut new = None;
        let known = self.by_target.get_mut(target).unwrap_or_else(|| new.insert(Referrers::default()));
        referrers.for_each(|referrer| known.insert(referrer));
        if let Some(new) = new {
            self.by_target.insert(target.into(), new);
        }
    }

    /// Notes that a parameter refers to a path no longer.
    pub(crate) fn remove(&mut self, target: &str, referrer: Referrer) {
        let Some(known) = self.by_target.get_mut(target) else { return };
        known.remove(referrer);
        if known.pieces.is_empty() {
            self.by_target.remove(target);
        }
    }

    /// The parameters that refer to a path or to anything below it, and what they refer to.
    pub(crate) fn referrers(&self, target: &str) -> Vec<(RowId, ParameterId, String)> {
        let mut found = Vec::new();
        let mut collect = |path: &str, referrers: &Referrers| {
            let all = referrers.pieces.iter().flatten();
            found.extend(all.map(|&(row, parameter)| (row, parameter, path.into())));
        };
        if let Some(referrers) = self.by_target.get(target) {
            collect(target, referrers);
        }
        let below: Box<str> = alloc::format!("{target}.").into();
        let paths = self.by_target.iter_from(&below).take_while(|(path, _)| path.starts_with(&*below));
        paths.for_each(|(path, referrers)| collect(path, referrers));
        found
    }
}

impl Referrers {
    /// The piece that has a referrer or is to have it.
    fn piece_of(&self, referrer: Referrer) -> usize {
        let begins_before = |piece: &Vec<Referrer>| piece.first().is_some_and(|first| *first <= referrer);
        // Much comes in order, and belongs into the last one.
        let behind = match self.pieces.last() {
            Some(last) if begins_before(last) => self.pieces.len(),
            _ => self.pieces.partition_point(begins_before),
        };
        behind.saturating_sub(1)
    }

    fn insert(&mut self, referrer: Referrer) {
        let at = self.piece_of(referrer);
        let is_last = at + 1 >= self.pieces.len();
        let Some(piece) = self.pieces.get_mut(at) else { return self.pieces.push(Vec::from([referrer])) };
        let Err(place) = piece.binary_search(&referrer) else { return };
        if piece.len() < PIECE {
            return piece.insert(place, referrer);
        }
        // What comes in order fills its pieces.
        let kept = if is_last && place == PIECE { PIECE } else { PIECE / 2 };
        let mut behind = piece.split_off(kept);
        match place.checked_sub(kept) {
            Some(place) => behind.insert(place, referrer),
            None => piece.insert(place, referrer),
        }
        self.pieces.insert(at + 1, behind);
    }

    fn remove(&mut self, referrer: Referrer) {
        let at = self.piece_of(referrer);
        let Some(piece) = self.pieces.get_mut(at) else { return };
        let Ok(place) = piece.binary_search(&referrer) else { return };
        piece.remove(place);
        self.join(at);
        self.join(at.wrapping_sub(1));
    }

    /// Makes one of a piece and the next where they are small; leaves out one that is empty.
    fn join(&mut self, at: usize) {
        let len = |at: usize| self.pieces.get(at).map(Vec::len);
        match (len(at), len(at.wrapping_add(1))) {
            (Some(0), _) => drop(self.pieces.remove(at)),
            (Some(here), Some(next)) if here + next <= PIECE / 2 => {
                let mut next = self.pieces.remove(at + 1);
                self.pieces[at].append(&mut next);
            }
            _ => {}
        }
    }
}

impl PartialEq for Referrers {
    fn eq(&self, other: &Self) -> bool {
        self.pieces.iter().flatten().eq(other.pieces.iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::{BTreeMap, BTreeSet};

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const TARGETS: [&str; 3] = ["Device.A.1", "Device.A.1.B.2", "Device.A.11"];

    /// Enters or takes out so many neighbouring rows.
    #[derive(Debug, Clone)]
    struct Step {
        target: usize,
        rows: core::ops::Range<u32>,
        present: bool,
        is_batch: bool,
    }

    fn step() -> impl Strategy<Value = Step> {
        (0..TARGETS.len(), 0..4000u32, 1..900u32, any::<[bool; 2]>()).prop_map(
            |(target, first, count, [present, is_batch])| Step {
                target,
                rows: first..first + count,
                present,
                is_batch,
            },
        )
    }

    impl Referrers {
        fn assert_whole(&self) {
            let lens: Vec<usize> = self.pieces.iter().map(Vec::len).collect();
            assert!(lens.iter().all(|len| (1..=PIECE).contains(len)), "{lens:?}");
            assert!(lens.windows(2).all(|pair| pair[0] + pair[1] > PIECE / 2), "{lens:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        /// Whatever is entered and taken out, in whatever order: the index has what a set of each target would have.
        #[test]
        fn has_what_a_set_of_each_target_has(steps in vec(step(), 0..40)) {
            let parameter = ParameterId::new(7);
            let mut index = ReferenceIndex::new();
            let mut model: BTreeMap<&str, BTreeSet<Referrer>> = BTreeMap::new();
            for Step { target, rows, present, is_batch } in steps {
                let target = TARGETS[target];
                let referrers = rows.map(|row| (RowId::new(row), parameter));
                let known = model.entry(target).or_default();
                if !present {
                    referrers.for_each(|referrer| {
                        known.remove(&referrer);
                        index.remove(target, referrer);
                    });
                } else if is_batch {
                    known.extend(referrers.clone());
                    index.insert(target, referrers);
                } else {
                    referrers.rev().for_each(|referrer| {
                        known.insert(referrer);
                        index.insert(target, core::iter::once(referrer));
                    });
                }
                model.retain(|_, referrers| !referrers.is_empty());
                index.by_target.values().for_each(Referrers::assert_whole);
            }
            prop_assert!(index.targets().eq(model.keys().copied()));
            let all_of = |targets: &[&'static str]| -> Vec<(RowId, ParameterId, String)> {
                let known = targets.iter().filter_map(|&target| Some((target, model.get(target)?)));
                known.flat_map(|(target, all)| all.iter().map(move |&(row, id)| (row, id, target.into()))).collect()
            };
            prop_assert_eq!(index.referrers("Device.A.1"), all_of(&TARGETS[..2]));
            prop_assert_eq!(index.referrers("Device.A.11"), all_of(&TARGETS[2..]));
            prop_assert_eq!(index.referrers("Device.A"), all_of(&TARGETS));
        }
    }

    /// A million that come in order fill their pieces.
    #[test]
    fn referrers_in_order_fill_their_pieces() {
        let mut index = ReferenceIndex::new();
        let referrers = (0..100 * PIECE as u32).map(|row| (RowId::new(row), ParameterId::new(7)));
        referrers.for_each(|referrer| index.insert(TARGETS[0], core::iter::once(referrer)));
        let lens: Vec<usize> = index.by_target.get(TARGETS[0]).unwrap().pieces.iter().map(Vec::len).collect();
        assert_eq!(lens, [PIECE; 100]);
    }
}
