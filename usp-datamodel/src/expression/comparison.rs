//! One comparison of a Search Expression, made ready for one parameter.

use alloc::borrow::Cow;
use alloc::boxed::Box;
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
use crate::store::packed::{pack_text, packed, packed_boolean, packed_text, unpack};
use crate::store::value_view::ValueView;

/// A comparison with a typed constant.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) operator: Operator,
    constant: Typed,
}

/// The constant of a comparison.
#[derive(Debug)]
enum Typed {
    /// As rows keep it: equal values have equal bytes, and only that is asked.
    Packed(Cow<'static, [u8]>),
    Value(Box<Value>),
}

/// A constant that is typed when the parameter is known.
#[derive(Debug)]
pub(crate) struct UntypedConstant<'a> {
    text: Cow<'a, str>,
    is_quoted: bool,
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
        let wrong = |why: fmt::Arguments<'_>| Err(senseless(name, operator, constant, why));
        let relational = !matches!(operator, Operator::Equal | Operator::NotEqual | Operator::Contains);
        if operator == Operator::Contains && !is_list {
            return wrong(format_args!("~= is for lists, {name} is a single {primitive}"));
        }
        if relational && (is_list || !primitive.is_ordered()) {
            let what = if is_list { "list" } else { primitive.as_str() };
            return wrong(format_args!("a {what} is compared with == and != only"));
        }
        let mut text = Cow::Borrowed(&*constant.text);
        if !constant.is_quoted && primitive == PrimitiveType::String {
            return wrong(format_args!("a string stands in quotes: {name}{operator}\"{text}\""));
        }
        if constant.is_quoted && stands_bare(primitive) && !is_list {
            return wrong(format_args!("a {primitive} stands without quotes: {name}{operator}{text}"));
        }
        let is_whole_list = is_list && operator != Operator::Contains;
        if primitive == PrimitiveType::String && !is_whole_list {
            // T23: references are compared in their canonical form.
            if model.layout.is_reference(parameter.id()) {
                text = Cow::Owned(model.canonical_reference(view, &text));
            }
            // A single text is equal or not.
            if !is_list {
                let mut packed = Vec::with_capacity(text.len() + 1);
                pack_text(text.as_bytes(), &mut packed);
                return Ok(Self { operator, constant: Typed::Packed(packed.into()) });
            }
        }
        let parsed = match primitive {
            _ if is_whole_list => primitive.parse_list(&text, NestedBrackets::Legacy),
            // Whole numbers are compared as such, so that one outside of the type is no error.
            _ if is_whole_number(primitive) => match text.trim().parse::<i64>() {
                Ok(number) => Ok(Value::Long(number)),
                Err(_) => primitive.parse(&text),
            },
            _ => primitive.parse(&text),
        };
        let constant = match parsed {
            Ok(Value::Boolean(value)) if !is_list => Typed::Packed(packed_boolean(value).into()),
            Ok(Value::DateTime(time)) if relational && time.is_unknown() => {
                return wrong(format_args!("the Unknown Time is compared with == and != only"));
            }
            Ok(value) => Typed::Value(Box::new(value)),
            Err(error) => return wrong(format_args!("{error}")),
        };
        Ok(Self { operator, constant })
    }

    /// The canonical text of the constant.
    pub(crate) fn constant_text(&self) -> String {
        match &self.constant {
            Typed::Packed(constant) => unpack(constant).into_text(),
            Typed::Value(constant) => constant.to_string(),
        }
    }

    /// The constant as rows keep it and whether values have to be equal to it or not, where that is all that is asked.
    pub(crate) fn packed_constant(&self) -> Option<(&[u8], bool)> {
        match &self.constant {
            Typed::Packed(constant) => Some((constant, self.operator == Operator::Equal)),
            Typed::Value(_) => None,
        }
    }

    /// Whether the comparison holds for a value as rows keep it.
    pub(crate) fn holds_packed(&self, value: &[u8]) -> bool {
        match self.packed_constant() {
            Some((constant, is_equal)) => (value == constant) == is_equal,
            None => self.holds(&unpack(value)),
        }
    }

    pub(crate) fn holds(&self, value: &ValueView<'_>) -> bool {
        let constant = match &self.constant {
            Typed::Value(constant) => constant,
            Typed::Packed(constant) => {
                let is_equal = match value {
                    ValueView::Text(text) => packed_text(constant) == Some(text.as_bytes()),
                    ValueView::Owned(value) => packed(value) == **constant,
                    ValueView::List(_) => false,
                };
                return is_equal == (self.operator == Operator::Equal);
            }
        };
        let order = |value: &ValueView<'_>| match value {
            ValueView::Owned(value) => compare(value, constant),
            // Texts and lists are equal or not, and have no order.
            borrowed => borrowed.equals(constant).then_some(Ordering::Equal),
        };
        match self.operator {
            Operator::Equal => order(value) == Some(Ordering::Equal),
            Operator::NotEqual => order(value) != Some(Ordering::Equal),
            Operator::Contains => match value {
                ValueView::List(items) => items.clone().any(|item| order(&item) == Some(Ordering::Equal)),
                ValueView::Owned(Value::List(items)) => {
                    items.iter().any(|item| compare(item, constant) == Some(Ordering::Equal))
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

/// The fault of a comparison that makes no sense.
#[cold]
fn senseless(
    name: &str,
    operator: Operator,
    constant: &UntypedConstant<'_>,
    why: fmt::Arguments<'_>,
) -> Fault {
    let message = alloc::format!("in a Search Expression, {name}{operator}{constant}: {why}");
    Fault::new(ErrorCode::INVALID_PATH_SYNTAX, message)
}

impl<'a> UntypedConstant<'a> {
    pub(crate) fn new(constant: &Constant<'a>) -> Self {
        match constant {
            Constant::Quoted(text) => Self { text: text.decode(), is_quoted: true },
            Constant::Token(token) => Self { text: Cow::Borrowed(token), is_quoted: false },
        }
    }

    /// One that outlives the expression that it stands in.
    pub(crate) fn into_owned(self) -> UntypedConstant<'static> {
        UntypedConstant { text: Cow::Owned(self.text.into_owned()), is_quoted: self.is_quoted }
    }
}

impl fmt::Display for UntypedConstant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quote = if self.is_quoted { "\"" } else { "" };
        write!(f, "{quote}{}{quote}", self.text)
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
