//! One path on its way through schema and rows.

use alloc::vec::Vec;
use core::fmt;

use usp_collections::SortedSet;
use usp_path::{Follow, Path, PathKind, RelativePath, SearchExpression, Segment, Segments};
use usp_schema::{Object, ObjectId};

use crate::expression::Expression;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::requests::budget::Budget;
use crate::resolve::place::Place;
use crate::resolve::plain::Beginning;
use crate::resolve::position::{At, Position};
use crate::resolve::{Ends, Leaf, Match, Node, Resolution, View};
use crate::store::{ROOT, RowId};

/// A path on its way through schema and rows, one segment at a time.
pub(crate) struct Walk<'m, 'p> {
    model: &'m DataModel,
    /// The whole path, for what is told of it.
    path: Written<'p>,
    view: View<'p>,
    budget: &'p mut Budget,
    /// The objects and tables so far; what is named in them is known at the end.
    nodes: Vec<Match>,
    position: Position<'m>,
}

/// What is to be walked of a path.
pub(crate) struct Way<'p> {
    segments: Segments<'p>,
    kind: PathKind,
    is_search: bool,
}

impl<'p> From<&Path<'p>> for Way<'p> {
    fn from(path: &Path<'p>) -> Self {
        Self { segments: path.segments(), kind: path.kind(), is_search: path.is_search() }
    }
}

impl<'p> From<&RelativePath<'p>> for Way<'p> {
    fn from(path: &RelativePath<'p>) -> Self {
        Self { segments: path.segments(), kind: path.kind(), is_search: path.is_search() }
    }
}

/// A path as it was written, which is printed as it should have been.
#[derive(Clone, Copy)]
struct Written<'p>(&'p str);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Path::parse(self.0) {
            Ok(path) => path.fmt(f),
            Err(_) => f.write_str(self.0),
        }
    }
}

impl<'m, 'p> Walk<'m, 'p> {
    pub(crate) fn new(
        model: &'m DataModel,
        path: &'p str,
        view: View<'p>,
        budget: &'p mut Budget,
        nodes: Vec<Match>,
    ) -> Self {
        Self { model, path: Written(path), view, budget, nodes, position: Position::Unknown }
    }

    /// Goes to the end of the path.
    pub(crate) fn run(mut self, mut way: Way<'_>) -> Result<Resolution, Fault> {
        let Some(Segment::Name(root)) = way.segments.next() else { return Err(self.unsupported()) };
        let root = self.model.schema.root(root).ok_or_else(|| self.unsupported())?;
        self.nodes.clear();
        self.nodes.push(as_object(node(ROOT, root)));
        self.position = Position::Known(At::new(root));
        let is_search = way.is_search;
        self.go_on(Some(way), is_search)
    }

    /// Goes to the end of a path that begins with a table and the expression for its rows; the way is what is behind,
    /// if anything.
    pub(crate) fn run_from(
        mut self,
        Beginning { row, table, segments, .. }: Beginning,
        expression: &Expression<'_>,
        way: Option<Way<'_>>,
    ) -> Result<Resolution, Fault> {
        self.budget.matched(segments - 1)?;
        self.nodes.clear();
        self.position = Position::Known(At { is_table: false, ..At::new(self.model.object(table)) });
        self.fitting_rows(row, table, expression)?;
        self.budget.matched(self.nodes.len())?;
        self.go_on(way, true)
    }

    fn go_on(mut self, way: Option<Way<'_>>, is_search: bool) -> Result<Resolution, Fault> {
        let kind = way.as_ref().map_or(PathKind::ObjectInstance, |way| way.kind);
        if let Some(way) = way {
            self.walk(way)?;
        }
        let ends = match self.position {
            Position::Known(at) => Ends::One(at.end()),
            Position::Several(all) => Ends::Several(all.into_iter().map(At::end).collect()),
            Position::Unknown => Ends::Anywhere(kind),
        };
        Ok(Resolution { matches: self.nodes, search: is_search, ends })
    }

