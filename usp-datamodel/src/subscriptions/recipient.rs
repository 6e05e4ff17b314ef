//! Who is told of a change, and what of it.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_path::{Path, Segment};
use usp_schema::{Object, Parameter};

use crate::change::Change;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::{Access, Standing, is_concealed};
use crate::permissions::{Element, Kind, NumberBuffer, ObjectGrants, Rights, Whereabouts};
use crate::requester::Requester;
use crate::resolve::place::Place;
use crate::store::ROOT;

/// What a Controller may be told of, as its roles stand now: the Recipient of a Subscription (TR-181).
///
/// Of a Subscription, whoever may add one may ask for anything; whether there is a Notify is decided for each change
/// (T17). Make one for each batch of changes.
///
/// ```
/// # use usp_datamodel::schema::{ObjectAccess, ObjectSpec, SchemaBuilder};
/// use usp_datamodel::{Change, DataModel, Permissions, Requester, Role};
/// # let mut builder = SchemaBuilder::new("Home:1.0", "urn:example:home-1-0-0");
/// # let home = builder.object(None, ObjectSpec::single("Home"))?;
/// # builder.object(Some(home), ObjectSpec::table("Lamp"))?;
/// # let model = DataModel::new(builder.build()?);
///
/// let without_rights = Permissions::compile(model.schema(), &[Role::default()]);
/// let requester = Requester::controller("Home.Controller.1").with_permissions(without_rights.into());
/// let recipient = model.recipient(&requester)?;
/// let change = Change::ObjectDeletion { path: "Home.Lamp.1.".into() };
/// assert_eq!(recipient.told(&model, &change), None);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Recipient {
    access: Access<'static>,
}

impl DataModel {
    /// Takes in what a Controller may be told of.
    ///
    /// # Errors
    ///
    /// A Target that searches cannot be evaluated (7005, 7003), or its permissions are for another schema (7003): it
    /// is told of nothing then.
    pub fn recipient(&self, requester: &Requester) -> Result<Recipient, Fault> {
        Ok(Recipient { access: Access::begin(self, requester)?.into_shared() })
    }
}

