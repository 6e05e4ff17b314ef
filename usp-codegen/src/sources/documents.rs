use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::SourceError;
use super::file_name::DocumentName;
use super::tree::{Element, Tree};
use crate::warning::WarningKind;
use crate::xml::{is_in_document, meant};
use crate::{CodegenError, ErrorKind, Warning};

/// So many files may belong to one model; TR-181 2.19.1 has 97.
const MAX_FILES: usize = 1000;

/// Imports may be nested this deep.
const MAX_DEPTH: usize = 64;

/// The files of a model, each read once, and what names stand for in each of them.
#[derive(Debug)]
pub(super) struct Documents {
    list: Vec<Document>,
    warnings: Vec<Warning>,
}

/// Number of a file: 0 for the one that was asked for.
pub(super) type DocumentId = usize;

/// What files define for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Component,
    DataType,
    Model,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Component, Self::DataType, Self::Model];

    /// The name of the element that defines or imports one.
    pub(super) fn element(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::DataType => "dataType",
            Self::Model => "model",
        }
    }

    fn of(element: Element<'_>) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.element() == element.name())
    }
}

#[derive(Debug)]
struct Document {
    tree: Tree,
    names: [HashMap<String, Named>; 3],
    /// Place in the order in which files are complete: what a file imports comes before it.
    rank: usize,
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    Here { index: u32, line: u32 },
    There { document: DocumentId, name: String },
}

impl Documents {
    /// Reads a file, whose contents are known already, and all files that it imports.
    pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Self, CodegenError> {
        let mut loader = Loader::default();
        let identity = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        loader.load(path, identity, bytes)?;
        Ok(Self { list: loader.list, warnings: loader.warnings })
    }

    /// The root element of a file.
    pub(super) fn root(&self, document: DocumentId) -> Option<Element<'_>> {
        self.list.get(document)?.tree.root()
    }

    /// The model of the file that was asked for: the one that no other model there is based on.
    pub(super) fn model(&self) -> Result<Element<'_>, CodegenError> {
        let root = self.root(0).into_iter();
        let models: Vec<Element<'_>> =
            root.flat_map(Element::children).filter(|child| child.name() == "model").collect();
        let is_base = |model: &Element<'_>| {
            let name = model.value("name");
            models.iter().any(|other| other != model && other.value("base") == name)
        };
        let tops: Vec<Element<'_>> = models.iter().copied().filter(|model| !is_base(model)).collect();
        let file = self.files().next().map_or("", |(file, _)| file);
        match (tops.as_slice(), models.first()) {
            ([model], _) => Ok(*model),
            (_, None) => Err(self.no_model(file)),
            // All are based on each other, which is found out on the way.
            ([], Some(model)) => Ok(*model),
            (tops, _) => {
                let names = tops.iter().map(|model| model.value("name").unwrap_or_default().into_owned());
                Err(CodegenError::in_file(ErrorKind::SeveralModels(names.collect()), file))
            }
        }
    }

    /// The error for a file without a model, by the element that was perhaps meant to be one.
    fn no_model(&self, file: &str) -> CodegenError {
        let unknown = || {
            let elements = self.root(0).into_iter().flat_map(Element::children);
            elements.filter(|element| !is_in_document(element.name()))
        };
        match unknown().find(|element| meant(element.name()) == Some("model")).or_else(|| unknown().next()) {
            Some(element) => element.error(ErrorKind::unknown_element(element.name())),
            None => CodegenError::in_file(ErrorKind::NoModel, file),
        }
    }

    /// All files, what they import before themselves.
    pub(super) fn in_import_order(&self) -> Vec<DocumentId> {
        let mut order: Vec<DocumentId> = (0..self.list.len()).collect();
        order.sort_unstable_by_key(|id| self.rank(*id));
        order
    }

    pub(super) fn rank(&self, document: DocumentId) -> usize {
        self.list.get(document).map_or(0, |document| document.rank)
    }

    /// Files with their numbers of lines, in the order of their numbers.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, usize)> {
        self.list.iter().map(|document| (document.tree.file(), document.tree.lines()))
    }

    /// Whether there is an element of this kind in any of the files.
    pub(super) fn any_element(&self, wanted: impl Fn(Element<'_>) -> bool) -> bool {
        let roots = self.list.iter().filter_map(|document| document.tree.root());
        roots.flat_map(Element::all).any(wanted)
    }

    /// What a name stands for in this file: where it is defined, and the definition.
    pub(super) fn find(
        &self,
        kind: Kind,
        document: DocumentId,
        name: &str,
    ) -> Option<(DocumentId, Element<'_>)> {
        let (mut document, mut name) = (document, name);
        // Imports do not go in circles, so this ends.
        loop {
            let here = self.list.get(document)?;
            match here.names(kind).get(name)? {
                Named::Here { index, .. } => return Some((document, here.tree.element(*index)?)),
                Named::There { document: there, name: theirs } => (document, name) = (*there, theirs),
            }
        }
    }

    /// [`find`](Self::find), or the error that there is no such thing, at the element that needs it.
    pub(super) fn expect(
        &self,
        kind: Kind,
        document: DocumentId,
        name: &str,
        user: Element<'_>,
    ) -> Result<(DocumentId, Element<'_>), CodegenError> {
        self.find(kind, document, name).ok_or_else(|| {
            user.error(SourceError::UnknownName { kind: kind.element(), name: name.to_owned() })
        })
    }

    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }
}