    fn walk(&mut self, way: Way<'_>) -> Result<(), Fault> {
        let Way { mut segments, kind, .. } = way;
        while let Some(segment) = segments.next() {
            match segment {
                Segment::Name(name) => match segments.as_str().as_bytes() {
                    [b'+' | b'#', ..] => {
                        let Some(Segment::Follow(follow)) = segments.next() else {
                            return Err(self.unsupported());
                        };
                        self.follow(name, follow)?;
                    }
                    [] if kind == PathKind::Parameter && !self.path.0.ends_with('.') => {
                        self.last_name(name)?;
                    }
                    _ => self.child(name)?,
                },
                Segment::Instance(number) => self.instance(number.get())?,
                Segment::Wildcard if self.view.in_reference => return Err(self.unsupported()),
                Segment::Wildcard => self.rows(None)?,
                Segment::Expression(expression) => self.rows(Some(&expression))?,
                Segment::Command(name) => {
                    let name = alloc::format!("{name}()");
                    self.leaves(|object| object.command(&name).map(|found| Leaf::Command(found.id())))?;
                }
                Segment::Event(name) => {
                    let name = alloc::format!("{name}!");
                    self.leaves(|object| object.event(&name).map(|found| Leaf::Event(found.id())))?;
                }
                Segment::Follow(_) => return Err(self.unsupported()),
            }
            self.budget.matched(self.nodes.len())?;
        }
        Ok(())
    }

    /// Goes on in the schema; it is an error when no place leads on.
    fn advance(&mut self, next: impl FnOnce(&mut Position<'m>) -> bool) -> Result<(), Fault> {
        if next(&mut self.position) { Ok(()) } else { Err(self.unsupported()) }
    }

    /// Steps into a child object of every object so far.
    fn child(&mut self, name: &str) -> Result<(), Fault> {
        let above = self.known_object().filter(|above| !above.is_mount_point());
        self.advance(|position| position.child(name))?;
        // What was found in the schema need not be looked for again in each object, unless it may be mounted there.
        let known = above.zip(self.known_object());
        let (model, view) = (self.model, self.view);
        self.step(|found| {
            let Node::Place(place) = found else { return None };
            match known {
                Some((above, child)) if above.id() == place.object => existing(model, view, place.row, child),
                _ => child_node(model, view, place, name),
            }
        });
        Ok(())
    }

    /// The object that the path has come to in the schema, if that is one.
    fn known_object(&self) -> Option<Object<'m>> {
        if let Position::Known(at) = &self.position { Some(at.object) } else { None }
    }

    /// Goes from each object or table so far to one or none.
    fn step(&mut self, next: impl Fn(Node) -> Option<Match>) {
        self.nodes.retain_mut(|found| match next(found.node) {
            Some(next) => {
                *found = next;
                true
            }
            None => false,
        });
    }

    /// The last name of a path that looks like a Parameter Path. It may be an object without its dot (T11).
    fn last_name(&mut self, name: &str) -> Result<(), Fault> {
        self.advance(|position| position.parameter_or_child(name))?;
        // What was found in the schema need not be looked for again in each object.
        let known = match self.position {
            Position::Known(At { object, leaf: leaf @ Leaf::Parameter(_), .. }) => Some((object.id(), leaf)),
            _ => None,
        };
        let (model, view) = (self.model, self.view);
        self.step(|node| {
            let Node::Place(place) = node else { return None };
            match known {
                Some((object, leaf)) if object == place.object => Some(Match { node, leaf }),
                _ => match model.object(place.object).parameter(name) {
                    Some(found) => Some(Match { node, leaf: Leaf::Parameter(found.id()) }),
                    None => child_node(model, view, place, name),
                },
            }
        });
        Ok(())
    }

