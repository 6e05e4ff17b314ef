use std::collections::HashSet;

use usp_schema::Status;

use super::{Arguments, Model};

/// How much there is in a [`Model`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Counts {
    /// Objects and tables.
    pub objects: usize,
    /// Parameters of objects, and of the model itself.
    pub parameters: usize,
    /// Commands.
    pub commands: usize,
    /// Events.
    pub events: usize,
    /// Arguments of commands and events.
    pub arguments: usize,
    /// Argument objects of commands and events.
    pub argument_objects: usize,
    /// Profiles.
    pub profiles: usize,
    /// Data types.
    pub data_types: usize,
}

impl Counts {
    /// What is inside an element that is left out is left out too.
    pub(super) fn of(model: &Model, keep: impl Fn(Status) -> bool) -> Self {
        let mut counts = Self {
            parameters: model.parameters.iter().filter(|parameter| keep(parameter.status)).count(),
            profiles: model.profiles.iter().filter(|profile| keep(profile.status)).count(),
            data_types: model.data_types.iter().filter(|data_type| keep(data_type.status)).count(),
            ..Self::default()
        };
        let mut left_out: HashSet<&str> = HashSet::new();
        for object in &model.objects {
            if !keep(object.status) || left_out.contains(object.parent_path()) {
                left_out.insert(&object.path);
                continue;
            }
            counts.objects += 1;
            counts.parameters += object.parameters.iter().filter(|parameter| keep(parameter.status)).count();
            for command in object.commands.iter().filter(|command| keep(command.status)) {
                counts.commands += 1;
                counts.add_arguments(command.input.as_ref(), &keep);
                counts.add_arguments(command.output.as_ref(), &keep);
            }
            for event in object.events.iter().filter(|event| keep(event.status)) {
                counts.events += 1;
                counts.add_arguments(Some(&event.arguments), &keep);
            }
        }
        counts
    }

    fn add_arguments(&mut self, arguments: Option<&Arguments>, keep: &impl Fn(Status) -> bool) {
        let Some(arguments) = arguments else { return };
        self.arguments += arguments.parameters.iter().filter(|parameter| keep(parameter.status)).count();
        for object in arguments.objects.iter().filter(|object| keep(object.status)) {
            self.argument_objects += 1;
            self.arguments += object.parameters.iter().filter(|parameter| keep(parameter.status)).count();
        }
    }
}
