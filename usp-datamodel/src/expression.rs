//! Search Expressions, made ready for one table.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

use usp_msg::ErrorCode;
use usp_path::{Constant, ExpressionComponent, Operator, RelativePath, SearchExpression, Segment};
use usp_schema::{NestedBrackets, Object, ObjectId, Parameter, ParameterId, PrimitiveType, Value};

use crate::fault::Fault;
use crate::key::{KeyText, key_text};
use crate::model::DataModel;
use crate::store::RowId;

/// A Search Expression whose parameters are found and whose constants are typed.
#[derive(Debug)]
pub(crate) struct Expression {
    components: Vec<Component>,
    /// Set when the components name all parameters of a Unique Key: number of the key and its text.
    unique: Option<(usize, KeyText)>,
}

#[derive(Debug)]
enum Component {
    /// The parameter belongs to the row.
    Direct { parameter: ParameterId, within: Vec<ObjectId>, test: Test },
    /// The parameter is behind references, whose targets are known only when a row is at hand.
    Behind { path: String, operator: Operator, constant: OwnedConstant },
}

/// A comparison with a typed constant.
#[derive(Debug, Clone)]
struct Test {
    operator: Operator,
    constant: Value,
}

/// A constant that is typed later.
#[derive(Debug, Clone)]
enum OwnedConstant {
    Quoted(String),
    Token(String),
}

impl Expression {
    /// Finds the parameters in the table and types the constants.
    pub(crate) fn compile(
        model: &DataModel,
        table: ObjectId,
        expression: &SearchExpression<'_>,
    ) -> Result<Self, Fault> {
        let object = model.object(table);
        let components = expression
            .components()
            .map(|component| Component::compile(model, object, &component))
            .collect::<Result<Vec<_>, _>>()?;
        let unique = unique_key(model, object, &components);
        Ok(Self { components, unique })
    }