impl Recipient {
    /// The change as the Controller is told of it, if it may be told at all: by the right `n` to the parameter, to the
    /// row (Obj for its creation, InstantiatedObj for its deletion), to the event or the command.
    ///
    /// - Of a row that is new the Unique Keys that may be read are told `[R-ADD.6]`.
    /// - A row that is gone is judged as it was: by its numbers, and by the search of a Target only where that makes
    ///   no difference or has found an object above it.
    /// - A secured value is told where its Controller reads it, and a change that has one is told to nobody else; a number
    ///   of rows is the number of those that it may know of.
    pub fn told<'c>(&self, model: &DataModel, change: &'c Change) -> Option<Cow<'c, Change>> {
        if self.access.is_full() {
            return Some(Cow::Borrowed(change));
        }
        // Of what may have been in one mount or the other it is told by the rights to each.
        let sites = Site::all(model, change.path());
        let mut told = sites.iter().map(|site| self.told_at(model, site, change));
        let first = told.next()??;
        told.all(|other| other.is_some()).then_some(first)
    }

    fn told_at<'c>(&self, model: &DataModel, site: &Site<'_>, change: &'c Change) -> Option<Cow<'c, Change>> {
        let grants = self.access.grants_where(site.object.id(), &site.whereabouts(model, &self.access));
        let told = match change {
            Change::ValueChange { .. } => {
                let parameter = site.object.parameter(site.element)?;
                let may = grants.parameter(parameter.id(), Rights::NOTIFY);
                return if may { self.told_value(model, site, parameter, &grants, change) } else { None };
            }
            Change::ObjectCreation { path, unique_keys } => {
                let may = grants.object(Kind::Obj, Rights::NOTIFY);
                return may.then(|| told_creation(site, &grants, path, unique_keys));
            }
            Change::ObjectDeletion { .. } => grants.object(Kind::InstantiatedObj, Rights::NOTIFY),
            Change::Event { .. } => grants.event(site.object.event(site.element)?.id(), Rights::NOTIFY),
            Change::OperationComplete { .. } => {
                grants.command(site.object.command(site.element)?.id(), Rights::NOTIFY)
            }
        };
        told.then_some(Cow::Borrowed(change))
    }

    /// Whether the Controller may be told of changes by a path in a ReferenceList: who may not read what the path
    /// searches by, or the references that it follows, in any row there is, would learn of it by what it is told
    /// `[R-GIN.0]`. A path that is none is not held against it.
    pub fn may_search(&self, model: &DataModel, reference: &str) -> bool {
        if self.access.is_full() {
            return true;
        }
        let Ok(path) = Path::parse(reference) else { return true };
        self.may_walk(model, &[], path.segments()).is_some()
    }

    /// Goes along the segments of a path as far as the schema knows it: of what is mounted in each mount. `None` when
    /// it asks for what may not be read.
    fn may_walk<'m, 's>(
        &self,
        model: &'m DataModel,
        from: &[Object<'m>],
        segments: impl Iterator<Item = Segment<'s>>,
    ) -> Option<Vec<Reached<'m>>> {
        let reads = |found: Parameter<'_>| self.access.reads_in_all_rows(found) == Some(true);
        let begin = |&object| Reached { object: Some(object), parameter: None };
        let mut all: Vec<Reached<'m>> = from.iter().map(begin).collect();
        if all.is_empty() {
            all.push(Reached { object: None, parameter: None });
        }
        for segment in segments {
            match segment {
                Segment::Name(name) => all = all.iter().flat_map(|at| at.step(model, name)).collect(),
                Segment::Expression(expression) => {
                    let objects: Vec<Object<'m>> = all.iter().filter_map(|at| at.object).collect();
                    for component in expression.components() {
                        let asked = self.may_walk(model, &objects, component.path().segments())?;
                        let mut parameters = asked.iter().filter_map(|at| at.parameter).peekable();
                        parameters.peek()?;
                        parameters.all(reads).then_some(())?;
                    }
                }
                Segment::Follow(_) => {
                    let mut targets = Vec::new();
                    for parameter in all.iter().filter_map(|at| at.parameter) {
                        // Behind a reference that may lead anywhere nobody knows what is asked for.
                        let target = model.announced_target(parameter, &"").ok()??;
                        reads(parameter).then_some(())?;
                        targets.push(Reached { object: Some(target), parameter: None });
                    }
                    if targets.is_empty() {
                        return None;
                    }
                    all = targets;
                }
                _ => {}
            }
        }
        Some(all)
    }

    fn told_value<'c>(
        &self,
        model: &DataModel,
        site: &Site<'_>,
        parameter: Parameter<'_>,
        grants: &ObjectGrants,
        change: &'c Change,
    ) -> Option<Cow<'c, Change>> {
        let is_shown = is_concealed(parameter)
            && !self.access.conceals(parameter)
            && grants.parameter(parameter.id(), Rights::READ);
        let counted = model.layout.counted_tables(parameter.id());
        // A count of rows that may not be known of says nothing.
        if !counted.is_empty() && !counted.iter().any(|&table| self.access.reveals_below(table)) {
            return None;
        }
        let Change::ValueChange { value, .. } = change else { return None };
        // The model's own changes have none then; one of before may have.
        if is_concealed(parameter) && !is_shown && *value != parameter.syntax().null_value().to_string() {
            return None;
        }
        if !site.is_there || (!is_shown && counted.is_empty()) {
            return Some(Cow::Borrowed(change));
        }
        let value = model.shown(site.place.row, parameter, &self.access).ok()?;
        Some(Cow::Owned(Change::ValueChange { path: change.path().into(), value }))
    }
}

/// Where in the schema a path has come to.
#[derive(Clone, Copy)]
struct Reached<'m> {
    object: Option<Object<'m>>,
    parameter: Option<Parameter<'m>>,
}

impl<'m> Reached<'m> {
    /// The parameter of a name, or else the objects.
    fn step(self, model: &'m DataModel, name: &str) -> Vec<Self> {
        let Some(object) = self.object else {
            return alloc::vec![Self { object: model.schema.root(name), parameter: None }];
        };
        if let Some(parameter) = object.parameter(name) {
            return alloc::vec![Self { parameter: Some(parameter), ..self }];
        }
        let children = object.children_named(name);
        children.map(|child| Self { object: Some(child), parameter: None }).collect()
    }
}

