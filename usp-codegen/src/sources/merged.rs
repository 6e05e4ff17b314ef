use std::borrow::Cow;
use std::collections::HashMap;

use super::documents::DocumentId;
use super::error::SourceError;
use super::tree::Element;
use crate::xml::MAX_NAME;
use crate::{CodegenError, ErrorKind, Version};

/// One definition of an element, or one change to it: the text in a file, and how it came to be here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer<'d> {
    pub(super) element: Element<'d>,
    /// The file in which names in the text are looked up.
    pub(super) document: DocumentId,
    /// Versions in the text that are lower are raised to this.
    pub(super) clamp: Option<Version>,
}

impl Layer<'_> {
    pub(super) fn version(&self) -> Result<Option<Version>, CodegenError> {
        Ok(self.element.version()?.map(|version| self.clamped(version)))
    }

    pub(super) fn clamped(&self, version: Version) -> Version {
        self.clamp.map_or(version, |clamp| clamp.max(version))
    }
}

/// What holds objects and parameters: a model, or the arguments of a command in one direction or of an event.
#[derive(Debug, Default)]
pub(super) struct Container<'d> {
    /// The version that counts for what states none.
    pub(super) version: Option<Version>,
    /// Parameters outside all objects.
    pub(super) members: Members<'d>,
    pub(super) objects: Vec<Object<'d>>,
    pub(super) profiles: Vec<Profile<'d>>,
    /// Whether it holds arguments, which have no profiles.
    pub(super) arguments: bool,
    paths: HashMap<String, usize>,
}

/// An object and all that was said about it.
#[derive(Debug)]
pub(super) struct Object<'d> {
    pub(super) path: String,
    /// The definition, then what changes it.
    pub(super) layers: Vec<Layer<'d>>,
    pub(super) members: Members<'d>,
    version: Option<Version>,
}

/// Parameters, commands and events in the order in which they are defined.
#[derive(Debug, Default)]
pub(super) struct Members<'d> {
    pub(super) list: Vec<Member<'d>>,
    names: HashMap<Cow<'d, str>, usize>,
}

/// A parameter, a command or an event, and all that was said about it.
#[derive(Debug)]
pub(super) struct Member<'d> {
    /// The definition, then what changes it.
    pub(super) layers: Vec<Layer<'d>>,
    /// Arguments of an event.
    pub(super) arguments: Option<Box<Container<'d>>>,
    pub(super) input: Option<Box<Container<'d>>>,
    pub(super) output: Option<Box<Container<'d>>>,
}

/// A profile and what changes it.
#[derive(Debug)]
pub(super) struct Profile<'d> {
    /// Each with the path in front of the paths that it names.
    pub(super) layers: Vec<(Layer<'d>, String)>,
}

/// How an element says what it is about.
pub(super) enum Naming<'d> {
    /// It defines something new of this name.
    New(Cow<'d, str>),
    /// It changes what has this name.
    Change(Cow<'d, str>),
}

impl<'d> Naming<'d> {
    pub(super) fn of(element: Element<'d>) -> Result<Self, CodegenError> {
        let naming = match (element.value("name"), element.value("base")) {
            (Some(name), _) => Self::New(name),
            (None, Some(base)) => Self::Change(base),
            (None, None) => return Err(element.error(SourceError::Unnamed(element.name().to_owned()))),
        };
        if naming.text().is_empty() {
            let rule = "it is empty";
            return Err(element.error(ErrorKind::BadName { name: String::new(), kind: "an element", rule }));
        }
        check_length("the length of a name", naming.text(), element)?;
        Ok(naming)
    }

    /// The name, whichever it is.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::New(name) | Self::Change(name) => name,
        }
    }
}

