use std::collections::HashMap;

use super::documents::{DocumentId, Documents, Kind};
use super::error::SourceError;
use super::first_version::first_version;
use super::merged::{Container, Layer, Members, Naming, Profile, defined_twice, unknown_base};
use super::tree::Element;
use crate::{CodegenError, ErrorKind, Version};

/// Components and base models may be nested this deep; in TR-181 2.19.1 it is 8.
const MAX_DEPTH: usize = 64;

/// All elements that components put into a model together may be so many. TR-181 2.19.1 has some 12,000, counted
/// with the references to components themselves.
const MAX_PLACED: usize = 1_000_000;

/// A model put together from its base models and from components.
#[derive(Debug, Default)]
pub(super) struct MergedModel<'d> {
    /// The `model` elements, base models first.
    pub(super) layers: Vec<Layer<'d>>,
    pub(super) content: Container<'d>,
}

impl<'d> MergedModel<'d> {
    /// Puts together a model.
    pub(super) fn build(
        documents: &'d Documents,
        document: DocumentId,
        model: Element<'d>,
    ) -> Result<Self, CodegenError> {
        let mut merged = Self::default();
        merged.content.version = first_version(documents, model)?;
        let mut expander = Expander {
            documents,
            scopes: Vec::new(),
            components: Vec::new(),
            models: Vec::new(),
            profiles: HashMap::new(),
            placed: 0,
        };
        expander.model(&mut merged, document, model)?;
        Ok(merged)
    }
}

struct Expander<'d> {
    documents: &'d Documents,
    /// The files from which the place at hand was reached, the one that was asked for first.
    scopes: Vec<DocumentId>,
    /// The components that are being expanded, each referring to the next.
    components: Vec<Element<'d>>,
    /// The models that are being put together, each the base of the one before.
    models: Vec<Element<'d>>,
    profiles: HashMap<String, usize>,
    placed: usize,
}

/// What counts for the text at hand.
#[derive(Debug, Clone, Copy)]
struct Context {
    document: DocumentId,
    /// Versions are raised to this.
    clamp: Option<Version>,
    /// The version that the nearest component reference states.
    stated: Option<Version>,
}

impl Context {
    fn layer(self, element: Element<'_>) -> Layer<'_> {
        Layer { element, document: self.document, clamp: self.clamp }
    }
}

impl<'d> Expander<'d> {
    fn model(
        &mut self,
        merged: &mut MergedModel<'d>,
        document: DocumentId,
        model: Element<'d>,
    ) -> Result<(), CodegenError> {
        if self.models.contains(&model) {
            let names = cycle(&self.models, model);
            return Err(model.error(SourceError::Cycle { kind: "model", names }));
        }
        check_depth(self.models.len(), model)?;
        self.models.push(model);
        self.scopes.push(document);
        if let Some(base) = model.value("base") {
            let (there, base) = self.documents.expect(Kind::Model, document, &base, model)?;
            self.model(merged, there, base)?;
        }
        let context = Context { document, clamp: None, stated: None };
        merged.layers.push(context.layer(model));
        self.content(&mut merged.content, model, "", context)
            .map_err(|error| error.within("model", &model.value("name").unwrap_or_default()))?;
        self.scopes.pop();
        self.models.pop();
        Ok(())
    }