fn told_creation<'c>(
    site: &Site<'_>,
    grants: &ObjectGrants,
    path: &str,
    unique_keys: &[(String, String)],
) -> Cow<'c, Change> {
    let reads = |name: &str| {
        site.object.parameter(name).is_some_and(|found| grants.parameter(found.id(), Rights::READ))
    };
    let unique_keys = unique_keys.iter().filter(|(name, _)| reads(name)).cloned().collect();
    Cow::Owned(Change::ObjectCreation { path: path.into(), unique_keys })
}

/// Where a change has happened, by its path: the rows on the way may be gone.
#[derive(Clone)]
struct Site<'m> {
    object: Object<'m>,
    /// What the path names in the object; empty for the object itself.
    element: &'m str,
    numbers: Vec<u32>,
    /// The object, or the deepest above it that still exists.
    place: Place,
    is_there: bool,
}

impl<'m> Site<'m> {
    /// Where it is; where a row carries something else by now, or is gone, in each of the mounts that have the path.
    fn all(model: &'m DataModel, path: &'m str) -> Vec<Self> {
        let mut steps = path.split('.');
        let Some(root) = steps.next().and_then(|root| model.schema.root(root)) else { return Vec::new() };
        let mut sites = alloc::vec![Self {
            object: root,
            element: "",
            numbers: Vec::new(),
            place: Place { row: ROOT, object: root.id() },
            is_there: true,
        }];
        for step in steps {
            match step.parse::<u32>() {
                Ok(number) => sites.iter_mut().for_each(|site| site.enter(model, number)),
                Err(_) => sites = sites.into_iter().flat_map(|site| site.step(model, step)).collect(),
            }
        }
        sites
    }

    fn enter(&mut self, model: &DataModel, number: u32) {
        self.numbers.push(number);
        let table = self.object.id();
        let rows = model.store.table(self.place.row, table).filter(|_| self.is_there);
        match rows.and_then(|rows| rows.row(number)) {
            Some(row) => self.place = Place { row, object: table },
            None => self.is_there = false,
        }
    }

    fn step(self, model: &'m DataModel, name: &'m str) -> Vec<Self> {
        let here = if self.is_there { model.child_of(self.position(), name) } else { None };
        let (is_there, children) = match here {
            Some(child) => (true, alloc::vec![child]),
            None => (false, self.object.children_named(name).collect()),
        };
        if children.is_empty() {
            return alloc::vec![Self { element: name, ..self }];
        }
        let to = |child: Object<'m>| {
            let mut site = Self { object: child, is_there, ..self.clone() };
            if is_there && !child.is_table() {
                site.place.object = child.id();
            }
            site
        };
        children.into_iter().map(to).collect()
    }

    /// The object where it is.
    fn position(&self) -> Place {
        Place { row: self.place.row, object: self.object.id() }
    }

    fn whereabouts<'a>(&'a self, model: &'a DataModel, access: &'a Access<'a>) -> Past<'a> {
        let standing = Standing { access, model, place: self.place };
        Past { standing, numbers: &self.numbers, is_there: self.is_there }
    }
}

/// An object that may be gone, as Permissions ask about it.
struct Past<'a> {
    standing: Standing<'a>,
    numbers: &'a [u32],
    is_there: bool,
}

impl Whereabouts for Past<'_> {
    fn numbers<'b>(&self, buffer: &'b mut NumberBuffer) -> &'b [u32] {
        let count = self.numbers.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.numbers[..count]);
        &buffer[..count]
    }

    fn is_found(&self, search: usize) -> Option<bool> {
        match self.standing.is_found(search) {
            // What was found before it went is not known any more.
            Some(false) if !self.is_there => None,
            found => found,
        }
    }

    fn found_elements(&self, search: usize) -> Vec<Element> {
        if self.is_there { self.standing.found_elements(search) } else { Vec::new() }
    }
}
