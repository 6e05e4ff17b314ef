//! Reading many rows of a table: its parameters are found once, and then read row by row.

use alloc::borrow::Cow;
use alloc::string::ToString;

use usp_schema::{ObjectId, ParameterId, Value};

use crate::model::{DataModel, RegisterError};
use crate::store::packed::{is_true, unpack, unpack_unsigned};
use crate::store::pages::Page;
use crate::store::row_values::{RowValues, are_equal};
use crate::store::value_view::ValueView;
use crate::store::{ROOT, RowId, Table};

/// Parameters of a table, found by their names, so that row after row is read without a look at names or paths.
///
/// ```
/// use usp_datamodel::schema::{ObjectAccess, ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
/// use usp_datamodel::{Columns, DataModel, Requester};
/// # let mut builder = SchemaBuilder::new("Home:1.0", "urn:example:home-1-0-0");
/// # let home = builder.object(None, ObjectSpec::single("Home"))?;
/// # let lamps = builder.object(Some(home), ObjectSpec::table("Lamp"))?;
/// # builder.parameter(lamps, ParameterSpec::new("Name", SyntaxSpec::new(PrimitiveType::String)))?;
/// # let mut model = DataModel::new(builder.build()?);
/// # let lamp = usp_msg::add::CreateObject::new("Home.Lamp.").required("Name", "desk");
/// # model.process(&usp_msg::Add::new([lamp]).into(), &Requester::DEVICE).unwrap();
///
/// let columns = Columns::find(&model, "Home.Lamp.{i}.", ["Name", "Colour"])?;
/// let mut names = Vec::new();
/// columns.for_each_row(&model, |lamp| names.extend(lamp.text(0)));
/// assert_eq!(names, ["desk"]);
/// let first = columns.row(&model, 1).expect("the desk has a lamp");
/// assert_eq!((first.text(0).as_deref(), first.text(1)), (Some("desk"), None));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Columns<const N: usize> {
    /// The fingerprint of the schema.
    schema: u64,
    table: ObjectId,
    parameters: [Option<ParameterId>; N],
    /// The columns in the order of their parameters, which is that of the values in a row.
    order: [usize; N],
}

/// A row of a table, read by its [`Columns`]. Hidden values are visible, as to the device itself.
#[derive(Debug, Clone, Copy)]
pub struct ColumnsRow<'m, const N: usize> {
    model: &'m DataModel,
    parameters: &'m [Option<ParameterId>; N],
    /// The columns whose values are live or counted.
    computed: [bool; N],
    number: u32,
    row: RowId,
    set: RowValues<'m>,
    places: Places<N>,
}

/// Where in the bytes of a row the values of the columns stand, an empty place for one that was not set. Rows with the
/// same directory have them at the same places, and neighbours mostly do.
type Places<const N: usize> = [(u32, u32); N];

impl<const N: usize> Columns<N> {
    /// Finds parameters of a table that stands in no other, by its supported path. One that the schema does not have is
    /// read as `None`.
    ///
    /// # Errors
    ///
    /// The schema has no such table.
    pub fn find(model: &DataModel, table: &str, names: [&str; N]) -> Result<Self, RegisterError> {
        let found = model.schema.object_at(table).filter(|found| found.is_table());
        let found = found.filter(|found| !found.ancestors().any(|above| above.is_table()));
        let found = found.ok_or_else(|| model.unknown("table", table))?;
        let parameters = names.map(|name| found.parameter(name).map(|parameter| parameter.id()));
        let mut order = core::array::from_fn(|column| column);
        usp_collections::sort_by_key(&mut order, |&column: &usize| parameters.get(column).copied().flatten());
        Ok(Self { schema: model.schema.fingerprint(), table: found.id(), parameters, order })
    }

    /// The row with an Instance Number.
    pub fn row<'m>(&'m self, model: &'m DataModel, number: u32) -> Option<ColumnsRow<'m, N>> {
        let row = self.table(model)?.row(number)?;
        let set = model.store.row_values(row);
        let places = self.places(set);
        let (computed, parameters) = (self.computed(model), &self.parameters);
        Some(ColumnsRow { model, parameters, computed, number, row, set, places })
    }

