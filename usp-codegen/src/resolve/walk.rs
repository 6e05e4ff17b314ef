use crate::model::{Arguments, Model, Parameter};

/// Where parameters or arguments stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// Path in front of their names: that of their object, or of their command or event with `Input.` or `Output.`
    /// and the path of the argument object.
    pub(crate) base: &'a str,
    /// For arguments, the object whose command or event they belong to.
    pub(crate) owner: Option<&'a str>,
}

/// Calls `visit` with the parameters of each object and the arguments of each command and event, in file order.
pub(crate) fn for_each_place<'m>(model: &'m Model, visit: &mut dyn FnMut(Place<'_>, &'m [Parameter])) {
    visit(Place { base: "", owner: None }, &model.parameters);
    for object in &model.objects {
        visit(Place { base: &object.path, owner: None }, &object.parameters);
        for command in &object.commands {
            for (arguments, direction) in [(&command.input, "Input."), (&command.output, "Output.")] {
                if let Some(arguments) = arguments {
                    let base = format!("{}{}.{direction}", object.path, command.name);
                    visit_arguments(arguments, &base, &object.path, visit);
                }
            }
        }
        for event in &object.events {
            let base = format!("{}{}.", object.path, event.name);
            visit_arguments(&event.arguments, &base, &object.path, visit);
        }
    }
}

fn visit_arguments<'m>(
    arguments: &'m Arguments,
    base: &str,
    owner: &str,
    visit: &mut dyn FnMut(Place<'_>, &'m [Parameter]),
) {
    visit(Place { base, owner: Some(owner) }, &arguments.parameters);
    for object in &arguments.objects {
        let base = format!("{base}{}", object.path);
        visit(Place { base: &base, owner: Some(owner) }, &object.parameters);
    }
}

/// [`for_each_place`] with the right to change the parameters.
pub(super) fn for_each_place_mut(model: &mut Model, visit: &mut dyn FnMut(Place<'_>, &mut [Parameter])) {
    visit(Place { base: "", owner: None }, &mut model.parameters);
    for object in &mut model.objects {
        visit(Place { base: &object.path, owner: None }, &mut object.parameters);
        for command in &mut object.commands {
            for (arguments, direction) in [(&mut command.input, "Input."), (&mut command.output, "Output.")] {
                if let Some(arguments) = arguments {
                    let base = format!("{}{}.{direction}", object.path, command.name);
                    visit_arguments_mut(arguments, &base, &object.path, visit);
                }
            }
        }
        for event in &mut object.events {
            let base = format!("{}{}.", object.path, event.name);
            visit_arguments_mut(&mut event.arguments, &base, &object.path, visit);
        }
    }
}

fn visit_arguments_mut(
    arguments: &mut Arguments,
    base: &str,
    owner: &str,
    visit: &mut dyn FnMut(Place<'_>, &mut [Parameter]),
) {
    visit(Place { base, owner: Some(owner) }, &mut arguments.parameters);
    for object in &mut arguments.objects {
        let base = format!("{base}{}", object.path);
        visit(Place { base: &base, owner: Some(owner) }, &mut object.parameters);
    }
}
