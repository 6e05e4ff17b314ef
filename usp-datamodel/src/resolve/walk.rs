//! One path on its way through schema and rows.

use alloc::vec::Vec;

use usp_collections::SortedSet;
use usp_path::{Follow, Path, PathKind, SearchExpression, Segment};
use usp_schema::Object;

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
    path: &'p Path<'p>,
    view: View<'p>,
    budget: &'p mut Budget,
    /// The objects and tables so far; what is named in them is known at the end.
    nodes: Vec<Match>,
    position: Position<'m>,
}

impl<'m, 'p> Walk<'m, 'p> {
    pub(crate) fn new(
        model: &'m DataModel,
        path: &'p Path<'p>,
        view: View<'p>,
        budget: &'p mut Budget,
        nodes: Vec<Match>,
    ) -> Self {
        Self { model, path, view, budget, nodes, position: Position::Unknown }
    }

    /// Goes to the end of the path, from the table that it begins with if that is known.
    pub(crate) fn run(mut self, begin: Option<Beginning>) -> Result<Resolution, Fault> {
        let mut segments = self.path.segments();
        let (row, object) = match begin {
            Some(Beginning { row, table, segments: behind }) => {
                self.budget.matched(behind - 1)?;
                segments.by_ref().take(behind).for_each(drop);
                (row, self.model.object(table))
            }
            None => {
                let Some(Segment::Name(root)) = segments.next() else { return Err(self.unsupported()) };
                (ROOT, self.model.schema.root(root).ok_or_else(|| self.unsupported())?)
            }
        };
        self.nodes.clear();
        self.nodes.push(as_object(node(row, object)));
        self.position = Position::Known(At::new(object));
        let mut segments = segments.peekable();
        while let Some(segment) = segments.next() {
            match segment {
                Segment::Name(name) => match segments.peek() {
                    Some(&Segment::Follow(follow)) => {
                        segments.next();
                        self.follow(name, follow)?;
                    }
                    None if self.path.kind() == PathKind::Parameter && !self.path.has_trailing_dot() => {
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
        let ends = match self.position {
            Position::Known(at) => Ends::One(at.end()),
            Position::Several(all) => Ends::Several(all.into_iter().map(At::end).collect()),
            Position::Unknown => Ends::Anywhere(self.path.kind()),
        };
        Ok(Resolution { matches: self.nodes, search: self.path.is_search(), ends })
    }

    /// Goes on in the schema; it is an error when no place leads on.
    fn advance(&mut self, next: impl FnOnce(Position<'m>) -> Option<Position<'m>>) -> Result<(), Fault> {
        let position = core::mem::replace(&mut self.position, Position::Unknown);
        self.position = next(position).ok_or_else(|| self.unsupported())?;
        Ok(())
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
        let (model, view) = (self.model, self.view);
        self.step(|node| {
            let Node::Place(place) = node else { return None };
            match model.object(place.object).parameter(name) {
                Some(found) => Some(Match { node, leaf: Leaf::Parameter(found.id()) }),
                None => child_node(model, view, place, name),
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
        let tables = core::mem::take(&mut self.nodes);
        let compile = |table| {
            expression.map(|expression| Expression::compile_for(model, view, table, expression)).transpose()
        };
        // A wrong expression is an error also when there is no table to try it on.
        let mut compiled = match &self.position {
            Position::Known(at) => Some((at.object.id(), compile(at.object.id())?)),
            Position::Several(all) => {
                // Of what is mounted it makes sense in one at least.
                let mut faults = all.iter().map(|at| compile(at.object.id()).err());
                let first = faults.next().flatten();
                if let Some(fault) = first.filter(|_| !faults.any(|fault| fault.is_none())) {
                    return Err(fault);
                }
                None
            }
            Position::Unknown => None,
        };
        let is_mounted = matches!(self.position, Position::Several(_));
        for found in tables {
            let Node::Table { row: parent, table } = found.node else { continue };
            let Some(content) = model.store.table(parent, table) else { continue };
            if compiled.as_ref().is_none_or(|(known, _)| *known != table) {
                match compile(table) {
                    Ok(expression) => compiled = Some((table, expression)),
                    Err(_) if is_mounted => continue,
                    Err(fault) => return Err(fault),
                }
            }
            let expression = compiled.as_ref().and_then(|(_, expression)| expression.as_ref());
            let place = |row| as_object(Node::Place(Place { row, object: table }));
            let Some(expression) = expression else {
                self.nodes.extend(content.rows().map(place));
                continue;
            };
            if let Some(rows) = expression.rows_by_key(model, parent, table) {
                self.nodes.extend(rows.into_iter().map(place));
                continue;
            }
            if view.in_reference {
                return Err(self.unsupported());
            }
            if let Some(mut scan) = expression.scan(model) {
                self.budget.compared(content.len())?;
                self.nodes.extend(content.rows().filter(|&row| scan.fits(row)).map(place));
                continue;
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
        self.advance(|position| position.step(|at| at.parameter(name)))?;
        self.position = match &self.position {
            Position::Known(At { leaf: Leaf::Parameter(parameter), .. }) => {
                let target = model.announced_target(model.parameter(*parameter), self.path)?;
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
