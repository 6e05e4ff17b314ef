//! From a model to the schema image of it.

use std::collections::{HashMap, HashSet};

use usp_schema::{
    BuildError, CommandSpec, EnumerationRef, EnumerationValue, EventSpec, InnerListSpec, ListSpec,
    NestedBrackets, ObjectHandle, ObjectSpec, ParameterSpec, Range, ReferenceSpec, Schema, SchemaBuilder,
    Status, SyntaxSpec,
};

use crate::model::{
    Arguments, Command, Description, Event, List, MountType, Object, Parameter, Profile, ProfileItem,
    ProfileRequirement, Syntax,
};
use crate::{CodegenError, ErrorKind, Model, Version};

/// The facets of all parameters together may have so many bytes, those of a data type counted for each parameter that
/// uses it; in TR-181 2.19.1 it is some 600 kB.
const MAX_FACETS: usize = 64 << 20;

/// What goes into a schema image.
///
/// ```
/// use usp_codegen::ImageOptions;
///
/// // All that a device with one Ethernet port has, with the texts that a tool shows.
/// let options = ImageOptions::new().select("Device.DeviceInfo.").profile("EthernetInterface:1").descriptions(true);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageOptions {
    include_deleted: bool,
    descriptions: bool,
    paths: Vec<String>,
    profiles: Vec<String>,
}

impl ImageOptions {
    /// Everything but what the file marks as deleted, without descriptions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether elements that the file marks as deleted are put in as well. They are not by default: nobody supports
    /// them any more, and they are in the file for the record only. With a parameter go the Unique Keys that name it,
    /// and what it says of a table or object: how many rows there are, whether one is enabled, whether it exists.
    #[must_use]
    pub fn include_deleted(mut self, include: bool) -> Self {
        self.include_deleted = include;
        self
    }

    /// Whether descriptions are put in, their macros expanded. They are not by default: tools show them, devices have
    /// no use for them, and they take more room than everything else.
    #[must_use]
    pub fn descriptions(mut self, include: bool) -> Self {
        self.descriptions = include;
        self
    }

    /// Puts in only what is chosen, here by its supported path: a sub-tree (`Device.IP.`), a parameter, a command or an
    /// event. May be called again for more, and together with [`profile`](Self::profile).
    ///
    /// The rules are those of [`Schema::select`](usp_schema::Schema::select).
    #[must_use]
    pub fn select(mut self, path: impl Into<String>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Puts in only what is chosen, here what a profile of the model asks for (`IPInterface:2`), with the profiles that
    /// it builds on. May be called again for more.
    ///
    /// Parameters that count, enable or discriminate an object that is there come with it, asked for or not, and so
    /// do the Unique Keys whose parameters are all there.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profiles.push(name.into());
        self
    }

    pub(crate) fn keeps(&self, status: Status) -> bool {
        self.include_deleted || status != Status::Deleted
    }

    /// Whether only a part of the model is put in.
    fn chooses(&self) -> bool {
        !self.paths.is_empty() || !self.profiles.is_empty()
    }
}

impl Model {
    /// Makes the schema image of the model.
    ///
    /// A service's objects are put below `Device.Services.`, where they are at run time.
    ///
    /// # Errors
    ///
    /// If the model contradicts itself: a key or a parameter that steers an object is not defined, a pattern is no
    /// regular expression, or there is more of something than an image can hold. If a path or profile was chosen that
    /// the model does not have.
    pub fn to_schema(&self, options: &ImageOptions) -> Result<Schema, CodegenError> {
        let mut image = Image {
            model: self,
            options,
            builder: SchemaBuilder::new(self.name(), self.specification()),
            objects: HashMap::with_capacity(self.objects().len()),
            facets: 0,
        };
        let services = if self.is_service() { Some(image.services()?) } else { None };
        for parameter in self.parameters() {
            // Only services have parameters outside all objects.
            if let (Some(services), true) = (services, options.keeps(parameter.status())) {
                image.parameter(services, parameter, Version::default())?;
            }
        }
        for object in self.objects() {
            image.object(services, object).map_err(|error| error.within("object", object.path()))?;
        }
        let failed = |error| CodegenError::in_file(ErrorKind::Image(error), self.file());
        let schema = image.builder.build().map_err(failed)?;
        if !options.chooses() {
            return Ok(schema);
        }
        let mut paths: Vec<String> = options.paths.clone();
        for name in &options.profiles {
            paths.extend(self.paths_of_profile(name, options)?);
        }
        schema.select(paths.iter().map(String::as_str)).map_err(failed)
    }

