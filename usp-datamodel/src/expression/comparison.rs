//! One comparison of a Search Expression, made ready for one parameter.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

use usp_msg::ErrorCode;
use usp_path::{Constant, Operator};
use usp_schema::{NestedBrackets, Parameter, PrimitiveType, Value};

use crate::fault::Fault;
use crate::model::DataModel;
use crate::resolve::View;
use crate::store::packed::{packed, unpack};
use crate::store::value_view::ValueView;

/// A comparison with a typed constant.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) operator: Operator,
    pub(crate) constant: Value,
    /// The constant as rows keep it, where equal values have equal bytes and only that is asked.
    packed: Option<Vec<u8>>,
}

/// A constant that is typed later, when the parameter is known.
#[derive(Debug)]
pub(crate) enum UntypedConstant<'a> {
    Quoted(Cow<'a, str>),
    Token(Cow<'a, str>),
}

impl Comparison {
    /// Types the constant, or says why the comparison makes no sense for the parameter (T23: 7008).
    pub(crate) fn compile(
        model: &DataModel,
        view: View<'_>,
        parameter: Parameter<'_>,
        operator: Operator,
        constant: &UntypedConstant<'_>,
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
            (UntypedConstant::Token(token), PrimitiveType::String) => {
                return wrong(alloc::format!("a string stands in quotes: {name}{operator}\"{token}\""));
            }
            (UntypedConstant::Quoted(text), _) if stands_bare(primitive) && !is_list => {
                return wrong(alloc::format!("a {primitive} stands without quotes: {name}{operator}{text}"));
            }
            (UntypedConstant::Quoted(text) | UntypedConstant::Token(text), _) => text,
        };
        let is_whole_list = is_list && operator != Operator::Contains;
        let parsed = match primitive {
            // T23: references are compared in their canonical form.
            PrimitiveType::String if model.layout.is_reference(parameter.id()) && !is_whole_list => {
                Ok(Value::String(model.canonical_reference(view, text)))
            }
            _ if is_whole_list => primitive.parse_list(text, NestedBrackets::Legacy),
            // Whole numbers are compared as such, so that one outside of the type is no error.
            _ if is_whole_number(primitive) => match text.trim().parse::<i64>() {
                Ok(number) => Ok(Value::Long(number)),
                Err(_) => primitive.parse(text),
            },
            _ => primitive.parse(text),
        };
        match parsed {
            Ok(constant) => {
                let is_asked = matches!(operator, Operator::Equal | Operator::NotEqual);
                let is_alike = matches!(constant, Value::String(_) | Value::Boolean(_));
                let packed = (is_asked && is_alike).then(|| packed(&constant));
                Ok(Self { operator, constant, packed })
            }
            Err(error) => wrong(error.to_string()),
        }
    }

    /// The constant as rows keep it and whether values have to be equal to it or not, where that is all that is asked.
    pub(crate) fn packed_constant(&self) -> Option<(&[u8], bool)> {
        Some((self.packed.as_deref()?, self.operator == Operator::Equal))
    }

    /// Whether the comparison holds for a value as rows keep it.
    pub(crate) fn holds_packed(&self, value: &[u8]) -> bool {
        match &self.packed {
            Some(constant) => (value == constant) == (self.operator == Operator::Equal),
            None => self.holds(&unpack(value)),
        }
    }

    pub(crate) fn holds(&self, value: &ValueView<'_>) -> bool {
        let order = |value: &ValueView<'_>| match value {
            ValueView::Owned(value) => compare(value, &self.constant),
            // Texts and lists are equal or not, and have no order.
            borrowed => borrowed.equals(&self.constant).then_some(Ordering::Equal),
        };
        match self.operator {
            Operator::Equal => order(value) == Some(Ordering::Equal),
            Operator::NotEqual => order(value) != Some(Ordering::Equal),
            Operator::Contains => match value {
                ValueView::List(items) => items.clone().any(|item| order(&item) == Some(Ordering::Equal)),
                ValueView::Owned(Value::List(items)) => {
                    items.iter().any(|item| compare(item, &self.constant) == Some(Ordering::Equal))
                }
                _ => false,
            },
            Operator::Less => order(value) == Some(Ordering::Less),
            Operator::Greater => order(value) == Some(Ordering::Greater),
            Operator::LessOrEqual => matches!(order(value), Some(Ordering::Less | Ordering::Equal)),
            Operator::GreaterOrEqual => matches!(order(value), Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

impl<'a> UntypedConstant<'a> {
    pub(crate) fn new(constant: &Constant<'a>) -> Self {
        match constant {
            Constant::Quoted(text) => Self::Quoted(text.decode()),
            Constant::Token(token) => Self::Token(Cow::Borrowed(token)),
        }
    }

    /// One that outlives the expression that it stands in.
    pub(crate) fn into_owned(self) -> UntypedConstant<'static> {
        match self {
            Self::Quoted(text) => UntypedConstant::Quoted(Cow::Owned(text.into_owned())),
            Self::Token(token) => UntypedConstant::Token(Cow::Owned(token.into_owned())),
        }
    }
}

impl fmt::Display for UntypedConstant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quoted(text) => write!(f, "\"{text}\""),
            Self::Token(token) => f.write_str(token),
        }
    }
}

/// Whether values of a type stand in an expression without quotes. Binary values and dateTime are taken either way.
fn stands_bare(primitive: PrimitiveType) -> bool {
    is_whole_number(primitive) || matches!(primitive, PrimitiveType::Boolean | PrimitiveType::Decimal)
}

pub(crate) fn is_whole_number(primitive: PrimitiveType) -> bool {
    matches!(
        primitive,
        PrimitiveType::Int | PrimitiveType::Long | PrimitiveType::UnsignedInt | PrimitiveType::UnsignedLong
    )
}

/// Compares values; whole numbers of all types by their number, equal values of unordered types as equal.
fn compare(value: &Value, constant: &Value) -> Option<Ordering> {
    match (value.whole_number(), constant.whole_number()) {
        (Some(value), Some(constant)) => Some(value.cmp(&constant)),
        _ if value == constant => Some(Ordering::Equal),
        _ => value.compare(constant),
    }
}
