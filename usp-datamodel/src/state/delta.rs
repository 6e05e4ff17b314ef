//! What a transaction has changed, in bytes: what must be safe before its answer leaves.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use usp_schema::{ObjectId, ParameterId};

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
struct Delta {
    gone: Vec<RowId>,
    made: Vec<RowId>,
    /// In order, each once.
    set: Vec<(RowId, ParameterId)>,
    /// Rows that carry something else, in order, each once.
    mounted: Vec<RowId>,
    /// Tables that gave out numbers to rows which are gone again.
    used: BTreeMap<(RowId, ObjectId), u32>,
}

impl Delta {
    fn new(model: &DataModel, log: &[Undo]) -> Self {
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
        // What stands outside of all tables has the first position.
        let outside = self.set.partition_point(|&(row, _)| row == ROOT);
        let (outside, set) = self.set.split_at(outside);
        if !outside.is_empty() {
            writer.values(ROOT, outside.iter().map(|&(_, parameter)| parameter));
        }
        let mut rows: Vec<RowId> =
            set.iter().map(|&(row, _)| row).chain(self.mounted.iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        let there = rows.len();
        rows.extend(&self.made);
        let is_there = |row| rows.get(..there).is_some_and(|there| there.binary_search(&row).is_ok());
        for row in model.in_saved_order(rows.iter().copied()) {
            let from = set.partition_point(|&(other, _)| other < row);
            let parameters =
                set.iter().skip(from).take_while(|(of, _)| *of == row).map(|&(_, parameter)| parameter);
            match is_there(row) {
                true if self.mounted.binary_search(&row).is_ok() => writer.mounted(row, parameters),
                true => writer.values(row, parameters),
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
fn set(model: &DataModel, log: &[Undo], net: &NetEffect<'_>) -> Vec<(RowId, ParameterId)> {
    let steps = log.iter().filter_map(|undo| match undo {
        Undo::Value { row, parameter, before, .. } => Some((*row, *parameter, before.as_ref())),
        _ => None,
    });
    let mut steps: Vec<_> = steps.collect();
    // The first step knows the value that was there before all of them.
    steps.sort_by_key(|&(row, parameter, _)| (row, parameter));
    steps.dedup_by_key(|&mut (row, parameter, _)| (row, parameter));
    steps.retain(|&(row, parameter, before)| {
        let now = || model.store.packed_value(row, parameter).map(unpack);
        let is_same = || before.zip(now()).is_some_and(|(before, now)| now.equals(before));
        !net.is_new(row) && !net.is_gone(row) && model.carries(row, parameter) && !is_same()
    });
    steps.into_iter().map(|(row, parameter, _)| (row, parameter)).collect()
}