    /// Takes in what a model, a component or arguments consist of. `prefix` is the path between the container and
    /// the text.
    fn content(
        &mut self,
        container: &mut Container<'d>,
        holder: Element<'d>,
        prefix: &str,
        context: Context,
    ) -> Result<(), CodegenError> {
        for child in holder.children() {
            match child.name() {
                "object" => self.object(container, child, prefix, context)?,
                "component" => self.component(container, child, prefix, context)?,
                "parameter" | "command" | "event" => {
                    let version = container.version_at(prefix);
                    let members = match container.object_mut(prefix) {
                        Some(object) => &mut object.members,
                        None if prefix.is_empty() => &mut container.members,
                        None => return Err(child.error(SourceError::UnknownOwner(prefix.to_owned()))),
                    };
                    self.member(members, child, version, context)?;
                }
                "profile" => self.profile(container, child, prefix, context)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn object(
        &mut self,
        container: &mut Container<'d>,
        element: Element<'d>,
        prefix: &str,
        context: Context,
    ) -> Result<(), CodegenError> {
        self.count(element)?;
        let naming = Naming::of(element)?;
        let path = format!("{prefix}{}", naming.text());
        container.place(&naming, prefix, context.layer(element))?;
        for child in element.children() {
            match child.name() {
                "parameter" | "command" | "event" => {
                    let version = container.version_at(&path);
                    if let Some(object) = container.object_mut(&path) {
                        self.member(&mut object.members, child, version, context)
                            .map_err(|error| error.within("object", &path))?;
                    }
                }
                "component" => self
                    .component(container, child, &path, context)
                    .map_err(|error| error.within("object", &path))?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes in a parameter, a command or an event. `version` is that of the object around it.
    fn member(
        &mut self,
        members: &mut Members<'d>,
        element: Element<'d>,
        version: Option<Version>,
        context: Context,
    ) -> Result<(), CodegenError> {
        self.count(element)?;
        let naming = Naming::of(element)?;
        let name = naming.text().to_owned();
        let member = members.place(naming, context.layer(element))?;
        if element.name() == "parameter" {
            return Ok(());
        }
        let version = member.version()?.or(version);
        let mut arguments = |slot: &mut Option<Box<Container<'d>>>, holder| {
            let container = slot.get_or_insert_default();
            container.version = version;
            container.arguments = true;
            self.content(container, holder, "", context)
        };
        let result = if element.name() == "event" {
            arguments(&mut member.arguments, element)
        } else {
            element.children().try_for_each(|child| match child.name() {
                "input" => arguments(&mut member.input, child),
                "output" => arguments(&mut member.output, child),
                _ => Ok(()),
            })
        };
        result.map_err(|error| error.within(element.name(), &name))
    }

    /// Expands a reference to a component. `place` is the path of the object in which the reference stands.
    fn component(
        &mut self,
        container: &mut Container<'d>,
        reference: Element<'d>,
        place: &str,
        context: Context,
    ) -> Result<(), CodegenError> {
        self.count(reference)?;
        let name = reference.required("ref")?;
        let (document, component) = self.find_component(context.document, &name, reference)?;
        if self.components.contains(&component) {
            let names = cycle(&self.components, component);
            return Err(reference.error(SourceError::Cycle { kind: "component", names }));
        }
        check_depth(self.components.len(), reference)?;
        let stated = context.layer(reference).version()?.or(context.stated);
        let clamp = stated.or_else(|| container.version_at(place)).max(context.clamp);
        let prefix = format!("{place}{}", reference.value("path").unwrap_or_default());
        if !prefix.is_empty() && !container.has(&prefix) {
            return Err(reference.error(SourceError::UnknownOwner(prefix)));
        }
        self.components.push(component);
        self.scopes.push(document);
        self.content(container, component, &prefix, Context { document, clamp, stated })
            .map_err(|error| error.within("component", &name))?;
        self.scopes.pop();
        self.components.pop();
        Ok(())
    }

    /// The component that a reference means: that of its file or, if that is virtual or empty, the first one of the
    /// same name that is not, in the files from which this place was reached, nearest first.
    fn find_component(
        &self,
        document: DocumentId,
        name: &str,
        reference: Element<'d>,
    ) -> Result<(DocumentId, Element<'d>), CodegenError> {
        let found = self.documents.expect(Kind::Component, document, name, reference)?;
        if gives_way(found.1) {
            let others = self.scopes.iter().rev();
            let mut others = others.filter_map(|scope| self.documents.find(Kind::Component, *scope, name));
            if let Some(other) = others.find(|(_, component)| !gives_way(*component)) {
                return Ok(other);
            }
        }
        Ok(found)
    }

    fn profile(
        &mut self,
        container: &mut Container<'d>,
        element: Element<'d>,
        prefix: &str,
        context: Context,
    ) -> Result<(), CodegenError> {
        self.count(element)?;
        if container.arguments {
            return Err(
                element.error(SourceError::Misplaced { element: "profile".to_owned(), place: "arguments" })
            );
        }
        let profiles = &mut container.profiles;
        let naming = Naming::of(element)?;
        let layer = (context.layer(element), prefix.to_owned());
        match (self.profiles.get(naming.text()).and_then(|index| profiles.get_mut(*index)), naming) {
            (None, Naming::New(name)) => {
                self.profiles.insert(name.into_owned(), profiles.len());
                profiles.push(Profile { layers: vec![layer] });
            }
            (Some(profile), Naming::Change(_)) => profile.layers.push(layer),
            (Some(profile), Naming::New(name)) => {
                let first = profile.layers.first().map(|(layer, _)| layer);
                return Err(defined_twice(name.into_owned(), element, first));
            }
            (None, Naming::Change(name)) => return Err(unknown_base(name.into_owned(), element)),
        }
        Ok(())
    }

    fn count(&mut self, element: Element<'d>) -> Result<(), CodegenError> {
        self.placed += 1;
        if self.placed > MAX_PLACED {
            let what = "the number of elements that components expand to";
            return Err(element.error(ErrorKind::TooLarge { what, limit: MAX_PLACED }));
        }
        Ok(())
    }
}

/// Whether a component is there to be replaced by another of its name.
fn gives_way(component: Element<'_>) -> bool {
    let is_virtual = component.value("virtual").is_some_and(|value| matches!(&*value, "true" | "1"));
    is_virtual || component.children().all(|child| child.name() == "description")
}

fn check_depth(depth: usize, element: Element<'_>) -> Result<(), CodegenError> {
    if depth < MAX_DEPTH {
        return Ok(());
    }
    let kind = ErrorKind::TooLarge { what: "the depth of components and base models", limit: MAX_DEPTH };
    Err(element.error(kind))
}

/// The names from an element of the list to its end, and that element's again.
fn cycle(list: &[Element<'_>], again: Element<'_>) -> Vec<String> {
    let names = list.iter().skip_while(|element| **element != again).chain([&again]);
    names.map(|element| element.value("name").unwrap_or_default().into_owned()).collect()
}
