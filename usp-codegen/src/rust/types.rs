use usp_schema::{NestedBrackets, PrimitiveType};

use crate::model::{List, Syntax};

/// The Rust type of a parameter or argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RustType {
    /// A type of the language.
    Plain(&'static str),
    /// A type of `usp_schema`.
    Schema(&'static str),
    /// `String`.
    Text,
    /// An enumeration of the generated module.
    Enumeration(String),
    /// A list.
    List(Box<RustType>),
}

impl RustType {
    /// The type for values of this syntax, given the enumeration that stands for its values if there is one.
    ///
    /// It is that of the values that the schema reads: where lists in a list have no brackets, it does not take them
    /// apart.
    pub(super) fn of(syntax: &Syntax, enumeration: Option<String>) -> Self {
        let mut rust_type = match enumeration {
            Some(name) => Self::Enumeration(name),
            None => Self::of_items(syntax),
        };
        if syntax.list().is_some() {
            rust_type = Self::List(Box::new(rust_type));
        }
        let brackets = syntax.list().map(List::nested_brackets);
        if syntax.inner_list().is_some() && brackets != Some(NestedBrackets::Legacy) {
            rust_type = Self::List(Box::new(rust_type));
        }
        rust_type
    }

    fn of_items(syntax: &Syntax) -> Self {
        match syntax.primitive() {
            PrimitiveType::Boolean => Self::Plain("bool"),
            PrimitiveType::Int => Self::Plain("i32"),
            PrimitiveType::UnsignedInt => Self::Plain("u32"),
            PrimitiveType::Long => Self::Plain("i64"),
            PrimitiveType::UnsignedLong => Self::Plain("u64"),
            PrimitiveType::Decimal => Self::Schema("Decimal"),
            PrimitiveType::DateTime => Self::Schema("DateTime"),
            PrimitiveType::Base64 => Self::Schema("Base64"),
            PrimitiveType::HexBinary => Self::Schema("HexBinary"),
            PrimitiveType::String => Self::of_strings(syntax),
        }
    }

    /// Some named data types have a type of their own.
    fn of_strings(syntax: &Syntax) -> Self {
        let chain = syntax.data_type().into_iter().flat_map(|data_type| data_type.chain());
        for data_type in chain {
            match data_type.name() {
                "IPv4Address" => return Self::Schema("Ipv4Address"),
                "IPv6Address" => return Self::Schema("Ipv6Address"),
                "IPAddress" => return Self::Schema("IpAddress"),
                "MACAddress" => return Self::Schema("MacAddress"),
                _ => {}
            }
        }
        Self::Text
    }

    /// The type as it is written in source.
    pub(super) fn source(&self) -> String {
        match self {
            Self::Plain(name) => (*name).to_owned(),
            Self::Schema(name) => format!("schema::{name}"),
            Self::Text => "String".to_owned(),
            Self::Enumeration(name) => name.clone(),
            Self::List(item) => format!("Vec<{}>", item.source()),
        }
    }
}
