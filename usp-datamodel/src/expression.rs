//! Search Expressions, made ready for one table.

pub(crate) mod comparison;
pub(crate) mod scan;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::ErrorCode;
use usp_path::{ExpressionComponent, Follow, Operator, RelativePath, SearchExpression, Segment};
use usp_schema::{Object, ObjectId, Parameter, ParameterId, PrimitiveType, ReferenceSyntax, ReferenceTarget};

use crate::expression::comparison::{Comparison, UntypedConstant};
use crate::expression::scan::Scan;
use crate::fault::Fault;
use crate::key::{KeyText, key_text};
use crate::model::DataModel;
use crate::requests::budget::Budget;
use crate::resolve::View;
use crate::resolve::place::Place;
use crate::store::RowId;
use crate::store::row_values::RowValues;

/// A Search Expression whose parameters are found and whose constants are typed.
#[derive(Debug)]
pub(crate) struct Expression<'v> {
    view: View<'v>,
    components: Vec<Component>,
    /// Set when the components name all parameters of a Unique Key: number of the key and its text.
    unique: Option<(usize, KeyText)>,
}

#[derive(Debug)]
enum Component {
    Direct(Direct),
    /// In a box, because it is large and seldom.
    Behind(Box<Behind>),
}

/// A parameter of the row, or of a single object below it.
#[derive(Debug)]
struct Direct {
    parameter: ParameterId,
    comparison: Comparison,
    /// Whether it is a parameter of the row as such.
    is_own: bool,
    /// Whether the value is what is stored, and the requester may compare it.
    is_stored: bool,
    /// Whether the requester may read it: in all rows, in none, or depending on the row.
    is_readable: Option<bool>,
}

/// A parameter behind references, whose targets are known only when a row is at hand.
#[derive(Debug)]
struct Behind {
    steps: Vec<Step>,
    name: String,
    operator: Operator,
    constant: UntypedConstant<'static>,
    /// The comparison with the parameter that the schema announces, if it announces one.
    announced: Option<(ParameterId, Comparison)>,
}

#[derive(Debug)]
enum Step {
    Child(String),
    Follow(String, Follow),
}

impl Expression<'static> {
    /// An expression [compiled](Self::compile_for) as Controllers see the rows.
    pub(crate) fn compile(
        model: &DataModel,
        table: ObjectId,
        expression: &SearchExpression<'_>,
    ) -> Result<Self, Fault> {
        let mut compiled = Self::new(View::CONTROLLER);
        compiled.compile_for(model, table, expression)?;
        Ok(compiled)
    }
}

impl<'v> Expression<'v> {
    /// One without components.
    pub(crate) fn new(view: View<'v>) -> Self {
        Self { view, components: Vec::new(), unique: None }
    }

    /// Becomes the expression of a text: finds the parameters in the table and types the constants.
    ///
    /// A parameter that the Supported Data Model does not have is error 7026, a comparison that makes no sense 7008.
    pub(crate) fn compile_for(
        &mut self,
        model: &DataModel,
        table: ObjectId,
        expression: &SearchExpression<'_>,
    ) -> Result<(), Fault> {
        let object = model.object(table);
        self.components.clear();
        for component in expression.components() {
            self.push(model, object, &component)?;
        }
        self.complete(model, table);
        Ok(())
    }

    /// Takes in what follows from all components.
    pub(crate) fn complete(&mut self, model: &DataModel, table: ObjectId) {
        self.unique = unique_key(model, self.view, table, &self.components);
    }

    /// Takes in another component.
    pub(crate) fn push(
        &mut self,
        model: &DataModel,
        table: Object<'_>,
        component: &ExpressionComponent<'_>,
    ) -> Result<(), Fault> {
        let (view, path) = (self.view, component.path());
        let own = table.parameter(path.as_str());
        let Some(parameter) = own.or_else(|| below(table, path.as_str())) else {
            // Behind a reference, or mounted, which depends on the row.
            let behind = Behind::compile(model, view, table, component)?;
            self.components.push(Component::Behind(Box::new(behind)));
            return Ok(());
        };
        let constant = UntypedConstant::new(&component.constant());
        self.components.push(Component::Direct(Direct {
            parameter: parameter.id(),
            comparison: Comparison::compile(model, view, parameter, component.operator(), &constant)?,
            is_own: own.is_some(),
            is_stored: model.is_stored(parameter) && !view.access.conceals(parameter),
            is_readable: view.access.reads_in_all_rows(parameter),
        }));
        Ok(())
    }

