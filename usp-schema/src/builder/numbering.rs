//! Where everything stands in the image.

use alloc::string::String;
use alloc::vec::Vec;

use super::{BuildError, SchemaBuilder};
use crate::image::layout::NONE16;

/// Positions in the image of what was drafted.
#[derive(Debug)]
pub(super) struct Numbering<'a> {
    builder: &'a SchemaBuilder,
    /// Drafts of objects in the order of the image.
    pub(super) objects: Vec<usize>,
    /// How many of them belong to the model; the others are argument objects.
    pub(super) model_objects: usize,
    /// Position in the image of each draft.
    positions: Vec<u32>,
    /// End of the sub-tree at each position.
    subtree_ends: Vec<u32>,
    /// First parameter at each position, and one more.
    first_parameters: Vec<u32>,
    /// Names of parameters in the order of the image.
    parameters: Vec<&'a str>,
}

impl<'a> Numbering<'a> {
    /// Puts the drafts in order: the model in pre-order, then the argument objects of each command and event.
    pub(super) fn new(builder: &'a SchemaBuilder) -> Result<Self, BuildError> {
        limit(builder.objects.len(), "objects")?;
        limit(builder.parameters.len(), "parameters")?;
        limit(builder.commands.len(), "commands")?;
        limit(builder.events.len(), "events")?;
        let mut this = Self {
            builder,
            objects: Vec::with_capacity(builder.objects.len()),
            model_objects: 0,
            positions: alloc::vec![u32::MAX; builder.objects.len()],
            subtree_ends: Vec::with_capacity(builder.objects.len()),
            first_parameters: Vec::with_capacity(builder.objects.len() + 1),
            parameters: Vec::with_capacity(builder.parameters.len()),
        };
        for &root in builder.roots.values() {
            this.number_subtree(root);
        }
        this.model_objects = this.objects.len();
        for at in 0..this.model_objects {
            let draft = &builder.objects[this.objects[at]];
            for &command in draft.commands.values() {
                let command = &builder.commands[command];
                for root in [command.input, command.output].into_iter().flatten() {
                    this.number_subtree(root);
                }
            }
            for root in draft.events.values().filter_map(|&event| builder.events[event].arguments) {
                this.number_subtree(root);
            }
        }
        for &index in &this.objects {
            let draft = &builder.objects[index];
            this.first_parameters.push(this.parameters.len() as u32);
            this.parameters.extend(draft.parameters.keys().map(String::as_str));
        }
        this.first_parameters.push(this.parameters.len() as u32);
        Ok(this)
    }

    /// Position in the image of a draft.
    pub(super) fn position(&self, draft: usize) -> u32 {
        self.positions[draft]
    }

    /// End of the sub-tree at this position.
    pub(super) fn subtree_end(&self, at: usize) -> u32 {
        self.subtree_ends[at]
    }

    /// Which of the parameters of an object has this name, counted from its first.
    pub(super) fn parameter_offset(&self, draft: usize, name: &str) -> Option<u16> {
        let at = self.positions[draft] as usize;
        let (first, end) = (self.first_parameters[at] as usize, self.first_parameters[at + 1] as usize);
        self.parameters[first..end].binary_search(&name).ok().map(|offset| offset as u16)
    }

    /// The drafts of objects, parameters, commands and events, each in the order of the image.
    pub(super) fn rows(&self) -> [Vec<usize>; 4] {
        let drafts = || self.objects.iter().map(|&index| &self.builder.objects[index]);
        [
            self.objects.clone(),
            drafts().flat_map(|draft| draft.parameters.values().copied()).collect(),
            drafts().flat_map(|draft| draft.commands.values().copied()).collect(),
            drafts().flat_map(|draft| draft.events.values().copied()).collect(),
        ]
    }

    fn number_subtree(&mut self, root: usize) {
        // The depth is bounded when objects are added.
        let at = self.objects.len();
        self.positions[root] = at as u32;
        self.objects.push(root);
        self.subtree_ends.push(0);
        let draft = &self.builder.objects[root];
        for &child in draft.children.values().chain(draft.mounts.values()) {
            self.number_subtree(child);
        }
        self.subtree_ends[at] = self.objects.len() as u32;
    }
}

/// A count that fits into a 16-bit column and is not mistaken for "nothing".
fn limit(count: usize, what: &'static str) -> Result<(), BuildError> {
    const LIMIT: usize = NONE16 as usize - 1;
    if count <= LIMIT { Ok(()) } else { Err(BuildError::TooLarge { what, limit: LIMIT }) }
}
