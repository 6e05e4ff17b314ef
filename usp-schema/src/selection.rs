//! Parts of a schema: a smaller one, and a builder that goes on from it.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::builder::{BuildError, SchemaBuilder};
use crate::copy::Copy;
use crate::ids::{CommandId, EventId, ParameterId};
use crate::object::Object;
use crate::parameter::Parameter;
use crate::schema::Schema;

impl Schema {
    /// A builder that holds all of this model, so that more can be added to it.
    ///
    /// # Errors
    ///
    /// The schema was loaded from an image that no builder has made, and breaks a rule of builders.
    pub fn to_builder(&self) -> Result<SchemaBuilder, BuildError> {
        let mut selection = Selection::new(self);
        self.roots().for_each(|root| selection.choose_subtree(root));
        selection.to_builder()
    }

    /// The part of this model that a device supports: the chosen sub-trees (`Device.IP.`, `Device.WiFi.SSID.{i}.`),
    /// parameters, commands and events, by their supported paths; in mounts, those of this path in each.
    ///
    /// The objects on the way to them are there as well, but bare: without parameters, commands and events, except for
    /// those chosen and for the parameters that count, enable or discriminate an object that is there, and with those
    /// Unique Keys whose parameters are all there. References may lead to paths that the smaller schema does not have.
    /// Identifiers and fingerprint are those of a schema of its own.
    ///
    /// ```
    /// # use usp_schema::{BuildError, ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
    /// # let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
    /// # let device = builder.object(None, ObjectSpec::single("Device"))?;
    /// # for name in ["DeviceInfo", "IP", "WiFi"] {
    /// #     let object = builder.object(Some(device), ObjectSpec::single(name))?;
    /// #     builder.parameter(object, ParameterSpec::new("Enable", SyntaxSpec::new(PrimitiveType::Boolean)))?;
    /// # }
    /// # let schema = builder.build()?;
    /// let small = schema.select(["Device.IP.", "Device.DeviceInfo."])?;
    /// assert!(small.parameter_at("Device.IP.Enable").is_some());
    /// assert!(small.object_at("Device.WiFi.").is_none());
    ///
    /// let error = schema.select(["Device.IP6."]).unwrap_err();
    /// assert_eq!(error.to_string(), "the model has no \"Device.IP6.\"");
    /// # Ok::<(), BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`BuildError::UnknownElement`] if a path is not that of an element of this model; otherwise as for
    /// [`to_builder`](Self::to_builder).
    pub fn select<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Result<Self, BuildError> {
        let mut selection = Selection::new(self);
        paths.into_iter().try_for_each(|path| selection.choose(path))?;
        selection.choose_steering_parameters();
        selection.to_builder()?.build()
    }
}

/// How much of an object is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Nothing,
    /// The object, and of its parts those that were chosen.
    Bare,
    Whole,
}

/// What is kept of a schema.
struct Selection<'s> {
    schema: &'s Schema,
    /// By position of the object.
    objects: Vec<Kept>,
    parameters: BTreeSet<ParameterId>,
    commands: BTreeSet<CommandId>,
    events: BTreeSet<EventId>,
}

impl<'s> Selection<'s> {
    fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            objects: alloc::vec![Kept::Nothing; schema.objects().len()],
            parameters: BTreeSet::new(),
            commands: BTreeSet::new(),
            events: BTreeSet::new(),
        }
    }

    fn choose(&mut self, path: &str) -> Result<(), BuildError> {
        let schema = self.schema;
        let objects = schema.objects_at(path);
        let parameters = schema.parameters_at(path);
        let commands = schema.elements_at(path, Object::command);
        let events = schema.elements_at(path, Object::event);
        if objects.is_empty() && parameters.is_empty() && commands.is_empty() && events.is_empty() {
            return Err(BuildError::UnknownElement { path: path.to_owned() });
        }
        objects.into_iter().for_each(|object| self.choose_subtree(object));
        let holders = parameters.iter().map(|found| found.object());
        let holders = holders.chain(commands.iter().map(|found| found.object()));
        holders.chain(events.iter().map(|found| found.object())).for_each(|object| self.choose_bare(object));
        self.parameters.extend(parameters.iter().map(|found| found.id()));
        self.commands.extend(commands.iter().map(|found| found.id()));
        self.events.extend(events.iter().map(|found| found.id()));
        Ok(())
    }

    fn choose_subtree(&mut self, object: Object<'_>) {
        let subtree = object.subtree();
        for kept in &mut self.objects[subtree.start as usize..subtree.end as usize] {
            *kept = Kept::Whole;
        }
        object.ancestors().for_each(|ancestor| self.choose_itself(ancestor));
    }

    fn choose_bare(&mut self, object: Object<'_>) {
        self.choose_itself(object);
        object.ancestors().for_each(|ancestor| self.choose_itself(ancestor));
    }

    fn choose_itself(&mut self, object: Object<'_>) {
        let kept = &mut self.objects[object.id().index() as usize];
        if *kept == Kept::Nothing {
            *kept = Kept::Bare;
        }
    }

    /// A parameter that an object names has to be there; the object that has it is there already.
    fn choose_steering_parameters(&mut self) {
        let kept = self.schema.objects().zip(&self.objects).filter(|(_, kept)| **kept != Kept::Nothing);
        for (object, _) in kept {
            let steering =
                [object.num_entries_parameter(), object.enable_parameter(), object.discriminator_parameter()];
            self.parameters.extend(steering.into_iter().flatten().map(Parameter::id));
        }
    }

    fn to_builder(&self) -> Result<SchemaBuilder, BuildError> {
        let builder = SchemaBuilder::new(self.schema.name(), self.schema.specification());
        let mut copy = Copy::new(builder, self.schema);
        for (object, &kept) in self.schema.objects().zip(&self.objects) {
            if kept == Kept::Nothing {
                continue;
            }
            let handle = copy.object(object)?;
            let whole = kept == Kept::Whole;
            let keeps = |parameter: Parameter<'_>| whole || self.parameters.contains(&parameter.id());
            for parameter in object.parameters().filter(|&parameter| keeps(parameter)) {
                copy.parameter(handle, parameter)?;
            }
            for command in object.commands().filter(|c| whole || self.commands.contains(&c.id())) {
                copy.command(handle, command)?;
            }
            for event in object.events().filter(|e| whole || self.events.contains(&e.id())) {
                copy.event(handle, event)?;
            }
            copy.unique_keys(handle, object.unique_keys().filter(|key| key.parameters().all(keeps)))?;
        }
        Ok(copy.builder)
    }
}
