use std::collections::HashMap;

use super::documents::{DocumentId, Documents, Kind};
use super::tree::Element;
use crate::warning::WarningKind;
use crate::{CodegenError, Warning};

/// The data types that a model uses, each under a name of its own.
///
/// A type has the name in the model that it has in the file that uses it, so one that is imported under several names
/// is there several times. Where files use one name for different types, a number is added to the later ones.
#[derive(Debug)]
pub(super) struct DataTypes<'d> {
    documents: &'d Documents,
    /// In the order in which they were met.
    found: Vec<Found<'d>>,
    /// Places in that list by name in the model.
    places: HashMap<String, usize>,
    /// What names stand for that were looked up already, by file.
    resolved: HashMap<DocumentId, HashMap<String, String>>,
    warnings: Vec<Warning>,
}

/// A data type under the name that it has in the model.
#[derive(Debug, Clone)]
pub(super) struct Found<'d> {
    pub(super) name: String,
    pub(super) document: DocumentId,
    pub(super) element: Element<'d>,
}

impl<'d> DataTypes<'d> {
    pub(super) fn new(documents: &'d Documents) -> Self {
        let (found, places, resolved, warnings) = Default::default();
        Self { documents, found, places, resolved, warnings }
    }

    /// The name in the model for the data type that a file knows under this name.
    pub(super) fn name(
        &mut self,
        document: DocumentId,
        name: &str,
        user: Element<'d>,
    ) -> Result<&str, CodegenError> {
        if !self.is_resolved(document, name) {
            self.resolve(document, name, user)?;
        }
        Ok(self.resolved.get(&document).and_then(|names| names.get(name)).map_or("", String::as_str))
    }

    /// All data types, those of imported files first, in the order of their files.
    pub(super) fn in_order(&self) -> Vec<Found<'d>> {
        let mut list = self.found.clone();
        list.sort_by_key(|found| (self.documents.rank(found.document), found.element.index()));
        list
    }

    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    fn is_resolved(&self, document: DocumentId, name: &str) -> bool {
        self.resolved.get(&document).is_some_and(|names| names.contains_key(name))
    }

    /// Takes in a data type and all that it is based on, up to what was taken in before. That a type may be based on
    /// itself is left to the reader.
    fn resolve(&mut self, document: DocumentId, name: &str, user: Element<'d>) -> Result<(), CodegenError> {
        let (mut document, mut name, mut user) = (document, name.to_owned(), user);
        while !self.is_resolved(document, &name) {
            let (there, element) = self.find(document, &name, user)?;
            let chosen = self.take(&name, there, element);
            self.resolved.entry(document).or_default().insert(name, chosen);
            let Some(base) = element.value("base") else { break };
            (document, name, user) = (there, base.into_owned(), element);
        }
        Ok(())
    }

    /// What a name stands for in a file.
    ///
    /// Some published files use data types without importing them. They get the one that is known by this name to the
    /// file that was asked for or, if there is none, to the first file in the order of imports; with a warning.
    fn find(
        &mut self,
        document: DocumentId,
        name: &str,
        user: Element<'d>,
    ) -> Result<(DocumentId, Element<'d>), CodegenError> {
        let expected = self.documents.expect(Kind::DataType, document, name, user);
        if expected.is_ok() {
            return expected;
        }
        let order = core::iter::once(0).chain(self.documents.in_import_order());
        let Some(found) = order.filter_map(|id| self.documents.find(Kind::DataType, id, name)).next() else {
            return expected;
        };
        let file = user.file().to_owned();
        let message = format!(
            "data type {name} is neither defined in this file nor imported into it; that of {} is taken",
            found.1.file()
        );
        self.warnings.push(Warning {
            file,
            line: user.line(),
            item: name.to_owned(),
            message,
            kind: WarningKind::Element,
        });
        Ok(found)
    }

    /// Finds a name in the model for a definition: the given one, if no other definition has it.
    fn take(&mut self, name: &str, document: DocumentId, element: Element<'d>) -> String {
        let mut chosen = name.to_owned();
        let mut number = 2;
        while let Some(other) = self.places.get(&chosen).and_then(|place| self.found.get(*place)) {
            if self.same(other, document, element) {
                return chosen;
            }
            chosen = format!("{name}_{number}");
            number += 1;
        }
        self.places.insert(chosen.clone(), self.found.len());
        self.found.push(Found { name: chosen.clone(), document, element });
        chosen
    }

    /// Whether a definition is another one again: the same one, or one with the same words in another file.
    fn same(&self, known: &Found<'d>, document: DocumentId, element: Element<'d>) -> bool {
        if known.element == element {
            return true;
        }
        let base = |document, element: Element<'d>| {
            let name = element.value("base")?;
            self.documents.find(Kind::DataType, document, &name).map(|(_, base)| base)
        };
        known.element.text().split_whitespace().eq(element.text().split_whitespace())
            && base(known.document, known.element) == base(document, element)
    }
}