    /// The rows with the Unique Key that the expression names; `None` when it is not such an address.
    pub(crate) fn rows_by_key<'m>(
        &self,
        model: &'m DataModel,
        parent: RowId,
        table: ObjectId,
    ) -> Option<impl Iterator<Item = RowId> + 'm> {
        let (key, text) = self.unique.as_ref()?;
        Some(model.store.rows_by_key(parent, table, *key, text))
    }

    /// Whether a row fits all components. A live parameter that cannot be read is a fault.
    pub(crate) fn matches(&self, model: &DataModel, row: RowId) -> Result<bool, Fault> {
        for component in &self.components {
            if !component.matches(model, row)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Component {
    fn compile(
        model: &DataModel,
        table: Object<'_>,
        component: &ExpressionComponent<'_>,
    ) -> Result<Self, Fault> {
        let path = component.path();
        if path.segments().any(|segment| matches!(segment, Segment::Follow(_))) {
            return Ok(Self::Behind {
                path: path.as_str().to_string(),
                operator: component.operator(),
                constant: OwnedConstant::new(&component.constant()),
            });
        }
        let unknown = || Fault::unsupported_path(format_args!("{}{path}", table.path()));
        let (mut object, mut within, mut parameter) = (table, Vec::new(), None);
        let mut segments = path.segments().peekable();
        while let Some(segment) = segments.next() {
            let Segment::Name(name) = segment else { return Err(unknown()) };
            if segments.peek().is_some() {
                object = object.child(name).filter(|child| !child.is_table()).ok_or_else(unknown)?;
                within.push(object.id());
            } else {
                parameter = object.parameter(name);
            }
        }
        let parameter = parameter.ok_or_else(unknown)?;
        let constant = OwnedConstant::new(&component.constant());
        let test = Test::compile(model, parameter, component.operator(), &constant)?;
        Ok(Self::Direct { parameter: parameter.id(), within, test })
    }

    fn matches(&self, model: &DataModel, row: RowId) -> Result<bool, Fault> {
        match self {
            Self::Direct { parameter, within, test } => {
                if !within.iter().all(|&object| model.exists(row, model.object(object))) {
                    return Ok(false);
                }
                Ok(test.holds(&*model.effective(row, model.parameter(*parameter))?))
            }
            Self::Behind { path, operator, constant } => {
                let Some(home) = model.store.home(row) else { return Ok(false) };
                for (row, parameter) in behind(model, row, home.table, path) {
                    let parameter = model.parameter(parameter);
                    let test = Test::compile(model, parameter, *operator, constant)?;
                    if test.holds(&*model.effective(row, parameter)?) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }
}

/// The parameters that a relative path with references leads to from a row.
fn behind(model: &DataModel, row: RowId, table: ObjectId, path: &str) -> Vec<(RowId, ParameterId)> {
    let Ok(path) = RelativePath::parse(path) else { return Vec::new() };
    let mut places = alloc::vec![(row, table)];
    let mut found = Vec::new();
    let mut segments = path.segments().peekable();
    while let Some(segment) = segments.next() {
        let Segment::Name(name) = segment else { return Vec::new() };
        let before = core::mem::take(&mut places);
        match segments.peek() {
            Some(&Segment::Follow(follow)) => {
                segments.next();
                for (row, object) in before {
                    let parameter = model.object(object).parameter(name);
                    let targets = parameter.map(|parameter| model.follow(row, parameter.id(), follow));
                    places.extend(targets.into_iter().flatten().map(|place| (place.row, place.object)));
                }
            }
            Some(_) => places.extend(before.into_iter().filter_map(|(row, object)| {
                let child = model.object(object).child(name).filter(|child| !child.is_table())?;
                model.exists(row, child).then_some((row, child.id()))
            })),
            None => found.extend(
                before
                    .into_iter()
                    .filter_map(|(row, object)| Some((row, model.object(object).parameter(name)?.id()))),
            ),
        }
    }
    found
}

impl Test {
    /// Types the constant, or says why the comparison makes no sense for the parameter (T23: 7008).
    fn compile(
        model: &DataModel,
        parameter: Parameter<'_>,
        operator: Operator,
        constant: &OwnedConstant,
    ) -> Result<Self, Fault> {
        let syntax = parameter.syntax();
        let (primitive, is_list) = (syntax.primitive_type(), syntax.is_list());
        let name = parameter.name();
        let wrong = |message: String| {
            Err(Fault::new(
                ErrorCode::INVALID_PATH_SYNTAX,
                alloc::format!("in a Search Expression, {name}{operator}{constant}: {message}"),
            ))
        };
        let relational = !matches!(operator, Operator::Equal | Operator::NotEqual | Operator::Contains);
        if operator == Operator::Contains && !is_list {
            return wrong(alloc::format!("~= is for lists, {name} is a single {primitive}"));
        }
        if relational && (is_list || !primitive.is_ordered()) {
            let what = if is_list { "list" } else { primitive.as_str() };
            return wrong(alloc::format!("a {what} is compared with == and != only"));
        }
        let text = match (constant, primitive) {
            (OwnedConstant::Token(token), PrimitiveType::String) => {
                return wrong(alloc::format!("a string stands in quotes: {name}{operator}\"{token}\""));
            }
            (
                OwnedConstant::Quoted(text),
                PrimitiveType::Boolean
                | PrimitiveType::Int
                | PrimitiveType::Long
                | PrimitiveType::UnsignedInt
                | PrimitiveType::UnsignedLong
                | PrimitiveType::Decimal,
            ) if !is_list => {
                return wrong(alloc::format!("a {primitive} stands without quotes: {name}{operator}{text}"));
            }
            (OwnedConstant::Quoted(text) | OwnedConstant::Token(text), _) => text,
        };
        let is_reference = syntax.reference().is_some();
        let parsed = match primitive {
            PrimitiveType::String if is_reference && !is_list => {
                Ok(Value::String(model.canonical_reference(text)))
            }
            _ if is_list && operator != Operator::Contains => {
                primitive.parse_list(text, NestedBrackets::Legacy)
            }
            // Whole numbers are compared as such, so that one outside of the type is no error.
            _ if is_whole_number(primitive) => match text.trim().parse::<i64>() {
                Ok(number) => Ok(Value::Long(number)),
                Err(_) => primitive.parse(text),
            },
            PrimitiveType::String if is_reference => Ok(Value::String(model.canonical_reference(text))),
            _ => primitive.parse(text),
        };
        match parsed {
            Ok(constant) => Ok(Self { operator, constant }),
            Err(error) => wrong(error.to_string()),
        }
    }

    fn holds(&self, value: &Value) -> bool {
        let order = |value: &Value| compare(value, &self.constant);
        match self.operator {
            Operator::Equal => order(value) == Some(Ordering::Equal),
            Operator::NotEqual => order(value) != Some(Ordering::Equal),
            Operator::Contains => match value {
                Value::List(items) => items.iter().any(|item| order(item) == Some(Ordering::Equal)),
                _ => false,
            },
            Operator::Less => order(value) == Some(Ordering::Less),
            Operator::Greater => order(value) == Some(Ordering::Greater),
            Operator::LessOrEqual => matches!(order(value), Some(Ordering::Less | Ordering::Equal)),
            Operator::GreaterOrEqual => matches!(order(value), Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

impl OwnedConstant {
    fn new(constant: &Constant<'_>) -> Self {
        match constant {
            Constant::Quoted(text) => Self::Quoted(text.decode().into_owned()),
            Constant::Token(token) => Self::Token((*token).to_string()),
        }
    }
}

impl core::fmt::Display for OwnedConstant {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Quoted(text) => write!(f, "\"{text}\""),
            Self::Token(token) => f.write_str(token),
        }
    }
}

/// Compares values; whole numbers of all types by their number, equal values of unordered types as equal.
fn compare(value: &Value, constant: &Value) -> Option<Ordering> {
    match (whole_number(value), whole_number(constant)) {
        (Some(value), Some(constant)) => Some(value.cmp(&constant)),
        _ if value == constant => Some(Ordering::Equal),
        _ => value.compare(constant),
    }
}

fn whole_number(value: &Value) -> Option<i128> {
    match *value {
        Value::Int(number) => Some(number.into()),
        Value::Long(number) => Some(number.into()),
        Value::UnsignedInt(number) => Some(number.into()),
        Value::UnsignedLong(number) => Some(number.into()),
        _ => None,
    }
}

fn is_whole_number(primitive: PrimitiveType) -> bool {
    matches!(
        primitive,
        PrimitiveType::Int | PrimitiveType::Long | PrimitiveType::UnsignedInt | PrimitiveType::UnsignedLong
    )
}

/// The key that the components address: all its parameters, each compared with `==` once, and nothing else.
fn unique_key(model: &DataModel, table: Object<'_>, components: &[Component]) -> Option<(usize, KeyText)> {
    let mut given = Vec::new();
    for component in components {
        match component {
            Component::Direct { parameter, within, test }
                if within.is_empty() && test.operator == Operator::Equal =>
            {
                given.push((*parameter, &test.constant));
            }
            _ => return None,
        }
    }
    model.layout.keys(table.id()).iter().enumerate().find_map(|(number, key)| {
        if key.parameters.len() != given.len() {
            return None;
        }
        let values: Option<Vec<String>> = key
            .parameters
            .iter()
            .map(|wanted| {
                given.iter().find(|(parameter, _)| parameter == wanted).map(|(_, value)| value.to_string())
            })
            .collect();
        Some((number, key_text(values?.iter().map(String::as_str))))
    })
}
