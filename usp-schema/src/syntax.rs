//! Types and facets, read from the image.

use core::fmt;

use crate::image::RecordReader;
use crate::image::layout::syntax as bits;
use crate::pattern::PatternRef;
use crate::schema::Schema;
use crate::spec::{EnumerationRef, EnumerationValue, Range, ReferenceTarget, Size};
use crate::value::{PrimitiveType, Value, ValueType};

mod check;
mod parts;

pub(crate) use parts::{end, pattern_end, pattern_length, primitive_code};

use parts::{Parts, Sizes, Strings, primitive};

pub use check::Parser;

/// The type and facets of a parameter or argument (TR-106, A.2.3: syntax).
#[derive(Clone, Copy)]
pub struct Syntax<'s> {
    schema: &'s Schema,
    /// The place of its record.
    place: u16,
}

impl<'s> Syntax<'s> {
    #[inline]
    pub(crate) fn new(schema: &'s Schema, place: u16) -> Self {
        Self { schema, place }
    }

    /// The primitive type, of the items where the value is a list.
    #[inline]
    pub fn primitive_type(self) -> PrimitiveType {
        self.record().u16().and_then(primitive).unwrap_or(PrimitiveType::String)
    }

    /// The primitive type of the value as a whole: a list is a string, as TR-106 writes lists.
    #[inline]
    pub fn base_type(self) -> PrimitiveType {
        let mut record = self.record();
        let of_items = record.u16().and_then(primitive).unwrap_or(PrimitiveType::String);
        let is_list = record.u16().unwrap_or(0) & bits::LIST != 0;
        if is_list { PrimitiveType::String } else { of_items }
    }

    /// Whether the value is a comma-separated list.
    #[inline]
    pub fn is_list(self) -> bool {
        self.flags() & bits::LIST != 0
    }

    /// Whether values of this type are values of this syntax, as far as the type says: facets are about each value.
    ///
    /// Of lists the items count too; they are lists themselves only where those stand in square brackets.
    pub fn takes(self, ty: ValueType) -> bool {
        let (mut items, mut levels) = (ty, 0);
        while let ValueType::List(of) = items {
            levels += 1;
            match of {
                Some(&of) => items = of,
                None => return self.takes_levels(levels),
            }
        }
        items == ValueType::Single(self.primitive_type()) && self.takes_levels(levels)
    }

    /// Whether a value is of the type of this syntax, as [`takes`](Self::takes) has it.
    pub fn takes_value(self, value: &Value) -> bool {
        self.takes_at(value, 0)
    }

    fn takes_at(self, value: &Value, levels: usize) -> bool {
        match value {
            // What is nested deeper has no text that could be read.
            Value::List(items) => {
                levels < PrimitiveType::MAX_LIST_DEPTH
                    && self.takes_levels(levels + 1)
                    && items.iter().all(|item| self.takes_at(item, levels + 1))
            }
            single => {
                single.primitive_type() == Some(self.primitive_type()) && (levels > 0 || !self.is_list())
            }
        }
    }

    fn takes_levels(self, levels: usize) -> bool {
        match levels {
            0 => !self.is_list(),
            1 => self.is_list(),
            _ => self.list().is_some_and(|list| list.nested_brackets),
        }
    }

    #[inline]
    fn flags(self) -> u16 {
        let mut record = self.record();
        record.u16();
        record.u16().unwrap_or(0)
    }

