use usp_codegen::{Element, ElementKind};

use crate::output::Output;

/// Shows objects, each with what is in it, indented by how deep it is.
pub(crate) fn print(elements: &[Element], path: Option<&str>, depth: Option<usize>, output: &mut Output) {
    let mut root = path.unwrap_or_default().to_owned();
    if !root.is_empty() && !root.ends_with('.') {
        root.push('.');
    }
    let top = levels(&root).saturating_sub(1);
    for element in elements {
        let shown = !matches!(element.kind, ElementKind::Profile | ElementKind::Type);
        if !shown || !element.path.starts_with(&root) {
            continue;
        }
        let level = levels(&element.path).saturating_sub(1).saturating_sub(top);
        if depth.is_none_or(|depth| level <= depth) {
            output.line(&format!("{}{}", "  ".repeat(level), label(element)));
        }
    }
}

/// How many names a path has; a table and its `{i}` are one.
fn levels(path: &str) -> usize {
    path.split('.').filter(|part| !part.is_empty() && *part != "{i}").count()
}

fn label(element: &Element) -> String {
    let path = element.path.trim_end_matches('.');
    let row = path.strip_suffix(".{i}");
    let name = row.unwrap_or(path).rsplit('.').next().unwrap_or(path);
    let row = if row.is_some() { ".{i}" } else { "" };
    match element.kind {
        ElementKind::Object | ElementKind::ArgumentObject => format!("{name}{row}."),
        _ => match &element.declared_type {
            Some(declared) if element.list => format!("{name}: list of {declared}"),
            Some(declared) => format!("{name}: {declared}"),
            None => name.to_owned(),
        },
    }
}
