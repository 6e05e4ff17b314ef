//! What a transaction has changed, in bytes: what must be safe before its answer leaves.

use alloc::collections::{BTreeMap, BTreeSet};
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
    made: BTreeSet<RowId>,
    set: BTreeMap<RowId, BTreeSet<ParameterId>>,
    /// Rows that carry something else.
    mounted: BTreeSet<RowId>,
    /// Tables that gave out numbers to rows which are gone again.
    used: BTreeMap<(RowId, ObjectId), u32>,
}

impl Delta {
    fn new(model: &DataModel, log: &[Undo]) -> Self {
        let net = NetEffect::new(model, log);
        let mut delta = Self::default();
        let mut seen = BTreeSet::new();
        for undo in log {
            match undo {
                Undo::Value { row, parameter, before, .. } => {
                    let is_first = seen.insert((*row, *parameter));
                    let is_there = !net.is_new(*row) && !net.is_gone(*row) && model.carries(*row, *parameter);
                    if !is_first || !is_there {
                        continue;
                    }
                    let now = model.store.packed_value(*row, *parameter).map(unpack);
                    let is_same = match (before, now) {
                        (Some(before), Some(now)) => now.equals(before),
                        _ => false,
                    };
                    if !is_same {
                        delta.set.entry(*row).or_default().insert(*parameter);
                    }
                }
                Undo::Created { row, .. } if net.is_gone(*row) => {
                    let home = model.store.home(*row).filter(|home| !net.is_gone(home.parent));
                    delta.used.extend(home.map(|home| {
                        let highest = model.store.highest_number(home.parent, home.table);
                        ((home.parent, home.table), highest)
                    }));
                }
                Undo::Created { row, .. } => {
                    delta.made.insert(*row);
                }
                Undo::Deleted { row, .. } if !net.is_new(*row) => delta.gone.push(*row),
                Undo::Deleted { .. } => {}
                &Undo::Highest { parent, table, .. } if !net.is_gone(parent) => {
                    delta.used.insert((parent, table), model.store.highest_number(parent, table));
                }
                Undo::Mount { row, .. } if !net.is_new(*row) && !net.is_gone(*row) => {
                    delta.mounted.insert(*row);
                }
                Undo::Highest { .. } | Undo::Mount { .. } => {}
            }
        }
        delta
    }

    /// The bytes; `None` where nothing has changed.
    fn write(self, model: &DataModel) -> Option<Vec<u8>> {
        let mut writer = StateWriter::new(model);
        for row in self.gone {
            writer.gone(row);
        }
        if let Some(parameters) = self.set.get(&ROOT) {
            writer.values(ROOT, parameters.iter().copied());
        }
        let there: BTreeSet<RowId> = self.set.keys().chain(&self.mounted).copied().collect();
        for row in model.in_saved_order(self.made.iter().chain(&there).copied()) {
            let parameters = self.set.get(&row).into_iter().flatten().copied();
            match there.contains(&row) {
                true if self.mounted.contains(&row) => writer.mounted(row, parameters),
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
