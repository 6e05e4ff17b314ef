//! What a transaction has changed, in bytes: what must be safe before its answer leaves.

use alloc::vec::Vec;

use usp_collections::SortedMap;
use usp_schema::{ObjectId, ParameterId, Value};

use crate::model::DataModel;
use crate::state::StateWriter;
use crate::store::packed::unpack;
use crate::store::{ROOT, RowId};
use crate::transaction::Undo;
use crate::transaction::net_effect::NetEffect;

impl DataModel {
    /// Switches the recording of deltas on or off. Off at first; what was recorded and not drained is dropped.
    ///
    /// Whoever switches it on takes them with [`drain_deltas`](Self::drain_deltas) after each call.
    pub fn record_deltas(&mut self, on: bool) {
        self.deltas = on.then(Vec::new);
    }

    /// What has changed since the last call: one delta for each transaction that changed anything to be saved, of
    /// Controllers or of the device.
    ///
    /// A delta holds all names that it needs, and is read by [`restore`](Self::restore) behind the
    /// [`snapshot`](Self::snapshot) and the deltas that came before it. To apply deltas again that the snapshot holds
    /// already changes nothing, as long as all that follow are applied again as well.
    pub fn drain_deltas(&mut self) -> Vec<Vec<u8>> {
        self.deltas.as_mut().map(core::mem::take).unwrap_or_default()
    }

    /// Records the delta of a transaction that is done, while rows that it deleted are still in memory.
    pub(crate) fn record_delta(&mut self, log: &[Undo]) {
        if self.deltas.is_some() {
            let delta = Delta::new(self, log).write(self);
            if let (Some(deltas), Some(delta)) = (&mut self.deltas, delta) {
                deltas.push(delta);
            }
        }
    }
}

/// What a log amounts to.
#[derive(Debug, Default)]
struct Delta<'l> {
    gone: Vec<RowId>,
    made: Vec<RowId>,
    set: Vec<Set<'l>>,
    /// Rows that carry something else, in order, each once.
    mounted: Vec<RowId>,
    /// Tables that gave out numbers to rows which are gone again.
    used: SortedMap<(RowId, ObjectId), u32>,
}

/// A value that was set, and the one before.
type Set<'l> = ((RowId, ParameterId), Option<&'l Value>);

impl<'l> Delta<'l> {
    fn new(model: &DataModel, log: &'l [Undo]) -> Self {
        let net = NetEffect::new(model, log);
        let mut delta = Self { set: set(model, log, &net), ..Self::default() };
        for undo in log {
            match undo {
                Undo::Created { row, .. } if net.is_gone(*row) => {
                    let home = model.store.home(*row).filter(|home| !net.is_gone(home.parent));
                    delta.used.extend(home.map(|home| {
                        let highest = model.store.highest_number(home.parent, home.table);
                        ((home.parent, home.table), highest)
                    }));
                }
                Undo::Created { row, .. } => delta.made.push(*row),
                Undo::Deleted { row, .. } if !net.is_new(*row) => delta.gone.push(*row),
                &Undo::Highest { parent, table, .. } if !net.is_gone(parent) => {
                    delta.used.insert((parent, table), model.store.highest_number(parent, table));
                }
                Undo::Mount { row, .. } if !net.is_new(*row) && !net.is_gone(*row) => {
                    delta.mounted.push(*row);
                }
                Undo::Value { .. } | Undo::Deleted { .. } | Undo::Highest { .. } | Undo::Mount { .. } => {}
            }
        }
        delta.mounted.sort_unstable();
        delta.mounted.dedup();
        delta
    }

    /// The bytes; `None` where nothing has changed.
    fn write(self, model: &DataModel) -> Option<Vec<u8>> {
        let mut writer = StateWriter::new(model);
        for row in self.gone {
            writer.gone(row);
        }
        let of_row = |row: RowId| {
            let from = self.set.partition_point(|((other, _), _)| *other < row);
            let set = self.set.iter().skip(from).map(|(at, _)| *at);
            set.take_while(move |(other, _)| *other == row).map(|(_, parameter)| parameter)
        };
        writer.values(ROOT, of_row(ROOT));
        let set = self.set.iter().map(|((row, _), _)| *row).filter(|&row| row != ROOT);
        let mut there: Vec<RowId> = set.chain(self.mounted.iter().copied()).collect();
        there.sort_unstable();
        there.dedup();
        for row in model.in_saved_order(self.made.iter().chain(&there).copied()) {
            match there.binary_search(&row).is_ok() {
                true if self.mounted.binary_search(&row).is_ok() => writer.mounted(row, of_row(row)),
                true => writer.values(row, of_row(row)),
                false => writer.row(row),
            }
        }
        for ((parent, table), highest) in self.used {
            writer.highest(parent, table, highest);
        }
        (!writer.is_empty()).then(|| writer.finish())
    }
}

/// The values that are others than before, in order, each once, of rows that were there and stay.
fn set<'l>(model: &DataModel, log: &'l [Undo], net: &NetEffect<'_>) -> Vec<Set<'l>> {
    let steps = log.iter().filter_map(|undo| match undo {
        Undo::Value { row, parameter, before, .. } => Some(((*row, *parameter), before.as_ref())),
        _ => None,
    });
    let mut set: Vec<Set<'_>> = steps.collect();
    // The first step knows the value that was there before all of them.
    usp_collections::sort_by_key(&mut set, |&(at, _)| at);
    set.dedup_by_key(|&mut (at, _)| at);
    set.retain(|&((row, parameter), before)| {
        let now = || model.store.packed_value(row, parameter).map(unpack);
        let is_same = || before.is_some_and(|before| now().is_some_and(|now| now.equals(before)));
        !net.is_new(row) && !net.is_gone(row) && model.carries(row, parameter) && !is_same()
    });
    set
}