    /// Visits all rows, in the order of their Instance Numbers; none in a model with another schema.
    pub fn for_each_row<'m>(&'m self, model: &'m DataModel, mut visit: impl FnMut(&ColumnsRow<'m, N>)) {
        let mut page = Page::default();
        let (computed, parameters, places) = (self.computed(model), &self.parameters, [(0, 0); N]);
        // Neighbours mostly have the directory, and with it the places, of the row before.
        let (mut directory, set): (&[u8], _) = (&[], RowValues(&[]));
        let mut visited = ColumnsRow { model, parameters, computed, number: 0, row: ROOT, set, places };
        for (number, row) in self.table(model).into_iter().flat_map(Table::numbered) {
            let set = model.store.row_values_in(row, &mut page);
            (visited.number, visited.row, visited.set) = (number, row, set);
            if !set.has_directory(directory) {
                directory = set.directory();
                visited.places = self.places(set);
            }
            visit(&visited);
        }
    }

    /// How many rows there are; none in a model with another schema.
    pub fn row_count(&self, model: &DataModel) -> usize {
        self.table(model).map_or(0, Table::len)
    }

    fn computed(&self, model: &DataModel) -> [bool; N] {
        let is_computed = |id| model.live.contains_key(&id) || model.layout.is_counter(id);
        self.parameters.map(|parameter| parameter.is_some_and(is_computed))
    }

    /// Goes through the values of a row and the columns side by side, both in the order of their parameters.
    #[inline(never)]
    fn places(&self, set: RowValues<'_>) -> Places<N> {
        let mut places = [(0, 0); N];
        let mut columns = self.order.iter().filter_map(|&at| Some((self.parameters[at]?, at)));
        let mut column = columns.next();
        // A row has no more bytes than 32 bits count.
        let mut start = set.directory().len() as u32;
        for (parameter, packed) in set.packed() {
            let end = start + packed.len() as u32;
            while let Some((wanted, at)) = column.filter(|&(wanted, _)| wanted <= parameter) {
                if wanted == parameter {
                    places[at] = (start, end);
                }
                column = columns.next();
            }
            if column.is_none() {
                break;
            }
            start = end;
        }
        places
    }

    /// The rows; none in a model with another schema.
    fn table<'m>(&self, model: &'m DataModel) -> Option<&'m Table> {
        model.store.table(ROOT, self.table).filter(|_| self.schema == model.schema.fingerprint())
    }
}

impl<'m, const N: usize> ColumnsRow<'m, N> {
    /// The Instance Number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The value in a column; `None` where the schema has no such parameter, or a live one cannot be read.
    pub fn value(&self, column: usize) -> Option<Value> {
        self.view(column).map(ValueView::into_value)
    }

    /// The text of a value in its canonical form.
    pub fn text(&self, column: usize) -> Option<Cow<'m, str>> {
        Some(text(self.view(column)?))
    }

    /// The texts of the items of a list; of a single value its one.
    pub fn texts(&self, column: usize) -> impl Iterator<Item = Cow<'m, str>> + use<'m, N> {
        let (items, single) = match self.view(column) {
            Some(ValueView::List(items)) => (Some(items), None),
            single => (None, single),
        };
        items.into_iter().flatten().chain(single).map(text)
    }

    /// Whether it is a boolean, and true.
    pub fn is_true(&self, column: usize) -> bool {
        // What is kept need not become a value.
        if let Some(packed) = self.packed(column) {
            return is_true(packed);
        }
        matches!(self.view(column), Some(ValueView::Owned(Value::Boolean(true))))
    }

    /// An unsignedInt.
    pub fn unsigned(&self, column: usize) -> Option<u32> {
        if let Some(packed) = self.packed(column) {
            return unpack_unsigned(packed);
        }
        match self.view(column)? {
            ValueView::Owned(Value::UnsignedInt(number)) => Some(number),
            _ => None,
        }
    }

    /// Whether some columns are known to have the values that they have in another row, without reading them: never
    /// where one is live or counted.
    #[inline]
    pub fn repeats<const K: usize>(&self, other: &Self, columns: [usize; K]) -> bool {
        columns.into_iter().all(|column| {
            let (Some(&is_computed), Some(&own), Some(&others)) =
                (self.computed.get(column), self.places.get(column), other.places.get(column))
            else {
                return false;
            };
            let are_unset = own.0 == own.1 && others.0 == others.1;
            !is_computed && (are_unset || are_equal(self.bytes_at(own), other.bytes_at(others)))
        })
    }

    fn view(&self, column: usize) -> Option<ValueView<'m>> {
        let id = (*self.parameters.get(column)?)?;
        match self.packed(column) {
            Some(packed) => Some(unpack(packed)),
            None => self.model.effective(self.row, self.model.parameter(id)).ok(),
        }
    }

    /// The value as it is kept; `None` where it is live or counted.
    fn packed(&self, column: usize) -> Option<&'m [u8]> {
        let id = (*self.parameters.get(column)?)?;
        let is_computed = self.computed.get(column).is_some_and(|&is_computed| is_computed);
        (!is_computed).then(|| self.set_value(column).unwrap_or_else(|| self.model.layout.initial(id)))
    }

    /// The value that was set, as rows keep it.
    fn set_value(&self, column: usize) -> Option<&'m [u8]> {
        let packed = self.bytes_at(*self.places.get(column)?);
        (!packed.is_empty()).then_some(packed)
    }

    fn bytes_at(&self, (start, end): (u32, u32)) -> &'m [u8] {
        self.set.0.get(start as usize..end as usize).unwrap_or_default()
    }
}

fn text(view: ValueView<'_>) -> Cow<'_, str> {
    match view {
        ValueView::Text(text) => Cow::Borrowed(text),
        ValueView::Owned(Value::String(text)) => Cow::Owned(text),
        other => Cow::Owned(other.to_string()),
    }
}
