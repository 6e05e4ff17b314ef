//! What a Target of a Permission covers, as far as the schema tells.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use usp_path::{Path, PathBuf, PathKind, Segment};
use usp_schema::{Object, Schema};

use super::grants::Element;

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
    /// Reads a Target: a path with Instance Numbers, wildcards, `{i}`, expressions or references. `None` for what is
    /// no path, or leads nowhere in the schema: it covers nothing.
    pub(super) fn read(schema: &Schema, text: &str) -> Option<Self> {
        let generic: String;
        let path = match Path::parse(text) {
            Ok(path) => path,
            Err(_) => {
                generic = text.replace("{i}", "*");
                Path::parse(&generic).ok()?
            }
        };
        let mut segments = path.segments().peekable();
        let Segment::Name(root) = segments.next()? else { return None };
        let mut at = At { object: schema.root(root)?, is_table: false };
        at.is_table = at.object.is_table();
        let (mut element, mut numbers, mut searches) = (None, Vec::new(), false);
        while let Some(segment) = segments.next() {
            match segment {
                Segment::Name(_) if matches!(segments.peek(), Some(Segment::Follow(_))) => {
                    // Where a reference leads is known when it is followed.
                    return Some(Self {
                        objects: 0..u32::try_from(schema.objects().len()).ok()?,
                        table_itself: true,
                        element: None,
                        rows: TargetRows::Search(path.to_path_buf()),
                    });
                }
                Segment::Name(name) => {
                    let object = at.place()?;
                    let is_last = segments.peek().is_none();
                    let as_parameter = path.kind() == PathKind::Parameter && !path.has_trailing_dot();
                    let parameter = object.parameter(name).filter(|_| is_last && as_parameter);
                    match parameter {
                        Some(parameter) => element = Some(Element::Parameter(parameter.id())),
                        // An object may come without its final dot (T11).
                        None => at = At::new(object.child(name)?),
                    }
                }
                Segment::Instance(number) => {
                    at = at.rows()?;
                    numbers.push(Some(number.get()));
                }
                Segment::Wildcard => {
                    at = at.rows()?;
                    numbers.push(None);
                }
                Segment::Expression(_) => {
                    at = at.rows()?;
                    searches = true;
                }
                Segment::Command(name) => {
                    let command = at.place()?.command(&alloc::format!("{name}()"))?;
                    element = Some(Element::Command(command.id()));
                }
                Segment::Event(name) => {
                    let event = at.place()?.event(&alloc::format!("{name}!"))?;
                    element = Some(Element::Event(event.id()));
                }
                Segment::Follow(_) => return None,
            }
        }
        let object = at.object;
        let objects = match element {
            Some(_) => object.id().index()..object.id().index() + 1,
            None => object.subtree(),
        };
        let rows = if searches {
            TargetRows::Search(path.to_path_buf())
        } else if numbers.iter().any(Option::is_some) {
            TargetRows::Numbers(numbers)
        } else {
            TargetRows::All
        };
        // What is named in rows is in no table as such; but a table with its `{i}` is the table.
        let is_generic = text.trim_end_matches('.').ends_with("{i}");
        let table_itself = at.is_table || !object.is_table() || is_generic;
        Some(Self { objects, table_itself, element, rows })
    }
}

/// Where in the schema a Target has come to.
#[derive(Clone, Copy)]
struct At<'s> {
    object: Object<'s>,
    /// Whether it is a table that still needs its rows named.
    is_table: bool,
}

impl<'s> At<'s> {
    fn new(object: Object<'s>) -> Self {
        Self { object, is_table: object.is_table() }
    }

    fn place(self) -> Option<Object<'s>> {
        (!self.is_table).then_some(self.object)
    }

    fn rows(self) -> Option<Self> {
        self.is_table.then_some(Self { is_table: false, ..self })
    }
}