    /// What a profile asks for, by supported paths, as far as it goes into an image.
    fn paths_of_profile(&self, name: &str, options: &ImageOptions) -> Result<Vec<String>, CodegenError> {
        let Some(profiles) = self.profile_with_bases(name) else {
            return Err(CodegenError::in_file(
                ErrorKind::UnknownProfile { name: name.to_owned() },
                self.file(),
            ));
        };
        let wanted: Vec<&ProfileRequirement> = profiles
            .into_iter()
            .flat_map(Profile::requirements)
            .filter(|requirement| options.keeps(requirement.status()))
            .collect();
        let is_alone = |object: &ProfileRequirement| {
            !wanted
                .iter()
                .any(|other| other.path() != object.path() && other.path().starts_with(object.path()))
        };
        // Arguments come with their command or event, and objects with what is in them.
        let chosen = wanted.iter().filter(|requirement| match requirement.kind() {
            ProfileItem::Parameter | ProfileItem::Command | ProfileItem::Event => true,
            ProfileItem::Object => is_alone(requirement),
            ProfileItem::ArgumentObject | ProfileItem::Argument => false,
        });
        let prefix = self.prefix();
        Ok(chosen.map(|requirement| format!("{prefix}{}", requirement.path())).collect())
    }
}

/// An object that was put in.
#[derive(Clone, Copy)]
struct Placed<'m> {
    handle: ObjectHandle,
    version: Version,
    parameters: &'m [Parameter],
}

struct Image<'m> {
    model: &'m Model,
    options: &'m ImageOptions,
    builder: SchemaBuilder,
    objects: HashMap<&'m str, Placed<'m>>,
    /// Bytes of the facets that were put in.
    facets: usize,
}

impl<'m> Image<'m> {
    /// The object that services are put into.
    fn services(&mut self) -> Result<ObjectHandle, CodegenError> {
        let device = self.builder.object(None, ObjectSpec::single("Device"));
        let device = device.map_err(|error| self.error(error, 1))?;
        let services = self.builder.object(Some(device), ObjectSpec::single("Services"));
        services.map_err(|error| self.error(error, 1))
    }

    fn object(&mut self, services: Option<ObjectHandle>, object: &'m Object) -> Result<(), CodegenError> {
        let parent = match object.parent_path() {
            "" => services.map(|handle| Placed {
                handle,
                version: Version::default(),
                parameters: self.model.parameters(),
            }),
            path => match self.objects.get(path) {
                Some(parent) => Some(*parent),
                // What is inside an object that is left out is left out too.
                None => return Ok(()),
            },
        };
        if !self.options.keeps(object.status()) {
            return Ok(());
        }
        let version = object.version().or(parent.map(|parent| parent.version)).unwrap_or_default();
        let spec = self.object_spec(object, version, parent.map_or(&[], |parent| parent.parameters));
        let handle = self
            .builder
            .object(parent.map(|parent| parent.handle), spec)
            .map_err(|error| self.error(error, object.line()))?;
        let parameters = object.parameters();
        self.objects.insert(object.path(), Placed { handle, version, parameters });
        if let Some(text) = self.description(object, object.name(), None, object.description()) {
            self.builder.describe_object(handle, text).map_err(|error| self.error(error, object.line()))?;
        }
        self.parameters(handle, object.parameters(), version)?;
        for parameter in object.parameters().iter().filter(|parameter| self.options.keeps(parameter.status()))
        {
            let subject = (parameter.name(), Some(parameter.syntax()));
            if let Some(text) = self.description(object, subject.0, subject.1, parameter.description()) {
                self.builder
                    .describe_parameter(handle, parameter.name(), text)
                    .map_err(|error| self.error(error, parameter.line()))?;
            }
        }
        self.unique_keys(handle, object)?;
        for command in object.commands() {
            if self.options.keeps(command.status()) {
                self.command(handle, object, command, version)
                    .map_err(|error| error.within("command", command.name()))?;
            }
        }
        for event in object.events() {
            if self.options.keeps(event.status()) {
                self.event(handle, object, event, version)
                    .map_err(|error| error.within("event", event.name()))?;
            }
        }
        Ok(())
    }

    fn parameters(
        &mut self,
        object: ObjectHandle,
        parameters: &[Parameter],
        version: Version,
    ) -> Result<(), CodegenError> {
        for parameter in parameters {
            if self.options.keeps(parameter.status()) {
                self.parameter(object, parameter, version)?;
            }
        }
        Ok(())
    }

    fn parameter(
        &mut self,
        object: ObjectHandle,
        parameter: &Parameter,
        version: Version,
    ) -> Result<(), CodegenError> {
        self.facets += size_of_facets(parameter.syntax());
        if self.facets > MAX_FACETS {
            let kind = ErrorKind::TooLarge { what: "the length of all facets", limit: MAX_FACETS };
            let (file, line) = self.model.location(parameter.line());
            return Err(CodegenError::on_line(kind, file, line).within("parameter", parameter.name()));
        }
        let spec = parameter_spec(parameter, version, self.options);
        self.builder
            .parameter(object, spec)
            .map_err(|error| self.error(error, parameter.line()).within("parameter", parameter.name()))
    }

