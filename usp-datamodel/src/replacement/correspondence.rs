//! Which elements of one schema are those of another, by their names.

use alloc::vec::Vec;

use usp_schema::{CommandId, Object, ObjectId, ParameterId, Schema};

/// The elements of a schema that another one has too: of the same path, a table in both or in neither. Whether a
/// parameter still has its type is not asked.
#[derive(Debug)]
pub(crate) struct Correspondence {
    objects: Vec<Option<ObjectId>>,
    parameters: Vec<Option<ParameterId>>,
    commands: Vec<Option<CommandId>>,
}

impl Correspondence {
    /// From the elements of one schema to those of the other.
    pub(crate) fn new(from: &Schema, to: &Schema) -> Self {
        let mut found = Self { objects: Vec::new(), parameters: Vec::new(), commands: Vec::new() };
        // Parents stand before their children.
        for object in from.objects() {
            let same = found.same(object, to);
            put(&mut found.objects, object.id().index(), same.map(|same| same.id()));
            let Some(same) = same else { continue };
            for parameter in object.parameters() {
                let counterpart = same.parameter(parameter.name()).map(|other| other.id());
                put(&mut found.parameters, parameter.id().index(), counterpart);
            }
            for command in object.commands() {
                let counterpart = same.command(command.name()).map(|other| other.id());
                put(&mut found.commands, command.id().index(), counterpart);
            }
        }
        found
    }

    fn same<'s>(&self, object: Object<'_>, to: &'s Schema) -> Option<Object<'s>> {
        let same = match object.parent() {
            None => to.root(object.name()),
            Some(parent) => {
                let above = to.object(self.object(parent.id())?)?;
                if object.is_mount() { above.mount(object.name()) } else { above.child(object.name()) }
            }
        };
        same.filter(|same| same.is_table() == object.is_table())
    }

    pub(crate) fn object(&self, object: ObjectId) -> Option<ObjectId> {
        self.objects.get(object.index() as usize).copied().flatten()
    }

    pub(crate) fn parameter(&self, parameter: ParameterId) -> Option<ParameterId> {
        self.parameters.get(parameter.index() as usize).copied().flatten()
    }

    pub(crate) fn command(&self, command: CommandId) -> Option<CommandId> {
        self.commands.get(command.index() as usize).copied().flatten()
    }
}

fn put<T: Copy>(list: &mut Vec<Option<T>>, position: u32, item: Option<T>) {
    let position = position as usize;
    if list.len() <= position {
        list.resize(position + 1, None);
    }
    list[position] = item;
}