impl<'d> Container<'d> {
    pub(super) fn object_mut(&mut self, path: &str) -> Option<&mut Object<'d>> {
        self.objects.get_mut(*self.paths.get(path)?)
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.contains_key(path)
    }

    /// The version of the object at this path, or that of the nearest object around it that has one.
    pub(super) fn version_at(&self, path: &str) -> Option<Version> {
        let mut path = path;
        while !path.is_empty() {
            let object = self.paths.get(path).and_then(|index| self.objects.get(*index));
            if let Some(version) = object.and_then(|object| object.version) {
                return Some(version);
            }
            path = parent_path(path);
        }
        self.version
    }

    /// Takes in a definition of an object, or a change to one, and hands back what is known of it by then.
    pub(super) fn place(
        &mut self,
        naming: &Naming<'d>,
        prefix: &str,
        layer: Layer<'d>,
    ) -> Result<&mut Object<'d>, CodegenError> {
        let path = format!("{prefix}{}", naming.text());
        check_length("the length of a path", &path, layer.element)?;
        let index = match (naming, self.paths.get(&path)) {
            (Naming::New(_), None) => {
                let index = self.objects.len();
                let members = Members::default();
                self.objects.push(Object { path: path.clone(), layers: Vec::new(), members, version: None });
                self.paths.insert(path, index);
                index
            }
            (Naming::Change(_), Some(index)) => *index,
            (Naming::New(_), Some(index)) => {
                let first = self.objects.get(*index).and_then(|object| object.layers.first());
                return Err(defined_twice(path, layer.element, first));
            }
            (Naming::Change(_), None) => return Err(unknown_base(path, layer.element)),
        };
        let version = layer.version()?;
        match self.objects.get_mut(index) {
            Some(object) => {
                object.layers.push(layer);
                object.version = version.or(object.version);
                Ok(object)
            }
            None => Err(unknown_base(naming.text().to_owned(), layer.element)),
        }
    }

    /// Objects so that each stands behind the one around it, and in the order of their definitions otherwise.
    ///
    /// An object without one around it is an error.
    pub(super) fn in_tree_order(&self) -> Result<Vec<&Object<'d>>, CodegenError> {
        let mut tops = Vec::new();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.objects.len()];
        for (index, object) in self.objects.iter().enumerate() {
            let parent = parent_path(&object.path);
            match self.paths.get(parent) {
                Some(parent) => children.get_mut(*parent).into_iter().for_each(|list| list.push(index)),
                None if parent.is_empty() => tops.push(index),
                None => {
                    let error = SourceError::UnknownOwner(parent.to_owned());
                    return Err(match object.layers.first() {
                        Some(layer) => layer.element.error(error).within("object", &object.path),
                        None => CodegenError::new(error.into()),
                    });
                }
            }
        }
        let mut ordered = Vec::with_capacity(self.objects.len());
        let mut waiting: Vec<usize> = tops.into_iter().rev().collect();
        while let Some(index) = waiting.pop() {
            ordered.extend(self.objects.get(index));
            waiting.extend(children.get(index).into_iter().flatten().rev());
        }
        Ok(ordered)
    }
}

impl<'d> Members<'d> {
    /// Takes in a definition of a parameter, command or event, or a change to one.
    pub(super) fn place(
        &mut self,
        naming: Naming<'d>,
        layer: Layer<'d>,
    ) -> Result<&mut Member<'d>, CodegenError> {
        let index = match naming {
            Naming::New(name) => match self.names.get(&name) {
                Some(index) => {
                    let first = self.list.get(*index).and_then(|member| member.layers.first());
                    return Err(defined_twice(name.into_owned(), layer.element, first));
                }
                None => {
                    let index = self.list.len();
                    self.list.push(Member { layers: Vec::new(), arguments: None, input: None, output: None });
                    self.names.insert(name, index);
                    index
                }
            },
            Naming::Change(name) => {
                let known = self.names.get(&name).copied();
                known.ok_or_else(|| unknown_base(name.into_owned(), layer.element))?
            }
        };
        match self.list.get_mut(index) {
            Some(member) => {
                member.layers.push(layer);
                Ok(member)
            }
            None => Err(unknown_base(String::new(), layer.element)),
        }
    }
}

impl Member<'_> {
    /// The version that it states.
    pub(super) fn version(&self) -> Result<Option<Version>, CodegenError> {
        for layer in self.layers.iter().rev() {
            if let Some(version) = layer.version()? {
                return Ok(Some(version));
            }
        }
        Ok(None)
    }
}

/// Checks a name before it is put in wherever components say.
fn check_length(what: &'static str, text: &str, element: Element<'_>) -> Result<(), CodegenError> {
    if text.len() <= MAX_NAME {
        return Ok(());
    }
    Err(element.error(ErrorKind::TooLarge { what, limit: MAX_NAME }))
}

pub(super) fn defined_twice(name: String, element: Element<'_>, first: Option<&Layer<'_>>) -> CodegenError {
    let (file, line) = first.map_or(("", 0), |layer| (layer.element.file(), layer.element.line()));
    element.error(SourceError::DefinedTwice { name, file: file.to_owned(), line })
}

pub(super) fn unknown_base(name: String, element: Element<'_>) -> CodegenError {
    element.error(SourceError::UnknownBase { kind: element.name().to_owned(), name })
}

/// The path of the object around the one at this path; empty at the top.
fn parent_path(path: &str) -> &str {
    let path = path.strip_suffix('.').unwrap_or(path);
    let path = path.strip_suffix(".{i}").unwrap_or(path);
    path.rfind('.').and_then(|dot| path.get(..=dot)).unwrap_or_default()
}