impl Document {
    fn names(&self, kind: Kind) -> &HashMap<String, Named> {
        let [components, data_types, models] = &self.names;
        match kind {
            Kind::Component => components,
            Kind::DataType => data_types,
            Kind::Model => models,
        }
    }

    fn names_mut(&mut self, kind: Kind) -> &mut HashMap<String, Named> {
        let [components, data_types, models] = &mut self.names;
        match kind {
            Kind::Component => components,
            Kind::DataType => data_types,
            Kind::Model => models,
        }
    }
}

#[derive(Debug, Default)]
struct Loader {
    list: Vec<Document>,
    known: HashMap<PathBuf, DocumentId>,
    /// The files that are being read, each importing the next.
    open: Vec<DocumentId>,
    complete: usize,
    lines: usize,
    folders: HashMap<PathBuf, Vec<String>>,
    /// Where the files of imports are, by the name and the specification that they give.
    places: HashMap<(PathBuf, String), (PathBuf, PathBuf)>,
    warnings: Vec<Warning>,
}

/// An `import` element.
struct Import {
    file: String,
    specification: String,
    line: u32,
    entries: Vec<Entry>,
}

/// One name that is imported.
struct Entry {
    kind: Kind,
    name: String,
    theirs: String,
    line: u32,
}

impl Loader {
    fn load(&mut self, path: &Path, identity: PathBuf, bytes: &[u8]) -> Result<DocumentId, CodegenError> {
        let file = path.to_string_lossy().into_owned();
        if self.list.len() == MAX_FILES {
            let kind = ErrorKind::TooLarge { what: "the number of files", limit: MAX_FILES };
            return Err(CodegenError::in_file(kind, &file));
        }
        let tree = Tree::read(file, bytes, u32::try_from(self.lines).unwrap_or(u32::MAX))?;
        self.lines += tree.lines();
        let id = self.list.len();
        let imports = read_imports(&tree)?;
        self.list.push(Document { tree, names: Default::default(), rank: 0 });
        self.known.insert(identity, id);
        self.open.push(id);
        for import in imports {
            self.import(id, path, &import)?;
        }
        self.define(id)?;
        self.open.pop();
        if let Some(document) = self.list.get_mut(id) {
            document.rank = self.complete;
            self.complete += 1;
        }
        Ok(id)
    }