    /// Bounds on the number of items, where the value is a list.
    pub fn list(self) -> Option<ListSyntax<'s>> {
        self.part(bits::LIST, |parts| parts.list)
    }

    /// The length must be within one of these; empty: any length.
    pub fn sizes(self) -> impl Iterator<Item = Size> + 's {
        self.parts(bits::SIZES).sizes
    }

    /// The number must be within one of these; empty: any number of the type.
    pub fn ranges(self) -> impl Iterator<Item = Range> + 's {
        self.parts(bits::RANGES).ranges()
    }

    /// The text must match one of these; empty: any text.
    pub fn patterns(self) -> impl Iterator<Item = PatternSyntax<'s>> {
        self.parts(bits::PATTERNS).patterns()
    }

    /// The value must be one of these; empty: any value.
    pub fn enumeration(self) -> impl Iterator<Item = EnumerationValue<&'s str>> {
        self.parts(bits::ENUMERATION).enumeration()
    }

    /// The value must be one that another parameter offers.
    pub fn enumeration_ref(self) -> Option<EnumerationRef<&'s str>> {
        self.part(bits::ENUMERATION_REF, |parts| parts.enumeration_ref)
    }

    /// The value is the path of something else.
    pub fn reference(self) -> Option<ReferenceSyntax<'s>> {
        self.part(bits::REFERENCE, |parts| parts.reference)
    }

    /// The named TR-181 data type that the syntax was derived from.
    pub fn data_type(self) -> Option<&'s str> {
        self.part(bits::DATA_TYPE, |parts| parts.data_type)
    }

    /// The unit of a number.
    pub fn units(self) -> Option<&'s str> {
        self.part(bits::UNITS, |parts| parts.units)
    }

    #[inline]
    fn record(self) -> RecordReader<'s> {
        self.schema.image().record(self.place)
    }

    /// A facet that most have not.
    #[inline]
    fn part<T>(self, wanted: u16, part: impl FnOnce(Parts<'s>) -> Option<T>) -> Option<T> {
        if self.flags() & wanted == 0 { None } else { part(self.parts(wanted)) }
    }

    /// The record taken apart as far as these facets are in it. Most have none of them.
    #[inline]
    fn parts(self, wanted: u16) -> Parts<'s> {
        let image = self.schema.image();
        let mut parts = Parts::string(image);
        // Loading has read each record once; what would not be read is taken for a plain string.
        if self.flags() & wanted != 0 && parts.read(&mut self.record(), wanted).is_none() {
            parts = Parts::string(image);
        }
        parts
    }
}

impl fmt::Debug for Syntax<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = if self.is_list() { "list of " } else { "" };
        write!(f, "Syntax({list}{})", self.primitive_type().as_str())
    }
}

/// What a list keeps to.
#[derive(Debug, Clone, Copy)]
pub struct ListSyntax<'s> {
    /// Bounds on the list itself.
    pub bounds: ListBounds<'s>,
    /// Whether the items are lists in square brackets.
    pub nested_brackets: bool,
    /// Bounds on each item that is a list itself; `None`: any.
    pub inner: Option<ListBounds<'s>>,
}

/// Bounds on the items and the text of a list.
#[derive(Debug, Clone, Copy)]
pub struct ListBounds<'s> {
    /// Fewest items.
    pub min_items: u32,
    /// Most items; `None`: unbounded.
    pub max_items: Option<u32>,
    sizes: Sizes<'s>,
}

impl<'s> ListBounds<'s> {
    /// The length of the whole text must be within one of these; empty: any length.
    pub fn sizes(self) -> impl Iterator<Item = Size> + 's {
        self.sizes
    }
}

/// A pattern with its source text.
#[derive(Debug, Clone, Copy)]
pub struct PatternSyntax<'s> {
    /// The XML Schema regular expression, as the model states it.
    pub source: &'s str,
    /// The automaton that was compiled from it.
    pub pattern: PatternRef<'s>,
}

/// What a reference points to.
#[derive(Debug, Clone, Copy)]
pub struct ReferenceSyntax<'s> {
    /// Strong references are refused when they dangle, and cleaned when their target goes `[R-ARC.12]`.
    pub strong: bool,
    /// What kind of thing is referred to.
    pub target: ReferenceTarget,
    parents: Strings<'s>,
}

impl<'s> ReferenceSyntax<'s> {
    /// Full supported paths of the tables or objects that it may point into; empty: anywhere.
    pub fn parents(self) -> impl Iterator<Item = &'s str> {
        self.parents
    }
}
