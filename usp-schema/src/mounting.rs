//! An image that is put below the rows of a table.

use alloc::string::ToString;

use crate::builder::{ObjectHandle, SchemaBuilder};
use crate::composition::{ComposeError, Mount, conflict};
use crate::copy::Copy;
use crate::object::Object;
use crate::spec::ObjectSpec;

/// Mounts an image in a builder that holds the table, and what was mounted before.
pub(crate) fn mount(mut builder: SchemaBuilder, mount: &Mount) -> Result<SchemaBuilder, ComposeError> {
    let Mount { table: path, name, image } = mount;
    let table = table_at(&builder, path);
    let table = table.ok_or_else(|| ComposeError::NoTable { table: path.clone(), mount: name.clone() })?;
    let top = builder.mount(table, name, image.specification())?;
    let mut roots = image.roots();
    let (Some(root), None) = (roots.next(), roots.next()) else {
        return Err(ComposeError::Roots { image: image.name().to_string(), count: image.roots().count() });
    };
    let place = path.trim_end_matches('.').trim_end_matches("{i}").trim_end_matches('.');
    let below = alloc::format!("{place}.{{{name}}}.");
    let mut copy = Copy::new(builder, image).moving(root.path(), below.clone());
    copy.is_at(root, top);
    for object in root.subtree_objects().skip(1) {
        let mut spec = object.to_spec();
        if object.parent() == Some(root) && !object.is_mount() {
            let is_beside = |name: &str| copy.builder.has_parameter(table, name);
            let taken = match (is_beside(object.name()), copy.builder.child(Some(table), object.name())) {
                (true, _) => Some("as a parameter of the row"),
                (_, Some(_)) => Some("as an object below all rows"),
                _ => None,
            };
            if let Some(how) = taken {
                return Err(conflict(image, step(&below, object), how));
            }
            spec = steered(spec, is_beside).map_err(|how| conflict(image, step(&below, object), how))?;
        }
        let handle = copy.object_as(object, spec)?;
        object.parameters().try_for_each(|parameter| copy.parameter(handle, parameter))?;
        object.commands().try_for_each(|command| copy.command(handle, command))?;
        object.events().try_for_each(|event| copy.event(handle, event))?;
        copy.unique_keys(handle, object.unique_keys())?;
    }
    Ok(copy.builder)
}

/// What is right below a row is steered by parameters of the row.
fn steered(spec: ObjectSpec, is_beside: impl Fn(&str) -> bool) -> Result<ObjectSpec, &'static str> {
    if spec.discriminator_parameter.as_deref().is_some_and(|name| !is_beside(name)) {
        return Err("without the parameter that says whether it exists");
    }
    let num_entries_parameter = spec.num_entries_parameter.filter(|name| is_beside(name));
    Ok(ObjectSpec { num_entries_parameter, ..spec })
}

fn step(above: &str, object: Object<'_>) -> alloc::string::String {
    alloc::format!("{above}{}{}", object.name(), if object.is_table() { ".{i}." } else { "." })
}

/// The table with a supported path, which may name mounts on the way; the final dot, and the `{i}` before it, may be
/// missing.
fn table_at(builder: &SchemaBuilder, path: &str) -> Option<ObjectHandle> {
    let path = path.strip_suffix('.').unwrap_or(path);
    let mut at = None;
    for step in path.strip_suffix(".{i}").unwrap_or(path).split('.') {
        at = match step.strip_prefix('{').and_then(|step| step.strip_suffix('}')) {
            Some("i") => at,
            Some(mount) => Some(builder.mounted(at?, mount)?),
            None => Some(builder.child(at, step)?),
        };
    }
    at
}