    /// A key that names a parameter that is left out is no key any more.
    fn unique_keys(&mut self, handle: ObjectHandle, object: &Object) -> Result<(), CodegenError> {
        let gone: HashSet<&str> = object
            .parameters()
            .iter()
            .filter(|parameter| !self.options.keeps(parameter.status()))
            .map(Parameter::name)
            .collect();
        for key in object.unique_keys() {
            let names: Vec<&str> = key.parameters().iter().map(String::as_str).collect();
            if names.iter().all(|name| !gone.contains(name)) {
                self.builder
                    .unique_key(handle, key.is_functional(), &names)
                    .map_err(|error| self.error(error, key.line()))?;
            }
        }
        Ok(())
    }

    fn command(
        &mut self,
        object: ObjectHandle,
        owner: &Object,
        command: &Command,
        version: Version,
    ) -> Result<(), CodegenError> {
        let version = command.version().unwrap_or(version);
        let spec = CommandSpec {
            name: command.name().to_owned(),
            asynchronous: command.is_async(),
            version: schema_version(version),
            status: command.status(),
        };
        let line = command.line();
        let handle = self.builder.command(object, spec).map_err(|error| self.error(error, line))?;
        if let Some(text) = self.description(owner, command.name(), None, command.description()) {
            self.builder.describe_command(handle, text).map_err(|error| self.error(error, line))?;
        }
        if let Some(input) = command.input() {
            let object = self.builder.input(handle).map_err(|error| self.error(error, line))?;
            self.arguments(object, input, version).map_err(|error| error.within("input", ""))?;
        }
        if let Some(output) = command.output() {
            let object = self.builder.output(handle).map_err(|error| self.error(error, line))?;
            self.arguments(object, output, version).map_err(|error| error.within("output", ""))?;
        }
        Ok(())
    }

    fn event(
        &mut self,
        object: ObjectHandle,
        owner: &Object,
        event: &Event,
        version: Version,
    ) -> Result<(), CodegenError> {
        let version = event.version().unwrap_or(version);
        let spec = EventSpec {
            name: event.name().to_owned(),
            version: schema_version(version),
            status: event.status(),
        };
        let handle = self.builder.event(object, spec).map_err(|error| self.error(error, event.line()))?;
        if let Some(text) = self.description(owner, event.name(), None, event.description()) {
            self.builder.describe_event(handle, text).map_err(|error| self.error(error, event.line()))?;
        }
        if event.arguments().is_empty() {
            return Ok(());
        }
        let object = self.builder.arguments(handle).map_err(|error| self.error(error, event.line()))?;
        self.arguments(object, event.arguments(), version)
    }

    fn arguments(
        &mut self,
        top: ObjectHandle,
        arguments: &Arguments,
        version: Version,
    ) -> Result<(), CodegenError> {
        self.parameters(top, arguments.parameters(), version)?;
        let mut objects: HashMap<&str, (ObjectHandle, &[Parameter])> = HashMap::new();
        for object in arguments.objects() {
            let parent = match object.parent_path() {
                "" => Some((top, arguments.parameters())),
                path => objects.get(path).copied(),
            };
            let (Some((parent, outer)), true) = (parent, self.options.keeps(object.status())) else {
                continue;
            };
            let version = object.version().unwrap_or(version);
            let handle = self
                .builder
                .object(Some(parent), self.object_spec(object, version, outer))
                .map_err(|error| self.error(error, object.line()).within("object", object.path()))?;
            objects.insert(object.path(), (handle, object.parameters()));
            self.parameters(handle, object.parameters(), version)
                .and_then(|()| self.unique_keys(handle, object))
                .map_err(|error| error.within("object", object.path()))?;
        }
        Ok(())
    }

    /// `outer` are the parameters of the object around it. What steers it is left out with the parameter that does.
    fn object_spec(&self, object: &Object, version: Version, outer: &[Parameter]) -> ObjectSpec {
        let kept = |name: Option<&str>, parameters: &[Parameter]| {
            let name = name?;
            let parameter = parameters.iter().find(|parameter| parameter.name() == name);
            parameter.is_none_or(|one| self.options.keeps(one.status())).then(|| name.to_owned())
        };
        ObjectSpec {
            name: object.name().to_owned(),
            table: object.is_table(),
            access: object.access(),
            min_entries: object.min_entries(),
            max_entries: object.max_entries(),
            num_entries_parameter: kept(object.num_entries_parameter(), outer),
            enable_parameter: kept(object.enable_parameter(), object.parameters()),
            discriminator_parameter: kept(object.discriminator_parameter(), outer),
            mount_point: object.mount_type() == MountType::MountPoint,
            mandatory: object.is_mandatory(),
            version: schema_version(version),
            status: object.status(),
        }
    }