    /// Reads an imported file, if that is still to be done, and takes over the names.
    fn import(&mut self, into: DocumentId, path: &Path, import: &Import) -> Result<(), CodegenError> {
        let importer = path.to_string_lossy();
        let fail = |kind: ErrorKind, line| CodegenError::on_line(kind, &importer, line);
        let (found, identity) =
            self.find_file(path, import).map_err(|error| fail(error.into(), import.line))?;
        let from = match self.known.get(&identity) {
            Some(id) if self.open.contains(id) => {
                let cycle = self.open.iter().skip_while(|open| *open != id).chain([id]);
                let names = cycle.filter_map(|id| self.list.get(*id)).map(|one| one.tree.file().to_owned());
                return Err(fail(SourceError::ImportCycle(names.collect()).into(), import.line));
            }
            Some(id) => *id,
            None if self.open.len() == MAX_DEPTH => {
                let kind = ErrorKind::TooLarge { what: "the depth of imports", limit: MAX_DEPTH };
                return Err(fail(kind, import.line));
            }
            None => {
                let bytes = fs::read(&found).map_err(|error| {
                    CodegenError::in_file(ErrorKind::Read(error), &found.to_string_lossy())
                })?;
                self.load(&found, identity, &bytes)?
            }
        };
        self.check_specification(&importer, import, from);
        for entry in &import.entries {
            let there = self.list.get(from);
            if !there.is_some_and(|document| document.names(entry.kind).contains_key(&entry.theirs)) {
                let missing = SourceError::NotInFile {
                    file: there.map_or(String::new(), |document| document.tree.file().to_owned()),
                    kind: entry.kind.element(),
                    name: entry.theirs.clone(),
                };
                return Err(fail(missing.into(), entry.line));
            }
            let named = Named::There { document: from, name: entry.theirs.clone() };
            let Some(document) = self.list.get_mut(into) else { continue };
            match document.names(entry.kind).get(&entry.name) {
                Some(earlier) if *earlier == named => {}
                Some(_) => {
                    let twice = SourceError::DefinedTwice {
                        name: format!("{} {}", entry.kind.element(), entry.name),
                        file: importer.clone().into_owned(),
                        line: first_line(document, entry.kind, &entry.name),
                    };
                    return Err(fail(twice.into(), entry.line));
                }
                None => {
                    document.names_mut(entry.kind).insert(entry.name.clone(), named);
                }
            }
        }
        Ok(())
    }

    /// Takes in what a file itself defines.
    fn define(&mut self, id: DocumentId) -> Result<(), CodegenError> {
        let Some(document) = self.list.get_mut(id) else { return Ok(()) };
        let mut own = Vec::new();
        for element in document.tree.root().into_iter().flat_map(Element::children) {
            let Some(kind) = Kind::of(element) else { continue };
            let name = element.required("name")?.into_owned();
            own.push((kind, name, element.index(), element.line()));
        }
        for (kind, name, index, line) in own {
            match document.names(kind).get(&name) {
                Some(Named::Here { line: first, .. }) => {
                    let file = document.tree.file().to_owned();
                    let name = format!("{} {name}", kind.element());
                    let twice = SourceError::DefinedTwice { name, file: file.clone(), line: *first };
                    return Err(CodegenError::on_line(twice.into(), &file, line));
                }
                // What a file defines itself goes before what it imports under the same name.
                Some(Named::There { .. }) | None => {}
            }
            document.names_mut(kind).insert(name, Named::Here { index, line });
        }
        Ok(())
    }

    /// The file that an import means, and the path that tells it from all others.
    fn find_file(&mut self, importer: &Path, import: &Import) -> Result<(PathBuf, PathBuf), SourceError> {
        let literal = importer.parent().unwrap_or(Path::new("")).join(&import.file);
        let key = (literal, import.specification.clone());
        if let Some(place) = self.places.get(&key) {
            return Ok(place.clone());
        }
        let found = self.search(&key.0, import)?;
        let identity = fs::canonicalize(&found).unwrap_or_else(|_| found.clone());
        self.places.insert(key, (found.clone(), identity.clone()));
        Ok((found, identity))
    }

