use std::collections::{HashMap, HashSet};

use usp_schema::ReferenceTarget;

use super::relative_path::PathRules;
use super::walk::{Place, for_each_place, for_each_place_mut};
use crate::model::{Model, Parameter};
use crate::warning::{Warning, WarningKind};
use crate::{CodegenError, ErrorKind};

/// All references together may have so many bytes, as they stand in the file and resolved. Each use of a data type
/// counts, because it leads to another place; in TR-181 2.19.1 it is some 18 kB.
const MAX_SIZE: usize = 64 << 20;

/// Gives references and enumeration references the full paths of their targets, and warns of those that lead
/// nowhere.
pub(super) fn resolve_references(model: &mut Model) -> Result<(), CodegenError> {
    let rules = PathRules::new(&root(model));
    let objects: HashSet<String> = model.objects.iter().map(|object| object.path.clone()).collect();
    let file = model.file.clone();
    let mut size = 0;
    let mut result = Ok(());
    for_each_place_mut(model, &mut |place, parameters| {
        for parameter in parameters {
            if size <= MAX_SIZE {
                size += resolve(place, parameter, &rules, &objects);
            }
            if size > MAX_SIZE && result.is_ok() {
                let kind = ErrorKind::TooLarge { what: "the length of all references", limit: MAX_SIZE };
                result = Err(CodegenError::on_line(kind, &file, parameter.line));
            }
        }
    });
    result?;
    let warnings = dangling(model, &objects);
    model.warnings.extend(warnings);
    Ok(())
}

/// The root object, or the object of a service.
fn root(model: &Model) -> String {
    let Some(first) = model.objects.first() else { return String::new() };
    let path = first.path.as_str();
    let end = path.find('.').map_or(path.len(), |dot| dot + 1);
    let (name, rest) = path.split_at(end);
    if rest.starts_with("{i}.") { format!("{name}{{i}}.") } else { name.to_owned() }
}

/// Resolves what a parameter refers to; tells how many bytes it takes.
fn resolve(
    place: Place<'_>,
    parameter: &mut Parameter,
    rules: &PathRules,
    objects: &HashSet<String>,
) -> usize {
    let mut size = 0;
    let syntax = &mut parameter.syntax;
    if syntax.data_type.is_some() {
        // A reference that comes from a data type means another target in each place.
        if syntax.facets.reference.is_none() {
            syntax.facets.reference = syntax.reference().cloned().map(Box::new);
        }
        if syntax.facets.enumeration_ref.is_none() {
            syntax.facets.enumeration_ref = syntax.enumeration_ref().cloned().map(Box::new);
        }
    }
    if let Some(reference) = &mut syntax.facets.enumeration_ref {
        reference.target = rules.resolve(place.base, &reference.target_param, reference.target_param_scope);
        size += reference.target.len() + reference.target_param.len();
    }
    if let Some(reference) = &mut syntax.facets.reference {
        let row = reference.target == ReferenceTarget::Row;
        let scope = reference.target_parent_scope;
        let known = |target: &str| !row || objects.contains(&format!("{target}{{i}}."));
        reference.targets = Vec::with_capacity(reference.target_parents.len());
        for written in &reference.target_parents {
            let mut target = rules.resolve(place.base, written, scope);
            if let (false, Some(owner)) = (known(&target), place.owner) {
                // Some published commands count levels as if command and direction were one.
                let other = rules.resolve(&format!("{owner}Arguments."), written, scope);
                if known(&other) {
                    target = other;
                }
            }
            if row && objects.contains(&target) {
                // A path that ends at a row of a table means the table.
                let table = target.strip_suffix("{i}.").map_or(target.len(), str::len);
                target.truncate(table);
            }
            size += target.len() + written.len();
            reference.targets.push(target);
        }
    }
    size
}

/// A warning for each reference whose target is not in the model. Targets in other models are left alone.
fn dangling(model: &Model, objects: &HashSet<String>) -> Vec<Warning> {
    let root = root(model);
    let parameters = parameters_by_place(model);
    let mut warnings = Vec::new();
    for_each_place(model, &mut |place, own| {
        for parameter in own {
            for message in dangling_in(parameter, &root, objects, &parameters) {
                let item = format!("{}{}", place.base, parameter.name);
                let (file, line) = (model.file.clone(), parameter.line);
                warnings.push(Warning { file, line, item, message, kind: WarningKind::Reference });
            }
        }
    });
    warnings
}

fn dangling_in(
    parameter: &Parameter,
    root: &str,
    objects: &HashSet<String>,
    parameters: &HashMap<String, &[Parameter]>,
) -> Vec<String> {
    let mut messages = Vec::new();
    if let Some(reference) = parameter.syntax.enumeration_ref() {
        let target = &reference.target;
        let (base, name) = target.split_at(target.rfind('.').map_or(0, |dot| dot + 1));
        let found = parameters.get(base).is_some_and(|known| known.iter().any(|one| one.name == name));
        if !found && base.starts_with(root) {
            let written = &reference.target_param;
            messages.push(format!("enumerationRef {written:?} leads to {target}, which is not defined"));
        }
    }
    if let Some(reference) = parameter.syntax.reference() {
        for (written, target) in reference.target_parents.iter().zip(&reference.targets) {
            let found = objects.contains(target) || objects.contains(&format!("{target}{{i}}."));
            if !found && target.starts_with(root) {
                messages.push(format!("pathRef {written:?} leads to {target}, which is not defined"));
            }
        }
    }
    messages
}

/// The parameters of each object, and of the arguments of each command and event.
fn parameters_by_place(model: &Model) -> HashMap<String, &[Parameter]> {
    let mut places = HashMap::with_capacity(2 * model.objects.len());
    for_each_place(model, &mut |place, parameters| {
        places.insert(place.base.to_owned(), parameters);
    });
    places
}
