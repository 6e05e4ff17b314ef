use std::collections::HashSet;

use usp_schema::{Pattern, PrimitiveType, Range, Size, Status};

use super::units::unknown_unit;
use super::{Findings, Rule};
use crate::Model;
use crate::model::{Parameter, Syntax};
use crate::resolve::for_each_place;

/// Bounds, patterns, enumerations and units.
pub(super) fn check(model: &Model, findings: &mut Findings<'_>) {
    // Patterns and units come from few data types; each is looked at once.
    let mut seen = HashSet::new();
    for_each_place(model, &mut |place, parameters| {
        for parameter in parameters.iter().filter(|parameter| parameter.status() != Status::Deleted) {
            let item = format!("{}{}", place.base, parameter.name());
            check_parameter(parameter, &item, &mut seen, findings);
        }
    });
}

fn check_parameter<'m>(
    parameter: &'m Parameter,
    item: &str,
    seen: &mut HashSet<&'m str>,
    findings: &mut Findings<'_>,
) {
    let syntax = parameter.syntax();
    for pattern in syntax.patterns() {
        if seen.insert(pattern.value())
            && let Err(error) = Pattern::compile(pattern.value())
        {
            let message = format!("the pattern {:?} cannot be used: {error}", pattern.value());
            findings.add(Rule::Pattern, pattern.line(), item, message);
        }
    }
    if let Some(units) = syntax.units().filter(|units| seen.insert(units))
        && let Some(hint) = unknown_unit(units)
    {
        findings.add(Rule::Units, parameter.line(), item, format!("the unit {units:?} is not known{hint}"));
    }
    let mut values = HashSet::new();
    for value in syntax.enumeration() {
        if !values.insert(value.value()) {
            let message = format!("the value {:?} is there twice", value.value());
            findings.add(Rule::Enumeration, value.line(), item, message);
        }
    }
    for message in wrong_facets(syntax) {
        findings.add(Rule::Facet, parameter.line(), item, message);
    }
}

fn wrong_facets(syntax: &Syntax) -> Vec<String> {
    let primitive = syntax.primitive();
    let mut messages = Vec::new();
    for Size { min, max } in syntax.sizes() {
        if max.is_some_and(|max| *min > max) {
            messages.push(format!("minLength {min} is more than maxLength {}", max.unwrap_or_default()));
        }
    }
    for Range { min, max, .. } in syntax.ranges() {
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            messages.push(format!("minInclusive {min} is more than maxInclusive {max}"));
        }
        for bound in [min, max].into_iter().flatten() {
            if limits(primitive).is_some_and(|(least, most)| *bound < least || *bound > most) {
                messages.push(format!("the bound {bound} is not a value of the type {primitive}"));
            }
        }
    }
    let text = primitive == PrimitiveType::String;
    let sized = text || matches!(primitive, PrimitiveType::Base64 | PrimitiveType::HexBinary);
    let facets = [
        ("a size", !syntax.sizes().is_empty() && !sized),
        ("a range", !syntax.ranges().is_empty() && !primitive.is_ordered()),
        ("a pattern", !syntax.patterns().is_empty() && !text),
        ("an enumeration", !syntax.enumeration().is_empty() && !text),
        ("a pathRef", syntax.reference().is_some() && !text),
    ];
    for (facet, wrong) in facets {
        if wrong {
            messages.push(format!("the type {primitive} has {facet}, which it does not take"));
        }
    }
    if let Some(list) = syntax.list()
        && list.max_items().is_some_and(|max| list.min_items() > max)
    {
        messages.push(format!("minItems {} is more than maxItems", list.min_items()));
    }
    messages
}

/// Least and largest number of a type.
fn limits(primitive: PrimitiveType) -> Option<(i128, i128)> {
    Some(match primitive {
        PrimitiveType::Int => (i32::MIN.into(), i32::MAX.into()),
        PrimitiveType::UnsignedInt => (0, u32::MAX.into()),
        PrimitiveType::Long => (i64::MIN.into(), i64::MAX.into()),
        PrimitiveType::UnsignedLong => (0, u64::MAX.into()),
        _ => return None,
    })
}
