use super::code::{Code, line, open};
use super::names::{Names, snake_case};
use super::plan::{Node, Plan, Step, Target};

/// Writes the path types and the function that begins a path.
pub(super) fn write_paths(code: &mut Code, plan: &Plan<'_>) {
    if plan.nodes.is_empty() {
        return;
    }
    write_conversions(code);
    let mut names = Names::with(FUNCTIONS.iter().copied());
    for node in &plan.nodes {
        if node.path.matches('.').count() == 1 {
            write_root(code, node, &mut names);
        }
    }
    for node in &plan.nodes {
        write_path_type(code, plan, node);
    }
}

/// Functions that the generated module has beside those that begin paths.
const FUNCTIONS: &[&str] = &["is_empty", "schema"];

/// The conversions that every path type has.
fn write_conversions(code: &mut Code) {
    code.gap();
    for text in CONVERSIONS.lines() {
        line!(code, "{text}");
    }
}

const CONVERSIONS: &str = "\
/// Conversions between a path type and the `ObjectPath` inside it, and its text.
macro_rules! path_conversions {
    ($path:ident, $row:ty) => {
        impl AsRef<typed::ObjectPath<$row>> for $path {
            fn as_ref(&self) -> &typed::ObjectPath<$row> {
                &self.0
            }
        }

        impl From<$path> for typed::ObjectPath<$row> {
            fn from(path: $path) -> Self {
                path.0
            }
        }

        impl From<typed::ObjectPath<$row>> for $path {
            fn from(path: typed::ObjectPath<$row>) -> Self {
                Self(path)
            }
        }

        impl core::fmt::Display for $path {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(&self.0, f)
            }
        }
    };
}";

fn write_root(code: &mut Code, node: &Node<'_>, names: &mut Names) {
    let name = snake_case(&node.path);
    let name = names.take([name.clone(), format!("{name}_root")]);
    code.gap();
    line!(code, "/// Begins a typed path at `{}`.", node.path);
    line!(code, "#[must_use]");
    open!(code, "pub fn {name}() -> {} {{", node.path_type);
    line!(code, "{}(typed::ObjectPath::from_text({:?}))", node.path_type, node.path);
    code.close("}");
}

fn write_path_type(code: &mut Code, plan: &Plan<'_>, node: &Node<'_>) {
    let name = &node.path_type;
    let inner = format!("typed::ObjectPath<{}>", row_type(node));
    code.gap();
    line!(code, "/// Leads to `{}`.", node.path);
    line!(code, "#[derive(Debug, Clone, PartialEq, Eq, Hash)]");
    line!(code, "pub struct {name}({inner});");
    if !node.steps.is_empty() {
        code.gap();
        open!(code, "impl {name} {{");
        for step in &node.steps {
            code.gap();
            write_step(code, plan, step);
        }
        code.close("}");
    }
    code.gap();
    line!(code, "path_conversions!({name}, {});", row_type(node));
}

fn write_step(code: &mut Code, plan: &Plan<'_>, step: &Step<'_>) {
    let method = &step.method;
    let typed = |kind: &str, of: &str| format!("typed::{kind}<{of}>");
    let (about, path_type, name) = match &step.to {
        Target::Object(child) => {
            let Some(child) = plan.nodes.get(*child) else { return };
            let constructor = format!("typed::ObjectPath::from_text({})", text(&own_name(child, "."), ""));
            write_function(code, method, "", &child.path, &child.path_type, &wrapped(child, &constructor));
            return;
        }
        Target::Row(child) => {
            let Some(child) = plan.nodes.get(*child) else { return };
            let argument = ", instance: impl Into<typed::InstanceSelector>";
            let text = text(&own_name(child, ".{}."), ", instance.into()");
            let constructor = format!("typed::ObjectPath::from_text({text})");
            write_function(
                code,
                method,
                argument,
                &child.path,
                &child.path_type,
                &wrapped(child, &constructor),
            );
            return;
        }
        Target::Table(child) => {
            let Some(child) = plan.nodes.get(*child) else { return };
            let path = child.path.trim_end_matches("{i}.");
            (path.to_owned(), typed("TablePath", row_type(child)), own_name(child, "."))
        }
        Target::Parameter(parameter, rust_type) => (
            parameter.name().to_owned(),
            typed("ParameterPath", &rust_type.source()),
            parameter.name().to_owned(),
        ),
        Target::Command(index) => {
            let Some(command) = plan.commands.get(*index) else { return };
            (command.path.clone(), typed("CommandPath", &command.name), command.command.name().to_owned())
        }
        Target::Event(index) => {
            let Some(event) = plan.events.get(*index) else { return };
            (event.path.clone(), typed("EventPath", &event.name), event.event.name().to_owned())
        }
    };
    let constructor =
        path_type.split('<').next().map_or_else(String::new, |path| format!("{path}::from_text"));
    let value = format!("{constructor}({})", text(&name, ""));
    write_function(code, method, "", &about, &path_type, &value);
}

fn write_function(code: &mut Code, method: &str, argument: &str, about: &str, returns: &str, value: &str) {
    line!(code, "/// To `{about}`.");
    line!(code, "#[must_use]");
    open!(code, "pub fn {method}(&self{argument}) -> {returns} {{");
    line!(code, "{value}");
    code.close("}");
}

/// The expression for this path with a name behind it.
fn text(name: &str, arguments: &str) -> String {
    format!("alloc::format!(\"{{}}{name}\", self.0{arguments})")
}

fn wrapped(node: &Node<'_>, constructor: &str) -> String {
    format!("{}({constructor})", node.path_type)
}

/// The last name of the path, with this behind it.
fn own_name(node: &Node<'_>, end: &str) -> String {
    let path = node.path.trim_end_matches("{i}.").trim_end_matches('.');
    let name = path.rsplit('.').next().unwrap_or(path);
    format!("{name}{end}")
}

fn row_type<'a>(node: &'a Node<'_>) -> &'a str {
    node.row.as_ref().map_or("()", |row| &row.name)
}
