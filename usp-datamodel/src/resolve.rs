//! From a path to the objects that it leads to.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_path::{Follow, Path, PathKind, SearchExpression, Segment};
use usp_schema::{CommandId, EventId, Object, ObjectId, Parameter, ParameterId, Value};

use crate::budget::Budget;
use crate::expression::Expression;
use crate::fault::Fault;
use crate::model::{DataModel, Place};
use crate::requester::Requester;
use crate::store::{ROOT, RowId};

/// What a path leads to.
#[derive(Debug)]
pub(crate) struct Resolution {
    /// The objects and tables that exist, in the order of the model, each with what the path names in it.
    pub(crate) matches: Vec<Match>,
    /// Whether the path has a wildcard, an expression or follows several references.
    pub(crate) search: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) node: Node,
    pub(crate) leaf: Leaf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// An object or row.
    Place(Place),
    /// A table as such, in the row that it is part of.
    Table { row: RowId, table: ObjectId },
}

/// What a path names inside of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf {
    Object,
    Parameter(ParameterId),
    Command(CommandId),
    Event(EventId),
}

/// How a path is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    /// Whether secured and hidden values are taken for the null value, as for all Controllers.
    pub(crate) conceals: bool,
    /// Whether the path is the value of a reference: then it may only name objects by number and Unique Key, and
    /// no reference is resolved on the way. Else values could refer to each other for ever.
    pub(crate) in_reference: bool,
}

impl View {
    pub(crate) const DEVICE: Self = Self { conceals: false, in_reference: false };
    pub(crate) const CONTROLLER: Self = Self { conceals: true, in_reference: false };
    const REFERENCE: Self = Self { conceals: false, in_reference: true };

    pub(crate) fn of(requester: &Requester) -> Self {
        if requester.is_device() { Self::DEVICE } else { Self::CONTROLLER }
    }
}