    /// Whether there is nothing to compare.
    pub(crate) fn is_empty(&self) -> bool {
        self.components.is_empty()
    }

    /// The rows with the Unique Key that the expression names; `None` when it is not such an address.
    pub(crate) fn rows_by_key(
        &self,
        model: &DataModel,
        parent: RowId,
        table: ObjectId,
    ) -> Option<Vec<RowId>> {
        let (key, text) = self.unique.as_ref()?;
        let mut rows = model.rows_by_key(parent, table, *key, text);
        rows.retain(|&row| self.components.iter().all(|part| part.is_readable(model, self.view, row)));
        Some(rows)
    }

    /// The comparisons by themselves, where all are with what rows keep and may be made in all rows.
    pub(crate) fn scan<'m>(&self, model: &'m DataModel) -> Option<Scan<'m, '_>> {
        let is_plain =
            |direct: &Direct| direct.is_own && direct.is_stored && direct.is_readable == Some(true);
        self.components.iter().all(|component| component.direct().is_some_and(is_plain)).then(|| {
            let terms =
                self.components.iter().filter_map(Component::direct).map(|direct| {
                    (direct.parameter, &direct.comparison, model.layout.initial(direct.parameter))
                });
            Scan::new(&model.store, terms)
        })
    }

    /// A parameter and the one text that its stored value has in all rows that fit, if the expression asks for such:
    /// a key rather than another, and whatever rather than a boolean.
    pub(crate) fn asked_value(&self, model: &DataModel) -> Option<(ParameterId, String)> {
        let asked = self.components.iter().filter_map(|component| {
            let direct = component.direct().filter(|direct| direct.is_stored && direct.asks_for_equal())?;
            let asked = model.parameter(direct.parameter);
            has_one_text(asked).then_some((asked, &direct.comparison))
        });
        let worth = |asked: Parameter<'_>| {
            (model.layout.is_key(asked.id()), asked.primitive_type() != PrimitiveType::Boolean)
        };
        let best = asked.max_by_key(|(asked, _)| worth(*asked))?;
        Some((best.0.id(), best.1.constant_text()))
    }

    /// Whether a row fits all components. A live parameter that cannot be read is a fault.
    pub(crate) fn matches(&self, model: &DataModel, row: RowId) -> Result<bool, Fault> {
        self.matches_within(model, row, &mut Budget::new(model.limits))
    }

    /// The same, on a budget.
    pub(crate) fn matches_within(
        &self,
        model: &DataModel,
        row: RowId,
        budget: &mut Budget,
    ) -> Result<bool, Fault> {
        budget.compared(1)?;
        let values = model.store.row_values(row);
        for component in &self.components {
            if !component.matches(model, self.view, (row, values), budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Component {
    fn direct(&self) -> Option<&Direct> {
        if let Self::Direct(direct) = self { Some(direct) } else { None }
    }

    /// Whether the requester may read the parameter in a row. Those behind references are asked on the way there.
    fn is_readable(&self, model: &DataModel, view: View<'_>, row: RowId) -> bool {
        self.direct().is_none_or(|direct| direct.is_readable(model, view, row))
    }

    fn matches(
        &self,
        model: &DataModel,
        view: View<'_>,
        (row, values): (RowId, RowValues<'_>),
        budget: &mut Budget,
    ) -> Result<bool, Fault> {
        match self {
            Self::Direct(direct) => direct.matches(model, view, (row, values)),
            Self::Behind(behind) => behind.matches(model, view, row, budget),
        }
    }
}

impl Direct {
    /// Whether it is a parameter of the row as such that has to be equal to the constant.
    fn asks_for_equal(&self) -> bool {
        self.is_own && self.comparison.operator == Operator::Equal
    }

    fn is_readable(&self, model: &DataModel, view: View<'_>, row: RowId) -> bool {
        let depends_on_row = || view.access.reads(model, row, model.parameter(self.parameter));
        self.is_readable.unwrap_or_else(depends_on_row)
    }

    fn matches(
        &self,
        model: &DataModel,
        view: View<'_>,
        (row, values): (RowId, RowValues<'_>),
    ) -> Result<bool, Fault> {
        // [R-GIN.0] whoever may not read the parameter searches in vain, whatever the comparison.
        if !self.is_readable(model, view, row) {
            return Ok(false);
        }
        let parameter = || model.parameter(self.parameter);
        if !self.is_own {
            let exists = |place| model.exists_below(place, parameter().object());
            if !model.place_of_row(row).is_some_and(exists) {
                return Ok(false);
            }
        }
        if self.is_stored {
            let value = values.get(self.parameter).unwrap_or_else(|| model.layout.initial(self.parameter));
            return Ok(self.comparison.holds_packed(value));
        }
        let value = model.seen_unless_waiting(row, parameter(), view.access)?;
        Ok(value.is_some_and(|value| self.comparison.holds(&value)))
    }
}

impl Behind {
    fn compile(
        model: &DataModel,
        view: View<'_>,
        table: Object<'_>,
        component: &ExpressionComponent<'_>,
    ) -> Result<Self, Fault> {
        let path = component.path();
        let unknown = || unknown(table, &path);
        let constant = UntypedConstant::new(&component.constant());
        let (mut steps, mut at, mut leaf) = (Vec::new(), Some(table), None);
        let mut segments = path.segments().peekable();
        while let Some(segment) = segments.next() {
            let Segment::Name(name) = segment else { return Err(unknown()) };
            match segments.peek() {
                Some(&Segment::Follow(follow)) => {
                    segments.next();
                    at = match at {
                        Some(object) => {
                            let parameter = object.parameter(name).ok_or_else(unknown)?;
                            model.announced_target(parameter, &path)?
                        }
                        None => None,
                    };
                    steps.push(Step::Follow(name.to_string(), follow));
                }
                Some(_) => {
                    if let Some(object) = at {
                        let mut children = object.children_named(name).filter(|child| !child.is_table());
                        let first = children.next().ok_or_else(unknown)?;
                        let is_own = first.parent().map(Object::id) == Some(object.id());
                        at = is_own.then_some(first);
                    }
                    steps.push(Step::Child(name.to_string()));
                }
                None => leaf = Some(name),
            }
        }
        let name = leaf.ok_or_else(unknown)?.to_string();
        let operator = component.operator();
        let announced = match at {
            Some(object) => {
                let parameter = object.parameter(&name).ok_or_else(unknown)?;
                let comparison = Comparison::compile(model, view, parameter, operator, &constant)?;
                Some((parameter.id(), comparison))
            }
            None => None,
        };
        Ok(Self { steps, name, operator, constant: constant.into_owned(), announced })
    }

    /// Whether one of the parameters that a row's references lead to fits.
    fn matches(
        &self,
        model: &DataModel,
        view: View<'_>,
        row: RowId,
        budget: &mut Budget,
    ) -> Result<bool, Fault> {
        let mut places: Vec<Place> = model.place_of_row(row).into_iter().collect();
        for step in &self.steps {
            let before = core::mem::take(&mut places);
            for place in before {
                let object = model.object(place.object);
                match step {
                    Step::Child(name) => {
                        let child = model.child_of(place, name).filter(|child| !child.is_table());
                        let child = child.filter(|&child| model.exists(place.row, child));
                        places.extend(child.map(|child| Place { row: place.row, object: child.id() }));
                    }
                    Step::Follow(name, follow) => {
                        let Some(parameter) = object.parameter(name) else { continue };
                        places.extend(
                            model.follow(place.row, parameter, *follow, view, |items| {
                                budget.compared(items)
                            })?,
                        );
                    }
                }
            }
        }
        for place in places {
            let Some(parameter) = model.object(place.object).parameter(&self.name) else { continue };
            if self.fits(model, view, place.row, parameter)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn fits(
        &self,
        model: &DataModel,
        view: View<'_>,
        row: RowId,
        parameter: Parameter<'_>,
    ) -> Result<bool, Fault> {
        if !view.access.reads(model, row, parameter) {
            return Ok(false);
        }
        let Some(value) = model.seen_unless_waiting(row, parameter, view.access)? else { return Ok(false) };
        match &self.announced {
            Some((announced, comparison)) if *announced == parameter.id() => Ok(comparison.holds(&value)),
            _ => {
                Ok(Comparison::compile(model, view, parameter, self.operator, &self.constant)?.holds(&value))
            }
        }
    }
}

/// A parameter of a single object below a row.
fn below<'s>(table: Object<'s>, path: &str) -> Option<Parameter<'s>> {
    let (above, name) = path.rsplit_once('.')?;
    let child = |object: Object<'s>, name| object.child(name).filter(|child| !child.is_table());
    above.split('.').try_fold(table, child)?.parameter(name)
}

fn unknown(table: Object<'_>, path: &RelativePath<'_>) -> Fault {
    Fault::unsupported_path(format_args!("{}{path}", table.path()))
}

/// The key that the components address: all its parameters, each compared with `==` once, and nothing else.
///
/// The index knows values by their canonical text. A parameter whose equal values may have several texts is
/// compared instead, and so is one whose value the requester does not get to see.
fn unique_key(
    model: &DataModel,
    view: View<'_>,
    table: ObjectId,
    components: &[Component],
) -> Option<(usize, KeyText)> {
    let is_part = |direct: &Direct| {
        let parameter = model.parameter(direct.parameter);
        direct.asks_for_equal()
            && model.layout.is_key(direct.parameter)
            && has_one_text(parameter)
            && !view.access.conceals(parameter)
    };
    if !components.iter().all(|component| component.direct().is_some_and(is_part)) {
        return None;
    }
    let value_of = |wanted: &ParameterId| {
        let mut given = components.iter().filter_map(Component::direct);
        given.find(|given| given.parameter == *wanted).map(|given| given.comparison.constant_text())
    };
    let mut keys = model.layout.keys(table).enumerate();
    keys.find_map(|(number, key)| {
        if key.parameters.len() != components.len() {
            return None;
        }
        let values: Option<Vec<String>> = key.parameters.iter().map(value_of).collect();
        Some((number, key_text(values?.iter().map(String::as_str))))
    })
}

/// Whether equal values have the same text.
fn has_one_text(parameter: Parameter<'_>) -> bool {
    !matches!(parameter.primitive_type(), PrimitiveType::DateTime | PrimitiveType::Decimal)
}

impl DataModel {
    /// The one kind of object that a reference leads to, as far as the schema says; `None` when it says more than
    /// one or nothing. A parameter that is no reference cannot be followed.
    pub(crate) fn announced_target(
        &self,
        parameter: Parameter<'_>,
        path: &dyn core::fmt::Display,
    ) -> Result<Option<Object<'_>>, Fault> {
        let Some(reference) = parameter.syntax().reference() else {
            let message =
                alloc::format!("{path}: {} is not a reference, nothing can be followed", parameter.name());
            return Err(Fault::new(ErrorCode::INVALID_PATH_SYNTAX, message));
        };
        let Some(mut tables) = self.announced_tables(reference) else { return Ok(None) };
        Ok(match (tables.next(), tables.next()) {
            (Some(only), None) => Some(self.object(only)),
            _ => None,
        })
    }

    /// Whether a reference may lead to an object, by what the schema says of it.
    pub(crate) fn may_refer_to(&self, reference: ReferenceSyntax<'_>, object: ObjectId) -> bool {
        let object = self.object(object);
        // Most often to this one, which is found sooner from where it stands than from the root.
        let is_meant = || reference.parents().any(|path| object.is_at(path));
        reference.target != ReferenceTarget::Row
            || is_meant()
            || self
                .announced_tables(reference)
                .is_none_or(|mut tables| tables.any(|table| table == object.id()))
    }

    /// The tables whose rows a reference may lead to; `None` when the schema does not say.
    fn announced_tables<'m>(
        &'m self,
        reference: ReferenceSyntax<'m>,
    ) -> Option<impl Iterator<Item = ObjectId> + 'm> {
        let is_plain = !self.layout.has_mounts();
        let tables = reference.parents().flat_map(move |parent| {
            let found = if is_plain { self.schema.object_at(parent) } else { None };
            let mounted = if is_plain { Vec::new() } else { self.schema.objects_at(parent) };
            found.into_iter().chain(mounted).map(Object::id)
        });
        let mut tables = tables.peekable();
        (reference.target == ReferenceTarget::Row && tables.peek().is_some()).then_some(tables)
    }
}
