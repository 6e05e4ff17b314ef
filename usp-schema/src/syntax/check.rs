//! From text to a value that keeps to the facets.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt::{self, Write};

use super::{ListBounds, Parts, Syntax};
use crate::image::layout::syntax as bits;
use crate::spec::{Range, Size};
use crate::value::{NestedBrackets, PrimitiveType, Value, ValueError};

/// The facets that say more of a text than the primitive type does.
const CHECKED: u16 = bits::LIST | bits::SIZES | bits::RANGES | bits::PATTERNS | bits::ENUMERATION;

/// How many values of an enumeration a message names before it stops.
const NAMED_VALUES: usize = 12;

impl<'s> Syntax<'s> {
    /// Reads a value from its text and checks it against every facet that the schema alone can judge.
    ///
    /// References and values that another parameter offers need instances; whoever has those checks them.
    ///
    /// # Errors
    ///
    /// The text is no literal of the type (USP error 7011), or the value is outside a size, range, pattern,
    /// enumeration or number of items (USP error 7012).
    pub fn parse(self, text: &str) -> Result<Value, ValueError> {
        if self.flags() & CHECKED == 0 {
            return self.primitive_type().parse(text);
        }
        self.checked_parts().parse(text)
    }

    /// The same for many values: what is asked of them is looked up once.
    pub fn parser(self) -> Parser<'s> {
        let parts = self.checked_parts();
        Parser { parts, text_lengths: parts.text_lengths() }
    }

    fn checked_parts(self) -> Parts<'s> {
        // The parts of one without facets are those of a plain string.
        let mut parts = self.parts(CHECKED);
        parts.primitive = self.primitive_type();
        parts
    }

    /// The value that "no value" stands for: an empty list, or the null value of the primitive type.
    pub fn null_value(self) -> Value {
        if self.is_list() { Value::List(alloc::vec::Vec::new()) } else { self.primitive_type().null_value() }
    }
}

/// Reads values of one [`Syntax`], one after the other.
#[derive(Clone, Copy)]
pub struct Parser<'s> {
    parts: Parts<'s>,
    /// The least and the most bytes of texts that are values as they stand; the least is above the most where none are.
    text_lengths: (usize, usize),
}

impl Parser<'_> {
    /// Reads a value from its text, as [`Syntax::parse`] does.
    ///
    /// # Errors
    ///
    /// Those of [`Syntax::parse`].
    pub fn parse(&self, text: &str) -> Result<Value, ValueError> {
        self.parts.parse(text)
    }

    /// Whether every text of so many bytes is known to be a value, which is a string of the same text: then it need
    /// not be read. What is not known may be one nevertheless.
    #[inline]
    pub fn takes_text_of(&self, bytes: usize) -> bool {
        let (least, most) = self.text_lengths;
        least <= bytes && bytes <= most
    }
}

impl fmt::Debug for Parser<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = if self.parts.list.is_some() { "list of " } else { "" };
        write!(f, "Parser({list}{})", self.parts.primitive.as_str())
    }
}

impl ListBounds<'_> {
    /// Why a list of so many items and characters is outside the bounds.
    fn broken_by(self, count: usize, length: impl Fn() -> usize) -> Option<String> {
        let min = self.min_items as usize;
        // An empty list is how "no value" is written; it needs no items of its own.
        if count < min && count != 0 {
            return Some(format!("it has {count} items, at least {min} are needed"));
        }
        if let Some(max) = self.max_items.filter(|&max| count > max as usize) {
            return Some(format!("it has {count} items, at most {max} are allowed"));
        }
        let mut sizes = self.sizes().peekable();
        sizes.peek()?;
        let length = length();
        let sizes = outside(length, sizes)?;
        Some(format!("it has {length} characters, allowed are {sizes}"))
    }
}