    /// The named element of every object so far.
    fn leaves(&mut self, find: impl Fn(Object<'m>) -> Option<Leaf>) -> Result<(), Fault> {
        self.advance(|position| position.step(|at| at.leaf(&find)))?;
        let model = self.model;
        self.step(|node| {
            let Node::Place(place) = node else { return None };
            Some(Match { node, leaf: find(model.object(place.object))? })
        });
        Ok(())
    }

    fn instance(&mut self, number: u32) -> Result<(), Fault> {
        self.enter_table()?;
        let model = self.model;
        self.step(|found| {
            let Node::Table { row, table } = found else { return None };
            let row = model.store.table(row, table)?.row(number)?;
            Some(as_object(Node::Place(Place { row, object: table })))
        });
        Ok(())
    }

    /// All rows of every table so far, or those that fit an expression `[R-ARC.9]` `[R-ARC.10]`.
    fn rows(&mut self, expression: Option<&SearchExpression<'_>>) -> Result<(), Fault> {
        self.enter_table()?;
        let (model, view) = (self.model, self.view);
        let mut compiled = Expression::new(view);
        let mut known = None;
        if let Some(expression) = expression {
            // A wrong expression is an error also when there is no table to try it on.
            match &self.position {
                Position::Known(at) => {
                    known = Some(at.object.id());
                    compiled.compile_for(model, at.object.id(), expression)?;
                }
                Position::Several(all) => {
                    // Of what is mounted it makes sense in one at least.
                    let tries = all.iter().map(|at| compiled.compile_for(model, at.object.id(), expression));
                    tries
                        .reduce(|one, other| one.or_else(|fault| other.map_err(|_| fault)))
                        .unwrap_or(Ok(()))?;
                }
                Position::Unknown => {}
            }
        }
        let is_mounted = matches!(self.position, Position::Several(_));
        // The rows come behind their tables, which go in the end.
        let tables = self.nodes.len();
        for number in 0..tables {
            let Some(Match { node: Node::Table { row: parent, table }, .. }) =
                self.nodes.get(number).copied()
            else {
                continue;
            };
            if model.store.table(parent, table).is_none() {
                continue;
            }
            if let Some(expression) = expression
                && known != Some(table)
            {
                known = Some(table);
                match compiled.compile_for(model, table, expression) {
                    Ok(()) => {}
                    Err(_) if is_mounted => {
                        known = None;
                        continue;
                    }
                    Err(fault) => return Err(fault),
                }
            }
            self.fitting_rows(parent, table, &compiled)?;
        }
        self.nodes.drain(..tables);
        Ok(())
    }

    /// Adds the rows of a table that fit an expression; all of them where it has no components.
    fn fitting_rows(
        &mut self,
        parent: RowId,
        table: ObjectId,
        expression: &Expression<'_>,
    ) -> Result<(), Fault> {
        let model = self.model;
        let Some(content) = model.store.table(parent, table) else { return Ok(()) };
        if let Some(rows) = expression.rows_by_key(model, parent, table) {
            self.nodes.extend(rows.into_iter().map(|row| row_of(row, table)));
            return Ok(());
        }
        if self.view.in_reference {
            return Err(self.unsupported());
        }
        if expression.is_empty() {
            self.nodes.extend(content.rows().map(|row| row_of(row, table)));
            return Ok(());
        }
        // What a scan looks up first is worth its while in many rows.
        let scan = if content.len() > FEW_ROWS { expression.scan(model) } else { None };
        if let Some(mut scan) = scan {
            self.budget.compared(content.len())?;
            self.nodes.extend(content.rows().filter(|&row| scan.fits(row)).map(|row| row_of(row, table)));
            return Ok(());
        }
        for row in content.rows() {
            if expression.matches_within(model, row, self.budget)? {
                self.nodes.push(row_of(row, table));
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
        self.advance(|position| position.step(|at| at.parameter(name)))?;
        self.position = match &self.position {
            Position::Known(At { leaf: Leaf::Parameter(parameter), .. }) => {
                let target = model.announced_target(model.parameter(*parameter), &self.path)?;
                target.map_or(Position::Unknown, |target| {
                    Position::Known(At { is_table: false, ..At::new(target) })
                })
            }
            // What mounts have there refers to different things.
            _ => Position::Unknown,
        };
        let before = core::mem::take(&mut self.nodes);
        let mut reached = SortedSet::new();
        for found in before {
            let Node::Place(place) = found.node else { continue };
            let Some(parameter) = model.object(place.object).parameter(name) else { continue };
            let targets =
                model.follow(place.row, parameter, follow, self.view, |items| self.budget.matched(items))?;
            let fresh = targets.into_iter().map(Node::Place).filter(|&target| reached.insert(target));
            self.nodes.extend(fresh.map(as_object));
        }
        // What a reference points to need not be what the schema announces: a weak one may hold anything.
        if let Position::Known(at) = self.position
            && self
                .nodes
                .iter()
                .any(|found| !matches!(found.node, Node::Place(p) if p.object == at.object.id()))
        {
            self.position = Position::Unknown;
        }
        Ok(())
    }

    fn enter_table(&mut self) -> Result<(), Fault> {
        self.advance(|position| position.step(At::rows))
    }

    fn unsupported(&self) -> Fault {
        Fault::unsupported_path(self.path)
    }
}

/// A row as such.
fn row_of(row: RowId, table: ObjectId) -> Match {
    as_object(Node::Place(Place { row, object: table }))
}

/// Rows that are tried one by one.
const FEW_ROWS: usize = 4;

/// An object or table as such.
fn as_object(node: Node) -> Match {
    Match { node, leaf: Leaf::Object }
}

fn node(row: RowId, object: Object<'_>) -> Node {
    if object.is_table() {
        Node::Table { row, table: object.id() }
    } else {
        Node::Place(Place { row, object: object.id() })
    }
}

/// The object of a name right below an object that exists, if it exists.
fn child_node(model: &DataModel, view: View<'_>, place: Place, name: &str) -> Option<Match> {
    existing(model, view, place.row, model.child_of(place, name)?)
}

/// An object of a row, if it exists.
fn existing(model: &DataModel, view: View<'_>, row: RowId, object: Object<'_>) -> Option<Match> {
    (view.any_of_union || model.exists(row, object)).then(|| as_object(node(row, object)))
}
