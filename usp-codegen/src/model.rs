//! A data model as a file defines it, with everything resolved that refers to something else.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use usp_schema::Status;

use crate::resolve::resolve;
use crate::sources::{Files, declares_types, read_sources};
use crate::xml::{Source, read_document};
use crate::{CodegenError, ErrorKind, Version, Warning};

mod command;
mod counts;
mod data_type;
mod description;
mod event;
mod facets;
mod object;
mod parameter;
mod profile;
mod reference;
mod syntax;

pub use command::{Arguments, Command};
pub use counts::Counts;
pub use data_type::DataType;
pub use description::{Description, DescriptionAction};
pub use event::Event;
pub(crate) use facets::Facets;
pub use facets::{Enumeration, List, Pattern};
pub use object::{MountType, Object, UniqueKey};
pub use parameter::Parameter;
pub use profile::{Profile, ProfileItem, ProfileRequirement, RequiredAccess};
pub(crate) use reference::PathScope;
pub use reference::{EnumerationRef, PathRef};
pub use syntax::{DefaultValue, Syntax};

/// A data model that was read from a TR-106 file.
///
/// Elements that the file marks as deleted are here too, with their [`Status`]; what uses the model leaves them out
/// unless asked.
///
/// ```
/// use usp_codegen::Model;
///
/// let model = Model::from_xml("demo.xml", r#"
///     <dm:document xmlns:dm="urn:broadband-forum-org:cwmp:datamodel-1-15" spec="urn:example:demo">
///       <model name="Demo:1.0">
///         <object name="Device." access="readOnly" minEntries="1" maxEntries="1">
///           <parameter name="Uptime" access="readOnly">
///             <syntax><unsignedInt><units value="seconds"/></unsignedInt></syntax>
///           </parameter>
///         </object>
///       </model>
///     </dm:document>"#)?;
/// let device = model.object("Device.").expect("it is in the file");
/// assert_eq!(device.parameters()[0].syntax().units(), Some("seconds"));
/// # Ok::<(), usp_codegen::CodegenError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) specification: String,
    pub(crate) service: bool,
    pub(crate) version: Option<Version>,
    pub(crate) description: Option<Description>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) objects: Vec<Object>,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) data_types: Vec<Arc<DataType>>,
    pub(crate) templates: Vec<Template>,
    pub(crate) bibliography: Vec<BibliographyEntry>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) files: Files,
}

/// A piece of text that descriptions include by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A document that descriptions cite.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct BibliographyEntry {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) link: String,
}

impl Model {
    /// Reads a full file, such as the `*-full.xml` that the Broadband Forum publishes, or the root of split sources,
    /// such as its `*-usp.xml` or a vendor's own file, with all files that it imports.
    ///
    /// An imported file is looked for in the folder of the file that imports it, first by the name that the import
    /// gives, then by that name with the numbers of its specification; the highest corrigendum counts. Imports,
    /// components and base models may each be nested 64 deep, and there may be 1000 files, 1,000,000 elements that
    /// components put into the model, and 256 MiB of text to which they expand.
    ///
    /// Of several models in the file, the one that no other is based on counts. Entities that a file declares itself are
    /// put in, and may make it 1 MiB longer.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, is no TR-106 data model or contradicts itself or others, if files do not go together
    /// ([`ErrorKind::Sources`]), and if there is too much of something.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, CodegenError> {
        let path = path.as_ref();
        let name = path.to_string_lossy();
        let bytes = fs::read(path).map_err(|error| CodegenError::in_file(ErrorKind::Read(error), &name))?;
        let source = Source::from_bytes(&name, &bytes)?;
        match Self::from_source(source) {
            // Models are told apart, and entities put in, where files are put together.
            Err(error) => match error.kind() {
                ErrorKind::NotFull { .. } | ErrorKind::SeveralModels(_) => read_sources(path, &bytes),
                ErrorKind::Xml(_) if declares_types(source.text) => read_sources(path, &bytes),
                _ => Err(error),
            },
            read => read,
        }
    }

    /// Reads the text of a full file. The name is the one that errors and warnings show.
    ///
    /// # Errors
    ///
    /// As [`from_file`](Self::from_file), and if it has to be combined with other text first
    /// ([`ErrorKind::NotFull`]).
    pub fn from_xml(name: &str, text: &str) -> Result<Self, CodegenError> {
        Self::from_source(Source::from_text(name, text))
    }

    fn from_source(source: Source<'_>) -> Result<Self, CodegenError> {
        let mut model = read_document(source)?;
        resolve(&mut model)?;
        Ok(model)
    }

    /// The file, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Name and version, such as `Device:2.19`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URN of the specification that the file belongs to, such as `urn:broadband-forum-org:tr-181-2-19-1-usp`.
    pub fn specification(&self) -> &str {
        &self.specification
    }

    /// Whether it is the model of a service, whose objects stand below `Device.Services.`.
    pub fn is_service(&self) -> bool {
        self.service
    }

    /// What stands in front of the paths of its objects at run time.
    pub(crate) fn prefix(&self) -> &'static str {
        if self.service { "Device.Services." } else { "" }
    }

    /// What the model is for.
    pub fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// Parameters outside all objects: those that a service adds to `Device.Services.`.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// All objects in the order of the file.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The object at this path, such as `Device.IP.Interface.{i}.`. It takes one pass over the objects.
    pub fn object(&self, path: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.path == path)
    }

    /// All profiles in the order of the file.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// A profile with all that it builds on (`base`, `extends`), each once and before what builds on it; `None` where
    /// the model has no profile of this name. Where profiles build on each other in a circle, the one that was reached
    /// first comes last.
    pub fn profile_with_bases<'m>(&'m self, name: &str) -> Option<Vec<&'m Profile>> {
        let profiles: HashMap<&str, &Profile> =
            self.profiles.iter().map(|profile| (profile.name.as_str(), profile)).collect();
        // Each profile that is gone into, with those that it builds on and that were not looked at yet.
        let others = |profile: &'m Profile| {
            profile.base().into_iter().chain(profile.extends().iter().map(String::as_str))
        };
        let first = *profiles.get(name)?;
        let mut seen = HashSet::from([first.name.as_str()]);
        let mut order = Vec::new();
        let mut open = vec![(first, others(first))];
        while let Some((profile, waiting)) = open.last_mut() {
            match waiting.find_map(|name| profiles.get(name).filter(|other| seen.insert(&other.name))) {
                Some(other) => open.push((other, others(other))),
                None => {
                    order.push(*profile);
                    open.pop();
                }
            }
        }
        Some(order)
    }

    /// All data types in the order of the file.
    pub fn data_types(&self) -> impl Iterator<Item = &DataType> {
        self.data_types.iter().map(|data_type| &**data_type)
    }

    /// What is odd about the file.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// How many objects, parameters, commands and events there are, with or without those that are deleted.
    pub fn counts(&self, with_deleted: bool) -> Counts {
        Counts::of(self, |status| with_deleted || status != Status::Deleted)
    }
}
