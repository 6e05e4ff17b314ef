use std::collections::HashMap;

use usp_codegen::{Direction, Element, ElementKind, ItemBounds, Reference};
use usp_schema::{Range, Size};

use crate::output::Output;

/// What tells elements apart: an input and an output may have the same path.
type Key<'e> = (ElementKind, &'e str, Option<Direction>);

/// Tells what is different; true if anything is.
///
/// A line begins with `+` for what is added, `-` for what is removed and `~` for what is changed, which is followed
/// by a line for each thing that is.
pub(crate) fn print(old: &[Element], new: &[Element], output: &mut Output) -> bool {
    let before: HashMap<Key<'_>, &Element> = old.iter().map(|element| (key(element), element)).collect();
    let after: HashMap<Key<'_>, &Element> = new.iter().map(|element| (key(element), element)).collect();
    let mut different = false;
    for element in old.iter().filter(|element| !after.contains_key(&key(element))) {
        output.line(&format!("- {} {}", element.kind, element.path));
        different = true;
    }
    for element in new {
        let (sign, changes) = match before.get(&key(element)) {
            None => ('+', Vec::new()),
            Some(earlier) => match changes(earlier, element) {
                changes if changes.is_empty() => continue,
                changes => ('~', changes),
            },
        };
        output.line(&format!("{sign} {} {}", element.kind, element.path));
        for change in changes {
            output.line(&format!("    {change}"));
        }
        different = true;
    }
    different
}

fn key(element: &Element) -> Key<'_> {
    (element.kind, &element.path, element.direction)
}

/// Each thing that is different, with what it was and what it is.
fn changes(old: &Element, new: &Element) -> Vec<String> {
    let mut changes = Vec::new();
    for ((name, before), (_, after)) in fields(old).into_iter().zip(fields(new)) {
        // A version that is not stated is that of the object around; who knows whether it is another.
        let unknown = name == "version" && (before.is_none() || after.is_none());
        if before != after && !unknown {
            let text = |value: Option<String>| value.unwrap_or_else(|| "not given".to_owned());
            changes.push(format!("{name}: {} -> {}", text(before), text(after)));
        }
    }
    for value in old.enumeration.iter().filter(|value| !new.enumeration.contains(value)) {
        changes.push(format!("enumeration: without {value:?}"));
    }
    for value in new.enumeration.iter().filter(|value| !old.enumeration.contains(value)) {
        changes.push(format!("enumeration: with {value:?}"));
    }
    changes
}

/// Everything that may be different, as text.
fn fields(element: &Element) -> [(&'static str, Option<String>); 27] {
    let own = |text: Option<&str>| text.map(str::to_owned);
    // Access that is not stated is read-only.
    let access = match element.kind {
        ElementKind::Object | ElementKind::Parameter => element.access.or(Some("readOnly")),
        _ => None,
    };
    let all = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join(" or "));
    let bound = |bound: Option<i128>| bound.map_or_else(|| "any".to_owned(), |bound| bound.to_string());
    let size = |size: &Size| format!("{} to {}", size.min, bound(size.max.map(i128::from)));
    let range = |range: &Range| {
        let step = range.step.map_or_else(String::new, |step| format!(" in steps of {step}"));
        format!("{} to {}{step}", bound(range.min), bound(range.max))
    };
    let items = |items: &ItemBounds| {
        let sizes: Vec<String> = items.sizes.iter().map(size).collect();
        let sizes =
            if sizes.is_empty() { String::new() } else { format!(" of length {}", sizes.join(" or ")) };
        let brackets = if items.nested_brackets { " in brackets" } else { "" };
        format!("{} to {}{sizes}{brackets}", items.min, bound(items.max.map(i128::from)))
    };
    let reference =
        |one: &Reference| format!("{} {} {}", one.strength, one.target_type, one.targets.join(" "));
    let flag = |flag: bool| flag.then(|| "yes".to_owned());
    let entries = |max: Option<u32>| max.map_or_else(|| "unbounded".to_owned(), |max| max.to_string());
    [
        ("access", own(access)),
        ("type", element.declared_type.clone()),
        ("base", own(element.base)),
        ("list", flag(element.list)),
        ("items", all(element.items.iter().map(items).collect())),
        ("sizes", all(element.sizes.iter().map(size).collect())),
        ("ranges", all(element.ranges.iter().map(range).collect())),
        ("patterns", all(element.patterns.iter().map(|pattern| format!("{pattern:?}")).collect())),
        ("enumeration_ref", element.enumeration_ref.clone()),
        ("reference", element.reference.as_ref().map(reference)),
        ("units", element.units.clone()),
        ("default", element.default.as_ref().map(|default| format!("{default:?}"))),
        ("default_type", own(element.default_type)),
        ("version", element.version.clone()),
        ("status", own(element.status)),
        ("secured", flag(element.secured)),
        ("hidden", flag(element.hidden)),
        ("command", flag(element.command)),
        ("active_notify", own(element.active_notify)),
        ("unique_keys", all(keys(element))),
        ("num_entries_parameter", element.num_entries_parameter.clone()),
        ("enable_parameter", element.enable_parameter.clone()),
        ("discriminator_parameter", element.discriminator_parameter.clone()),
        (
            "entries",
            element
                .max_entries
                .map(|max| format!("{} to {}", element.min_entries.unwrap_or_default(), entries(max))),
        ),
        ("mount_point", flag(element.mount_point)),
        ("async", element.asynchronous.map(|asynchronous| asynchronous.to_string())),
        ("mandatory", flag(element.mandatory)),
    ]
}

fn keys(element: &Element) -> Vec<String> {
    let key = |key: &usp_codegen::Key| {
        let functional = if key.functional { "" } else { " (non-functional)" };
        format!("{}{functional}", key.parameters.join("+"))
    };
    element.unique_keys.iter().map(key).collect()
}