/// Where in the schema a path has come to, whether or not anything exists there.
#[derive(Debug, Clone, Copy)]
enum Position<'s> {
    Object(Object<'s>),
    /// A table that still needs its rows named.
    Table(Object<'s>),
    /// Behind a reference that may point to several kinds of object.
    Unknown,
}

impl DataModel {
    /// Finds what a path leads to, for the device itself.
    ///
    /// # Errors
    ///
    /// As for [`resolve_for`](Self::resolve_for).
    pub(crate) fn resolve(&self, path: &Path<'_>) -> Result<Resolution, Fault> {
        self.resolve_for(path, View::DEVICE, &mut Budget::new(self.limits))
    }

    /// Finds what a path leads to.
    ///
    /// # Errors
    ///
    /// A path that the Supported Data Model does not have is error 7026, an expression that makes no sense for its
    /// parameter 7008; 7005 when the budget is used up. A path that merely leads to nothing at the moment is none.
    pub(crate) fn resolve_for(
        &self,
        path: &Path<'_>,
        view: View,
        budget: &mut Budget,
    ) -> Result<Resolution, Fault> {
        let walk = Walk { model: self, path, view, budget, nodes: Vec::new(), position: Position::Unknown };
        walk.run()
    }

    /// The one parameter that a path without search leads to.
    pub(crate) fn one_parameter(&self, path: &str) -> Result<(Place, ParameterId), Fault> {
        match self.one_match(path)? {
            Match { node: Node::Place(place), leaf: Leaf::Parameter(parameter) } => Ok((place, parameter)),
            _ => Err(Fault::unsupported_path(path)),
        }
    }

    /// The canonical path of the one event that a path leads to.
    pub(crate) fn one_event(&self, path: &str) -> Result<String, Fault> {
        match self.one_match(path)? {
            found @ Match { leaf: Leaf::Event(_), .. } => Ok(self.path_of_match(found)),
            _ => Err(Fault::unsupported_path(path)),
        }
    }

    fn one_match(&self, path: &str) -> Result<Match, Fault> {
        let parsed = Path::parse(path).map_err(|error| Fault::path_syntax(path, &error))?;
        match self.resolve(&parsed)?.matches[..] {
            [found] => Ok(found),
            [] => Err(Fault::absent_object(path)),
            _ => Err(Fault::unsupported_path(path)),
        }
    }

    /// The path of what a path led to: of the element in its object, or of the object with the final dot.
    pub(crate) fn path_of_match(&self, found: Match) -> String {
        let object = match found.node {
            Node::Place(place) => self.path_of(place),
            Node::Table { row, table } => self.path_of(Place { row, object: table }),
        };
        let name = match found.leaf {
            Leaf::Object => None,
            Leaf::Parameter(id) => self.schema.parameter(id).map(|parameter| parameter.name()),
            Leaf::Command(id) => self.schema.command(id).map(|command| command.name()),
            Leaf::Event(id) => self.schema.event(id).map(|event| event.name()),
        };
        object + name.unwrap_or_default()
    }

    /// What the text of a reference leads to: by number or by Unique Key `[R-ARC.11]`.
    pub(crate) fn reference_target(&self, text: &str) -> Option<Match> {
        let path = Path::parse(text).ok()?;
        let resolved = self.resolve_for(&path, View::REFERENCE, &mut Budget::new(self.limits)).ok()?;
        match resolved.matches[..] {
            [found @ Match { node: Node::Place(_), leaf: Leaf::Object | Leaf::Parameter(_) }] => Some(found),
            _ => None,
        }
    }

    /// The text of a reference with Instance Numbers and without final dot; a text that leads nowhere without its
    /// final dot `[R-ARC.11]`.
    pub(crate) fn canonical_reference(&self, view: View, text: &str) -> String {
        let found = if view.in_reference { None } else { self.reference_target(text) };
        match found {
            Some(found) => self.path_of_match(found).trim_end_matches('.').to_string(),
            None => text.trim_end_matches('.').to_string(),
        }
    }

    /// The objects that a reference parameter points to: one item of its list or all.
    pub(crate) fn follow(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        follow: Follow,
        view: View,
    ) -> Vec<Place> {
        let Ok(value) = self.seen(row, parameter, view.conceals) else { return Vec::new() };
        let items: &[Value] = match &*value {
            Value::List(items) => items,
            single => core::slice::from_ref(single),
        };
        let chosen = match follow {
            Follow::Item(number) => {
                items.get(number.get() as usize - 1..).and_then(|rest| rest.get(..1)).unwrap_or_default()
            }
            Follow::All => items,
        };
        chosen
            .iter()
            .filter_map(|item| match self.reference_target(&item.to_string())? {
                Match { node: Node::Place(place), leaf: Leaf::Object } => Some(place),
                _ => None,
            })
            .collect()
    }
}

struct Walk<'m, 'p> {
    model: &'m DataModel,
    path: &'p Path<'p>,
    view: View,
    budget: &'p mut Budget,
    nodes: Vec<Node>,
    position: Position<'m>,
}

impl<'m> Walk<'m, '_> {
    fn run(mut self) -> Result<Resolution, Fault> {
        let mut segments = self.path.segments().peekable();
        let Some(Segment::Name(root)) = segments.next() else { return Err(self.unsupported()) };
        let root = self.model.schema.root(root).ok_or_else(|| self.unsupported())?;
        self.nodes.push(node(ROOT, root));
        self.position = position(root);
        let mut leaves = None;
        while let Some(segment) = segments.next() {
            match segment {
                Segment::Name(name) => match segments.peek() {
                    Some(&Segment::Follow(follow)) => {
                        segments.next();
                        self.follow(name, follow)?;
                    }
                    None if self.path.kind() == PathKind::Parameter && !self.path.has_trailing_dot() => {
                        leaves = self.last_name(name)?;
                    }
                    _ => self.child(name)?,
                },
                Segment::Instance(number) => self.instance(number.get())?,
                Segment::Wildcard if self.view.in_reference => return Err(self.unsupported()),
                Segment::Wildcard => self.rows(None)?,
                Segment::Expression(expression) => self.rows(Some(&expression))?,
                Segment::Command(name) => {
                    let name = alloc::format!("{name}()");
                    leaves = Some(
                        self.leaves(|object| object.command(&name).map(|found| Leaf::Command(found.id())))?,
                    );
                }
                Segment::Event(name) => {
                    let name = alloc::format!("{name}!");
                    leaves =
                        Some(self.leaves(|object| object.event(&name).map(|found| Leaf::Event(found.id())))?);
                }
                Segment::Follow(_) => return Err(self.unsupported()),
            }
            self.budget.matched(self.nodes.len())?;
        }
        let matches = leaves
            .unwrap_or_else(|| self.nodes.iter().map(|&node| Match { node, leaf: Leaf::Object }).collect());
        Ok(Resolution { matches, search: self.path.is_search() })
    }

    /// Steps into a child object of every object so far.
    fn child(&mut self, name: &str) -> Result<(), Fault> {
        self.position = match self.position {
            Position::Object(object) => position(object.child(name).ok_or_else(|| self.unsupported())?),
            Position::Table(_) => return Err(self.unsupported()),
            Position::Unknown => Position::Unknown,
        };
        let model = self.model;
        let before = core::mem::take(&mut self.nodes);
        for found in before {
            let Node::Place(place) = found else { continue };
            let child = model.object(place.object).child(name);
            if let Some(child) = child.filter(|&child| model.exists(place.row, child)) {
                self.nodes.push(node(place.row, child));
            }
        }
        Ok(())
    }

    /// The last name of a path that looks like a Parameter Path. It may be an object without its dot (T11).
    fn last_name(&mut self, name: &str) -> Result<Option<Vec<Match>>, Fault> {
        let is_object = match self.position {
            Position::Object(object) => object.parameter(name).is_none() && object.child(name).is_some(),
            _ => false,
        };
        if is_object {
            self.child(name)?;
            return Ok(None);
        }
        self.leaves(|object| object.parameter(name).map(|found| Leaf::Parameter(found.id()))).map(Some)
    }

    /// The named element of every object so far.
    fn leaves(&self, find: impl Fn(Object<'m>) -> Option<Leaf>) -> Result<Vec<Match>, Fault> {
        let known = match self.position {
            Position::Object(object) => find(object).is_some(),
            Position::Table(_) => false,
            Position::Unknown => true,
        };
        if !known {
            return Err(self.unsupported());
        }
        let model = self.model;
        Ok(self
            .nodes
            .iter()
            .filter_map(|&node| {
                let Node::Place(place) = node else { return None };
                Some(Match { node, leaf: find(model.object(place.object))? })
            })
            .collect())
    }

    fn instance(&mut self, number: u32) -> Result<(), Fault> {
        self.enter_table()?;
        let model = self.model;
        let tables = core::mem::take(&mut self.nodes);
        for found in tables {
            let Node::Table { row, table } = found else { continue };
            if let Some(row) = model.store.table(row, table).and_then(|table| table.row(number)) {
                self.nodes.push(Node::Place(Place { row, object: table }));
            }
        }
        Ok(())
    }

    /// All rows of every table so far, or those that fit an expression `[R-ARC.9]` `[R-ARC.10]`.
    fn rows(&mut self, expression: Option<&SearchExpression<'_>>) -> Result<(), Fault> {
        self.enter_table()?;
        let (model, view) = (self.model, self.view);
        let tables = core::mem::take(&mut self.nodes);
        let compile = |table| {
            expression.map(|expression| Expression::compile_for(model, view, table, expression)).transpose()
        };
        // A wrong expression is an error also when there is no table to try it on.
        let mut compiled = match self.position {
            Position::Object(object) => Some((object.id(), compile(object.id())?)),
            _ => None,
        };
        for found in tables {
            let Node::Table { row: parent, table } = found else { continue };
            let Some(content) = model.store.table(parent, table) else { continue };
            if compiled.as_ref().is_none_or(|(known, _)| *known != table) {
                compiled = Some((table, compile(table)?));
            }
            let expression = compiled.as_ref().and_then(|(_, expression)| expression.as_ref());
            let place = |row| Node::Place(Place { row, object: table });
            let Some(expression) = expression else {
                self.nodes.extend(content.rows().map(place));
                continue;
            };
            if let Some(rows) = expression.rows_by_key(model, parent, table) {
                self.nodes.extend(rows.map(place));
                continue;
            }
            if view.in_reference {
                return Err(self.unsupported());
            }
            for row in content.rows() {
                if expression.matches_within(model, row, self.budget)? {
                    self.nodes.push(place(row));
                }
            }
        }
        Ok(())
    }

    /// Steps from a reference parameter to the objects that it refers to, each once.
    fn follow(&mut self, name: &str, follow: Follow) -> Result<(), Fault> {
        if self.view.in_reference {
            return Err(self.unsupported());
        }
        let model = self.model;
        self.position = match self.position {
            Position::Object(object) => {
                let parameter = object.parameter(name).ok_or_else(|| self.unsupported())?;
                model.announced_target(parameter, self.path)?.map_or(Position::Unknown, Position::Object)
            }
            Position::Table(_) => return Err(self.unsupported()),
            Position::Unknown => Position::Unknown,
        };
        let before = core::mem::take(&mut self.nodes);
        let mut reached = BTreeSet::new();
        for found in before {
            let Node::Place(place) = found else { continue };
            let Some(parameter) = model.object(place.object).parameter(name) else { continue };
            let targets = model.follow(place.row, parameter, follow, self.view);
            self.budget.matched(targets.len())?;
            let fresh = targets.into_iter().map(Node::Place).filter(|&target| reached.insert(target));
            self.nodes.extend(fresh);
        }
        // What a reference points to need not be what the schema announces: a weak one may hold anything.
        if let Position::Object(object) = self.position
            && self.nodes.iter().any(|&node| !matches!(node, Node::Place(p) if p.object == object.id()))
        {
            self.position = Position::Unknown;
        }
        Ok(())
    }

    fn enter_table(&mut self) -> Result<(), Fault> {
        self.position = match self.position {
            Position::Table(table) => Position::Object(table),
            Position::Object(_) => return Err(self.unsupported()),
            Position::Unknown => Position::Unknown,
        };
        Ok(())
    }

    fn unsupported(&self) -> Fault {
        Fault::unsupported_path(self.path)
    }
}

fn node(row: RowId, object: Object<'_>) -> Node {
    if object.is_table() {
        Node::Table { row, table: object.id() }
    } else {
        Node::Place(Place { row, object: object.id() })
    }
}

fn position(object: Object<'_>) -> Position<'_> {
    if object.is_table() { Position::Table(object) } else { Position::Object(object) }
}
