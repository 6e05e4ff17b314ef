//! What is another value, and which rows are new, because the schema is another.

use alloc::string::ToString;
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_schema::{ObjectId, Parameter, ParameterId};

use crate::change::Change;
use crate::layout::enclosing_table;
use crate::model::DataModel;
use crate::replacement::correspondence::Correspondence;
use crate::store::packed::unpack;
use crate::store::{ROOT, RowId};

/// A parameter in both schemas.
type Pair = (ParameterId, ParameterId);

impl DataModel {
    /// What changes when another model takes the place of this one, which has the rows of this one and perhaps more:
    /// nothing where nobody records changes.
    pub(crate) fn differences(&self, successor: &Self, same: &Correspondence) -> Vec<Change> {
        if !self.is_recording() {
            return Vec::new();
        }
        let mut differences = Differences {
            before: self,
            after: successor,
            same,
            suspects: LiteMap::new(),
            back: LiteMap::new(),
        };
        differences.suspect();
        differences.changes()
    }
}

struct Differences<'m> {
    before: &'m DataModel,
    after: &'m DataModel,
    same: &'m Correspondence,
    /// Parameters that may have another value though nobody has set them, by the table whose rows have them.
    suspects: LiteMap<Option<ObjectId>, Vec<Pair>>,
    /// The parameters of the old schema by those of the new one.
    back: LiteMap<ParameterId, ParameterId>,
}

impl Differences<'_> {
    /// Looks for parameters that have another default, or are counted in one of the schemas.
    fn suspect(&mut self) {
        for parameter in self.before.schema.parameters() {
            let old = parameter.id();
            let Some(new) = self.same.parameter(old) else { continue };
            self.back.insert(new, old);
            let layouts = (&self.before.layout, &self.after.layout);
            let is_counted = layouts.0.is_counter(old) || layouts.1.is_counter(new);
            let initial = |layout: &crate::layout::Layout, id| unpack(layout.initial(id)).to_string();
            if is_counted || initial(layouts.0, old) != initial(layouts.1, new) {
                let table = enclosing_table(self.after.parameter(new).object()).map(|table| table.id());
                self.suspects.entry(table).or_default().push((old, new));
            }
        }
    }

    fn changes(&self) -> Vec<Change> {
        let (mut values, mut created) = (Vec::new(), Vec::new());
        // Rows of before and after, those above first; a new row has none before.
        let mut rows: Vec<(Option<RowId>, RowId)> = alloc::vec![(Some(ROOT), ROOT)];
        let mut next = 0;
        while let Some(&(old, new)) = rows.get(next) {
            next += 1;
            match old {
                Some(old) => self.values(old, new, &mut values),
                None => created.extend(self.after.creation(new)),
            }
            for (table, below) in self.after.store.row(new).into_iter().flat_map(|row| row.tables()) {
                let before = old.and_then(|old| {
                    let tables = self.before.store.row(old)?.tables();
                    tables.into_iter().find(|(id, _)| self.same.object(*id) == Some(table))
                });
                let number = |row| self.after.store.home(row).map_or(0, |home| home.number);
                rows.extend(below.rows().map(|row| (before.and_then(|(_, old)| old.row(number(row))), row)));
            }
        }
        values.append(&mut created);
        values
    }

    fn values(&self, old: RowId, new: RowId, changes: &mut Vec<Change>) {
        let table = self.after.store.home(new).map(|home| home.table);
        let mut pairs: SortedSet<Pair> = self.suspects.get(&table).into_iter().flatten().copied().collect();
        let set_before = self.before.store.values(old).map(|(id, _)| id);
        pairs.extend(set_before.filter_map(|id| Some((id, self.same.parameter(id)?))));
        let set_after = self.after.store.values(new).map(|(id, _)| id);
        pairs.extend(set_after.filter_map(|id| Some((*self.back.get(&id)?, id))));
        for (before, after) in pairs {
            if self.before.live.contains_key(&before) {
                continue;
            }
            let (before, after) = (self.before.parameter(before), self.after.parameter(after));
            let exist = is_there(self.before, old, before) && is_there(self.after, new, after);
            let value = |model: &DataModel, row, parameter| model.at_rest(row, parameter).to_string();
            if exist && value(self.before, old, before) != value(self.after, new, after) {
                changes.push(self.after.value_change(new, after));
            }
        }
    }
}

/// Whether the object of a parameter exists in a row.
fn is_there(model: &DataModel, row: RowId, parameter: Parameter<'_>) -> bool {
    let objects = core::iter::once(parameter.object()).chain(parameter.object().ancestors());
    model.carries(row, parameter.id())
        && objects.take_while(|object| !object.is_table()).all(|object| model.exists(row, object))
}
