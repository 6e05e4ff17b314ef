//! What a Target of a Permission covers, as far as the schema tells.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use usp_path::{Path, PathBuf, PathKind, Segment};
use usp_schema::{Object, Schema};

use super::grants::Element;
use crate::resolve::Leaf;
use crate::resolve::position::{At, Position};

/// What a Target covers.
#[derive(Debug)]
pub(super) struct Target {
    /// The objects in which it covers something.
    pub(super) objects: Range<u32>,
    /// When the first of them is a table: whether the table itself is meant, and not its rows alone.
    pub(super) table_itself: bool,
    /// The one element that it covers; `None` for the objects and everything in them.
    pub(super) element: Option<Element>,
    pub(super) rows: TargetRows,
}

/// In which rows a Target covers it.
#[derive(Debug)]
pub(super) enum TargetRows {
    /// In all.
    All,
    /// In those with these numbers, outermost first; `None` for all of a table.
    Numbers(Vec<Option<u32>>),
    /// In those that a search finds, which depends on values.
    Search(PathBuf),
}

impl Target {
    /// Reads a Target: a path with Instance Numbers, wildcards, `{i}`, expressions or references. None for what is no
    /// path, or leads nowhere in the schema: it covers nothing. One for each object that mounts have there.
    pub(super) fn read(schema: &Schema, text: &str) -> Vec<Self> {
        Self::parse(schema, text).unwrap_or_default()
    }

    fn parse(schema: &Schema, text: &str) -> Option<Vec<Self>> {
        let generic: String;
        let path = match Path::parse(text) {
            Ok(path) => path,
            Err(_) => {
                generic = text.replace("{i}", "*");
                Path::parse(&generic).ok()?
            }
        };
        let way = Way::of(schema, &path)?;
        if way.follows {
            // Where a reference leads is known when it is followed.
            return Some(alloc::vec![Self {
                objects: 0..u32::try_from(schema.objects().len()).ok()?,
                table_itself: true,
                element: None,
                rows: TargetRows::Search(path.to_path_buf()),
            }]);
        }
        let Way { position, numbers, searches, .. } = way;
        let rows = || {
            if searches {
                TargetRows::Search(path.to_path_buf())
            } else if numbers.iter().any(Option::is_some) {
                TargetRows::Numbers(numbers.clone())
            } else {
                TargetRows::All
            }
        };
        // What is named in rows is in no table as such; but a table with its `{i}` is the table.
        let is_generic = text.trim_end_matches('.').ends_with("{i}");
        let target = |at| Self::at(at, is_generic, rows());
        Some(match position {
            Position::Known(at) => alloc::vec![target(at)],
            Position::Several(all) => all.into_iter().map(target).collect(),
            Position::Unknown => Vec::new(),
        })
    }

    /// What is covered where a path has led to.
    fn at(At { object, is_table, leaf }: At<'_>, is_generic: bool, rows: TargetRows) -> Self {
        let element = match leaf {
            Leaf::Object => None,
            Leaf::Parameter(id) => Some(Element::Parameter(id)),
            Leaf::Command(id) => Some(Element::Command(id)),
            Leaf::Event(id) => Some(Element::Event(id)),
        };
        let objects = match element {
            Some(_) => object.id().index()..object.id().index() + 1,
            None => object.subtree(),
        };
        Self { objects, table_itself: is_table || !object.is_table() || is_generic, element, rows }
    }
}

/// The way of a Target through the schema.
struct Way<'s> {
    position: Position<'s>,
    /// The rows that it names, outermost first; `None` for all of a table.
    numbers: Vec<Option<u32>>,
    /// Whether it searches for rows, which are not among the numbers.
    searches: bool,
    /// Whether it follows a reference from here on.
    follows: bool,
}

impl<'s> Way<'s> {
    /// The way of a path, up to the first reference that it follows; `None` if it leads nowhere.
    fn of(schema: &'s Schema, path: &Path<'_>) -> Option<Self> {
        let mut segments = path.segments().peekable();
        let Segment::Name(root) = segments.next()? else { return None };
        let position = Position::Known(At::new(schema.root(root)?));
        let mut way = Self { position, numbers: Vec::new(), searches: false, follows: false };
        while let Some(segment) = segments.next() {
            let next = segments.peek();
            if matches!((&segment, next), (Segment::Name(_), Some(Segment::Follow(_)))) {
                way.follows = true;
                break;
            }
            let as_parameter = path.kind() == PathKind::Parameter && !path.has_trailing_dot();
            if !way.leads_on(segment, as_parameter && next.is_none()) {
                return None;
            }
        }
        Some(way)
    }

    /// Takes a step; false where it leads nowhere.
    fn leads_on(&mut self, segment: Segment<'_>, may_be_parameter: bool) -> bool {
        let position = &mut self.position;
        match segment {
            Segment::Name(name) if may_be_parameter => position.parameter_or_child(name),
            Segment::Name(name) => position.child(name),
            Segment::Instance(number) => {
                self.numbers.push(Some(number.get()));
                position.step(At::rows)
            }
            Segment::Wildcard => {
                self.numbers.push(None);
                position.step(At::rows)
            }
            Segment::Expression(_) => {
                self.searches = true;
                position.step(At::rows)
            }
            Segment::Command(name) => {
                let name = alloc::format!("{name}()");
                let command =
                    |object: Object<'_>| object.command(&name).map(|found| Leaf::Command(found.id()));
                position.step(|at| at.leaf(command))
            }
            Segment::Event(name) => {
                let name = alloc::format!("{name}!");
                let event = |object: Object<'_>| object.event(&name).map(|found| Leaf::Event(found.id()));
                position.step(|at| at.leaf(event))
            }
            Segment::Follow(_) => false,
        }
    }
}