impl Parts<'_> {
    /// Numbers of bytes, the least and the most, of texts that need no look at facets. A character has up to four.
    fn text_lengths(&self) -> (usize, usize) {
        let is_plain = self.primitive == PrimitiveType::String
            && self.list.is_none()
            && self.patterns.0 == 0
            && self.enumeration.0 == 0;
        if !is_plain {
            return (1, 0);
        }
        let fitting = |size: Size| {
            let most = size.max.map_or(usize::MAX, |max| max as usize);
            ((size.min as usize).saturating_mul(4), most)
        };
        self.sizes.into_iter().next().map_or((0, usize::MAX), fitting)
    }

    fn parse(&self, text: &str) -> Result<Value, ValueError> {
        let Some(list) = self.list else {
            let value = self.primitive.parse(text)?;
            self.check_item(&value)?;
            return Ok(value);
        };
        let kind = || format!("list of {}", self.primitive);
        let brackets = if list.nested_brackets { NestedBrackets::Required } else { NestedBrackets::Legacy };
        let value = self.primitive.parse_list(text, brackets)?;
        let Value::List(items) = &value else { return Ok(value) };
        if let Some(reason) = list.bounds.broken_by(items.len(), || text.chars().count()) {
            return Err(ValueError::facet(kind(), reason, text));
        }
        for (index, item) in items.iter().enumerate() {
            if let (Some(inner), Value::List(items)) = (list.inner, item) {
                // The text of an inner list is without its brackets.
                let length = || item.to_string().chars().count();
                if let Some(reason) = inner.broken_by(items.len(), length) {
                    return Err(ValueError::facet(kind(), reason, &item.to_string()).in_item(index));
                }
            }
            self.check_leaves(item).map_err(|error| error.in_item(index))?;
        }
        Ok(value)
    }

    fn check_leaves(&self, value: &Value) -> Result<(), ValueError> {
        match value {
            // The facets of a string item that is a list itself are about its text without the brackets.
            Value::List(_) if self.primitive == PrimitiveType::String => {
                self.check_item(&Value::String(value.to_string()))
            }
            // Nesting is bounded by PrimitiveType::MAX_LIST_DEPTH.
            Value::List(items) => items.iter().try_for_each(|item| self.check_leaves(item)),
            item => self.check_item(item),
        }
    }

    fn check_item(&self, value: &Value) -> Result<(), ValueError> {
        let kind = self.primitive.as_str();
        let fail = |reason: String, found: &str| Err(ValueError::facet(kind, reason, found));
        let text = || match value {
            Value::String(text) => Cow::Borrowed(&**text),
            other => Cow::Owned(other.to_string()),
        };
        if !self.sizes.is_empty() {
            let (length, unit) = match value {
                Value::String(text) => (Some(text.chars().count()), "characters"),
                Value::Base64(bytes) => (Some(bytes.as_bytes().len()), "bytes"),
                Value::HexBinary(bytes) => (Some(bytes.as_bytes().len()), "bytes"),
                _ => (None, ""),
            };
            if let Some((length, sizes)) =
                length.and_then(|length| outside(length, self.sizes).map(|sizes| (length, sizes)))
            {
                return fail(format!("it has {length} {unit}, allowed are {sizes}"), &text());
            }
        }
        let is_in = |range: Range| match value {
            Value::Decimal(number) => range.contains_decimal(*number),
            _ => value.whole_number().is_none_or(|number| range.contains(number)),
        };
        if self.ranges.0 != 0 && !self.ranges().any(is_in) {
            return fail(format!("allowed are {}", Ranges(self)), &text());
        }
        if self.patterns.0 != 0 {
            let text = text();
            if !self.patterns().any(|pattern| pattern.pattern.is_match(&text)) {
                let mut reason = String::from("it does not match");
                for (at, pattern) in self.patterns().enumerate() {
                    let or = if at == 0 { "" } else { " or" };
                    // Writing to a String cannot fail.
                    let _ = write!(reason, "{or} \"{}\"", pattern.source);
                }
                return fail(reason, &text);
            }
        }
        if self.enumeration.0 != 0 {
            let text = text();
            if !self.enumeration().any(|allowed| allowed.value == text) {
                let mut reason = String::from("allowed are ");
                for (at, allowed) in self.enumeration().take(NAMED_VALUES).enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    let _ = match allowed.value {
                        "" => write!(reason, "{comma}the empty text"),
                        value => write!(reason, "{comma}{value}"),
                    };
                }
                if self.enumeration.0 as usize > NAMED_VALUES {
                    let _ = write!(reason, " and {} more", self.enumeration.0 as usize - NAMED_VALUES);
                }
                return fail(reason, &text);
            }
        }
        Ok(())
    }
}

/// The sizes in words, when the length is in none of them.
fn outside(length: usize, sizes: impl Iterator<Item = Size>) -> Option<String> {
    let mut words = String::new();
    for size in sizes {
        if size.contains(length) {
            return None;
        }
        let or = if words.is_empty() { "" } else { " or " };
        // Writing to a String cannot fail.
        let _ = match size.max {
            Some(max) if max == size.min => write!(words, "{or}{max}"),
            Some(max) => write!(words, "{or}{} to {max}", size.min),
            None => write!(words, "{or}{} and more", size.min),
        };
    }
    (!words.is_empty()).then_some(words)
}

/// The ranges in words.
struct Ranges<'a, 's>(&'a Parts<'s>);

impl fmt::Display for Ranges<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, Range { min, max, step }) in self.0.ranges().enumerate() {
            if at != 0 {
                f.write_str(" or ")?;
            }
            match (min, max) {
                (Some(min), Some(max)) if min == max => write!(f, "{min}")?,
                (Some(min), Some(max)) => write!(f, "{min} to {max}")?,
                (Some(min), None) => write!(f, "{min} and more")?,
                (None, Some(max)) => write!(f, "{max} and less")?,
                (None, None) => f.write_str("all numbers")?,
            }
            if let Some(step) = step {
                write!(f, " in steps of {step}")?;
            }
        }
        Ok(())
    }
}
