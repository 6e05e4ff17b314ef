use usp_schema::{Parameter as InSchema, Schema, Status};

use super::{Findings, Rule};
use crate::Model;
use crate::model::Parameter;
use crate::resolve::for_each_place;

/// Defaults that are not values of their parameters, checked as an Agent would check them: with the image. Those that
/// the image leaves out are left alone.
pub(super) fn check(model: &Model, schema: &Schema, findings: &mut Findings<'_>) {
    let prefix = model.prefix();
    for_each_place(model, &mut |place, parameters| {
        for parameter in parameters.iter().filter(|parameter| parameter.status() != Status::Deleted) {
            let Some(default) = parameter.syntax().default() else { continue };
            let path = format!("{prefix}{}{}", place.base, parameter.name());
            let Some(message) = wrong_default(schema, &path, parameter) else { continue };
            let item = format!("{}{}", place.base, parameter.name());
            let message = format!("the default {:?} is not a value of it: {message}", default.value());
            findings.add(Rule::Default, parameter.line(), &item, message);
        }
    });
}

fn wrong_default(schema: &Schema, path: &str, parameter: &Parameter) -> Option<String> {
    let in_schema = find(schema, path, parameter.name())?;
    let (_, text) = in_schema.default()?;
    in_schema.syntax().parse(text).err().map(|error| error.to_string())
}

/// The parameter at a path, or the argument: these begin with the path of their command or event.
fn find<'s>(schema: &'s Schema, path: &str, name: &str) -> Option<InSchema<'s>> {
    let (owner, inner) = match path.find(").").or_else(|| path.find("!.")) {
        None => return schema.parameter_at(path),
        Some(end) => (path.get(..=end)?, path.get(end + 2..)?),
    };
    let mut object = match schema.command_at(owner) {
        Some(command) if inner.starts_with("Input.") => command.input()?,
        Some(command) => command.output()?,
        None => schema.event_at(owner)?.arguments()?,
    };
    let inner = inner.strip_prefix("Input.").or_else(|| inner.strip_prefix("Output.")).unwrap_or(inner);
    let objects = inner.strip_suffix(name)?;
    for part in objects.split('.').filter(|part| !part.is_empty() && *part != "{i}") {
        object = object.child(part)?;
    }
    object.parameter(name)
}