    /// The file of that name, or the newest of those that the specification admits.
    fn search(&mut self, literal: &Path, import: &Import) -> Result<PathBuf, SourceError> {
        if literal.is_file() {
            return Ok(literal.to_owned());
        }
        let folder = literal.parent().unwrap_or(Path::new("")).to_owned();
        let name = literal.file_name().unwrap_or_default().to_string_lossy();
        let meant = DocumentName::parse(&name).map(|name| name.completed(&import.specification));
        let mut names = import.file.clone();
        if let Some(meant) = &meant {
            let candidates =
                self.listing(&folder).iter().filter_map(|file| Some((file, DocumentName::parse(file)?)));
            let newest = candidates
                .filter(|(_, candidate)| meant.admits(candidate))
                .max_by(|(_, one), (_, other)| one.newer(other));
            if let Some((file, _)) = newest {
                return Ok(folder.join(file));
            }
            names.push_str(" and ");
            names.push_str(&meant.pattern());
        }
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let folder = folder.to_string_lossy().into_owned();
        Err(SourceError::MissingFile { file: import.file.clone(), folder, names })
    }

    /// The names of the files in a folder; none if it cannot be read.
    fn listing(&mut self, folder: &Path) -> &[String] {
        self.folders.entry(folder.to_owned()).or_insert_with(|| {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
        })
    }

    /// Warns where an import names another specification than that of the file.
    fn check_specification(&mut self, importer: &str, import: &Import, from: DocumentId) {
        let Some(document) = self.list.get(from) else { return };
        let theirs = document.tree.root().and_then(|root| root.value("spec")).unwrap_or_default();
        let ours = &import.specification;
        if ours.is_empty() || theirs.is_empty() || ours == &*theirs {
            return;
        }
        let last = |urn: &str| urn.rsplit(':').next().unwrap_or_default().to_owned();
        let (our_name, their_name) = (last(ours), last(&theirs));
        let agree = match (DocumentName::parse(&our_name), DocumentName::parse(&their_name)) {
            (Some(ours), Some(theirs)) => ours.agrees(&theirs),
            _ => false,
        };
        if !agree {
            let message = format!("the import expects the specification {ours}, but the file is of {theirs}");
            let (file, item) = (importer.to_owned(), import.file.clone());
            self.warnings.push(Warning {
                file,
                line: import.line,
                item,
                message,
                kind: WarningKind::Element,
            });
        }
    }
}

fn first_line(document: &Document, kind: Kind, name: &str) -> u32 {
    let root = document.tree.root();
    let entries = root.into_iter().flat_map(Element::children).filter(|child| child.name() == "import");
    let mut entries = entries.flat_map(Element::children);
    entries
        .find(|entry| entry.name() == kind.element() && entry.value("name").as_deref() == Some(name))
        .map_or(0, Element::line)
}

/// The imports of a file, and the check that it is a TR-106 document at all.
fn read_imports(tree: &Tree) -> Result<Vec<Import>, CodegenError> {
    let Some(root) = tree.root() else { return Ok(Vec::new()) };
    if root.name() != "document" {
        return Err(root.error(ErrorKind::NotADataModel { root: root.name().to_owned() }));
    }
    let mut imports = Vec::new();
    for import in root.children().filter(|child| child.name() == "import") {
        let file = import.required("file")?.into_owned();
        let specification = import.value("spec").unwrap_or_default().into_owned();
        let mut entries = Vec::new();
        for entry in import.children() {
            let Some(kind) = Kind::of(entry) else { continue };
            let name = entry.required("name")?.into_owned();
            let theirs = entry.value("ref").map_or_else(|| name.clone(), |theirs| theirs.into_owned());
            entries.push(Entry { kind, name, theirs, line: entry.line() });
        }
        imports.push(Import { file, specification, line: import.line(), entries });
    }
    Ok(imports)
}