    /// The text of a description, where descriptions are wanted and there is one.
    fn description(
        &self,
        object: &Object,
        name: &str,
        syntax: Option<&Syntax>,
        description: Option<&Description>,
    ) -> Option<String> {
        let description = description.filter(|_| self.options.descriptions)?;
        let text = description.in_words(self.model, object.path(), name, syntax);
        (!text.is_empty()).then_some(text)
    }

    fn error(&self, error: BuildError, line: u32) -> CodegenError {
        let (file, line) = self.model.location(line);
        CodegenError::on_line(ErrorKind::Image(error), file, line)
    }
}

fn parameter_spec(parameter: &Parameter, version: Version, options: &ImageOptions) -> ParameterSpec {
    let syntax = parameter.syntax();
    ParameterSpec {
        name: parameter.name().to_owned(),
        syntax: syntax_spec(syntax, options),
        access: parameter.access(),
        default: syntax.default().map(|default| {
            let value = if syntax.list().is_some() { list_text(default.value()) } else { default.value() };
            (default.kind(), value.to_owned())
        }),
        secured: syntax.is_secured(),
        hidden: syntax.is_hidden(),
        command: syntax.is_command(),
        mandatory: parameter.is_mandatory(),
        active_notify: parameter.active_notify(),
        version: schema_version(parameter.version().unwrap_or(version)),
        status: parameter.status(),
    }
}

/// About as many bytes as the facets take until the image is made of them.
fn size_of_facets(syntax: &Syntax) -> usize {
    let patterns = syntax.patterns().iter().map(|pattern| pattern.value().len());
    let values = syntax.enumeration().iter().map(|value| value.value().len());
    let targets = syntax.reference().into_iter().flat_map(|one| one.targets()).map(String::len);
    let null = syntax.enumeration_ref().and_then(|one| one.null_value()).map(str::len);
    let names = [syntax.units().map(str::len), syntax.data_type().map(|one| one.name().len()), null];
    let texts = patterns.chain(values).chain(targets).chain(names.into_iter().flatten());
    let lists = [syntax.list(), syntax.inner_list()].into_iter().flatten().map(|list| list.sizes().len());
    let bounds = syntax.ranges().len() + syntax.sizes().len() + lists.sum::<usize>();
    texts.map(|length| length + size_of::<EnumerationValue>()).sum::<usize>() + bounds * size_of::<Range>()
}

fn syntax_spec(syntax: &Syntax, options: &ImageOptions) -> SyntaxSpec {
    SyntaxSpec {
        primitive: syntax.primitive(),
        list: syntax.list().map(|list| ListSpec {
            min_items: list.min_items(),
            max_items: list.max_items(),
            sizes: list.sizes().to_vec(),
            nested_brackets: list.nested_brackets() != NestedBrackets::Legacy,
            inner: syntax.inner_list().and_then(inner_list_spec),
        }),
        sizes: syntax.sizes().to_vec(),
        ranges: syntax.ranges().to_vec(),
        patterns: syntax
            .patterns()
            .iter()
            .filter(|pattern| options.keeps(pattern.status()))
            .map(|pattern| pattern.value().to_owned())
            .collect(),
        enumeration: syntax
            .enumeration()
            .iter()
            .filter(|enumeration| options.keeps(enumeration.status()))
            .map(|enumeration| EnumerationValue {
                value: enumeration.value().to_owned(),
                read_only: enumeration.is_read_only(),
                optional: enumeration.is_optional(),
                status: enumeration.status(),
            })
            .collect(),
        enumeration_ref: syntax.enumeration_ref().map(|reference| EnumerationRef {
            target: reference.target().to_owned(),
            null_value: reference.null_value().map(str::to_owned),
        }),
        reference: syntax.reference().map(|reference| ReferenceSpec {
            strong: reference.is_strong(),
            target: reference.target(),
            parents: reference.targets().to_vec(),
        }),
        data_type: syntax.data_type().map(|data_type| data_type.name().to_owned()),
        units: syntax.units().map(str::to_owned),
    }
}

/// The bounds of the lists in a list, if it has some.
fn inner_list_spec(list: &List) -> Option<InnerListSpec> {
    let inner = InnerListSpec {
        min_items: list.min_items(),
        max_items: list.max_items(),
        sizes: list.sizes().to_vec(),
    };
    (inner != InnerListSpec::default()).then_some(inner)
}

/// The list that a default in square brackets stands for, as it is written in a value.
pub(crate) fn list_text(default: &str) -> &str {
    default.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(default)
}

fn schema_version(version: Version) -> usp_schema::Version {
    usp_schema::Version { major: version.major, minor: version.minor }
}
