//! From a path to the objects that it leads to.

pub(crate) mod place;
pub(crate) mod plain;
pub(crate) mod position;
pub(crate) mod walk;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use usp_path::{Follow, Limits, Path, PathKind, RelativePath, SearchExpression};
use usp_schema::{CommandId, EventId, ObjectId, Parameter, ParameterId};

use crate::expression::Expression;
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::requests::budget::Budget;
use crate::resolve::place::Place;
use crate::resolve::plain::{Beginning, Found};
use crate::resolve::walk::{Walk, Way};
use crate::store::RowId;

/// What a path leads to.
#[derive(Debug, Clone)]
pub(crate) struct Resolution {
    /// The objects and tables that exist, in the order of the model, each with what the path names in it.
    pub(crate) matches: Vec<Match>,
    /// Whether the path has a wildcard, an expression or follows several references.
    pub(crate) search: bool,
    /// Where the path leads in the schema, as far as that is known.
    pub(crate) ends: Ends,
}

/// Where in the schema a path may end.
#[derive(Debug, Clone)]
pub(crate) enum Ends {
    /// Anywhere: the path goes through references, and is of this kind.
    Anywhere(PathKind),
    One(End),
    /// In one of the objects that mounts have there.
    Several(Vec<End>),
}

impl Ends {
    /// Whether one of them passes a test; where nobody knows them, one might.
    pub(crate) fn any(&self, mut test: impl FnMut(End) -> bool) -> bool {
        match self {
            Self::Anywhere(_) => true,
            Self::One(end) => test(*end),
            Self::Several(ends) => ends.iter().any(|&end| test(end)),
        }
    }

    /// Whether the path can lead to an element of these kinds, whether or not there is any: by the schema, or by how the
    /// path is written.
    pub(crate) fn lead_to(&self, kinds: &[ElementKind]) -> bool {
        match self {
            Self::Anywhere(PathKind::Command) => kinds.contains(&ElementKind::Command),
            Self::Anywhere(PathKind::Event) => kinds.contains(&ElementKind::Event),
            Self::Anywhere(PathKind::Object | PathKind::ObjectInstance) => {
                kinds.contains(&ElementKind::Object)
            }
            // It may be an object without its dot (T11).
            Self::Anywhere(PathKind::Parameter) => {
                kinds.contains(&ElementKind::Object) || kinds.contains(&ElementKind::Parameter)
            }
            known => known.any(|end| kinds.contains(&end.leaf.kind())),
        }
    }
}

/// Where in the schema a path ends, whether or not anything exists there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) object: ObjectId,
    /// Whether it is a table as such.
    pub(crate) is_table: bool,
    pub(crate) leaf: Leaf,
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

/// What kind of element a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ElementKind {
    Object,
    Parameter,
    Command,
    Event,
}

impl Leaf {
    fn kind(self) -> ElementKind {
        match self {
            Self::Object => ElementKind::Object,
            Self::Parameter(_) => ElementKind::Parameter,
            Self::Command(_) => ElementKind::Command,
            Self::Event(_) => ElementKind::Event,
        }
    }
}

/// How a path is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    /// What cannot be read cannot be searched by either `[R-GIN.0]`.
    pub(crate) access: &'a Access<'a>,
    /// Whether the path is the value of a reference: then it may only name objects by number and Unique Key, and
    /// no reference is resolved on the way. Else values could refer to each other for ever.
    pub(crate) in_reference: bool,
    /// Whether each object of a union counts as existing, since what chooses one of them may be yet to come.
    pub(crate) any_of_union: bool,
}

impl View<'static> {
    pub(crate) const DEVICE: Self = Self::of(Access::DEVICE);
    pub(crate) const CONTROLLER: Self = Self::of(Access::CONTROLLER);
}

/// Reads a path.
///
/// # Errors
///
/// 7008 for a text that is none.
pub(crate) fn parse(text: &str) -> Result<Path<'_>, Fault> {
    Path::parse(text).map_err(|error| Fault::path_syntax(text, &error))
}

/// Whether an instance identifier begins like this.
fn is_of_instance(first: char) -> bool {
    first.is_ascii_digit() || matches!(first, '*' | '[')
}

impl<'a> View<'a> {
    pub(crate) const fn of(access: &'a Access<'a>) -> Self {
        Self { access, in_reference: false, any_of_union: false }
    }
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
        view: View<'_>,
        budget: &mut Budget,
    ) -> Result<Resolution, Fault> {
        Walk::new(self, path.as_str(), view, budget, Vec::new()).run(Way::from(path))
    }

    /// Finds what the path of a text leads to.
    ///
    /// # Errors
    ///
    /// 7008 for a text that is no path, else as for [`resolve_for`](Self::resolve_for).
    pub(crate) fn resolve_text(
        &self,
        text: &str,
        view: View<'_>,
        budget: &mut Budget,
    ) -> Result<Resolution, Fault> {
        match self.find(text) {
            Found::Whole(plain) => {
                budget.matched(plain.steps)?;
                let (matches, ends) = (alloc::vec![plain.found], Ends::One(plain.end()));
                Ok(Resolution { matches, search: false, ends })
            }
            Found::UpTo(table) => self.resolve_from(Some(table), text, view, budget, Vec::new()),
            Found::Nothing => self.resolve_from(None, text, view, budget, Vec::new()),
        }
    }

    /// The same for a text that is found up to a table at most, with memory for the matches that was used before.
    ///
    /// # Errors
    ///
    /// As for [`resolve_text`](Self::resolve_text).
    pub(crate) fn resolve_from(
        &self,
        begin: Option<Beginning>,
        text: &str,
        view: View<'_>,
        budget: &mut Budget,
        memory: Vec<Match>,
    ) -> Result<Resolution, Fault> {
        // What was found need not be parsed, and an expression is compiled as it is read. Where something is wrong, the
        // whole is gone through to tell what.
        let mut expression = Expression::new(view);
        let searched = begin.and_then(|begin| Some((begin, self.searched(text, begin, &mut expression)?)));
        let walk = Walk::new(self, text, view, budget, memory);
        match searched {
            Some((begin, behind)) => walk.run_from(begin, &expression, behind.as_ref().map(Way::from)),
            None => walk.run(Way::from(&parse(text)?)),
        }
    }

    /// Reads what names rows behind the table that a path begins with: a wildcard, or a Search Expression, which is
    /// compiled. What stands behind it, if anything; `None` where something is not sound.
    fn searched<'t>(
        &self,
        path: &'t str,
        begin: Beginning,
        expression: &mut Expression<'_>,
    ) -> Option<Option<RelativePath<'t>>> {
        let mut limits = Limits::DEFAULT;
        let object = self.object(begin.table);
        let text = path.get(begin.length..)?;
        let mut behind = match text.strip_prefix('*') {
            Some(behind) => behind,
            None => {
                let behind = SearchExpression::read_leading(text, &Limits::DEFAULT, &mut |component| {
                    limits.max_components -= 1;
                    expression.push(self, object, &component).is_ok()
                })?;
                expression.complete(self, begin.table);
                behind
            }
        };
        if !behind.is_empty() {
            behind = behind.strip_prefix('.')?;
        }
        if behind.is_empty() {
            return Some(None);
        }
        limits.max_segments = limits.max_segments.checked_sub(begin.segments + 1)?;
        // No other rows can be named of a row.
        let is_of_row = !behind.starts_with(is_of_instance);
        RelativePath::parse_with(behind, &limits).ok().filter(|_| is_of_row).map(Some)
    }

    /// The one parameter that a path without search leads to.
    pub(crate) fn one_parameter(&self, path: &str) -> Result<(Place, ParameterId), Fault> {
        match self.one_match(path)? {
            Some(Match { node: Node::Place(place), leaf: Leaf::Parameter(parameter) }) => {
                Ok((place, parameter))
            }
            _ => Err(Fault::not_one(path, "parameter")),
        }
    }

    /// The canonical path of the one event that a path leads to.
    pub(crate) fn one_event(&self, path: &str) -> Result<String, Fault> {
        match self.one_match(path)? {
            Some(found @ Match { leaf: Leaf::Event(_), .. }) => Ok(self.path_of_match(found)),
            _ => Err(Fault::not_one(path, "event")),
        }
    }

    /// What a path leads to; `None` where that is more than one thing.
    fn one_match(&self, path: &str) -> Result<Option<Match>, Fault> {
        if let Some(plain) = self.plain(path) {
            return Ok(Some(plain.found));
        }
        match self.resolve(&parse(path)?)?.matches[..] {
            [found] => Ok(Some(found)),
            [] => Err(Fault::absent_object(path)),
            _ => Ok(None),
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
        self.reference_target_for(text, Access::DEVICE)
    }

    /// The same for a requester: what may not be known of is not there.
    pub(crate) fn reference_target_for(&self, text: &str, access: &Access<'_>) -> Option<Match> {
        let found = match self.plain(text) {
            Some(plain) => plain.found,
            None => self.parsed_target(text, access)?,
        };
        self.is_target(found, access).then_some(found)
    }

    /// The same with the text in its canonical form, which is lent where it has that form.
    pub(crate) fn canonical_target_for<'t>(
        &self,
        text: &'t str,
        access: &Access<'_>,
    ) -> Option<(Match, Cow<'t, str>)> {
        let (found, canonical) = match self.plain(text) {
            // Names and numbers as they are written come to the same text.
            Some(plain) => (plain.found, Cow::Borrowed(without_dot(text))),
            None => {
                let found = self.parsed_target(text, access)?;
                (found, Cow::Owned(without_dot(&self.path_of_match(found)).into()))
            }
        };
        self.is_target(found, access).then_some((found, canonical))
    }

    fn parsed_target(&self, text: &str, access: &Access<'_>) -> Option<Match> {
        let path = Path::parse(text).ok()?;
        let view = View { in_reference: true, ..View::of(access) };
        let resolved = self.resolve_for(&path, view, &mut Budget::new(self.limits)).ok()?;
        if let [found] = resolved.matches[..] { Some(found) } else { None }
    }

    fn is_target(&self, found: Match, access: &Access<'_>) -> bool {
        matches!(found.node, Node::Place(_))
            && matches!(found.leaf, Leaf::Object | Leaf::Parameter(_))
            && access.node(self, found.node).reveal()
    }

    /// The text of a reference with Instance Numbers and without final dot; a text that leads nowhere without its
    /// final dot `[R-ARC.11]`.
    pub(crate) fn canonical_reference(&self, view: View<'_>, text: &str) -> String {
        let found = if view.in_reference { None } else { self.canonical_target_for(text, view.access) };
        found.map_or_else(|| without_dot(text).into(), |(_, canonical)| canonical.into_owned())
    }

    /// The objects that a reference parameter points to: one item of its list or all. Each item is paid for, also where
    /// it leads nowhere.
    pub(crate) fn follow(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        follow: Follow,
        view: View<'_>,
        pay: impl FnOnce(usize) -> Result<(), Fault>,
    ) -> Result<Vec<Place>, Fault> {
        // What may not be read leads nowhere.
        if !view.access.reads(self, row, parameter) {
            return Ok(Vec::new());
        }
        let Ok(value) = self.seen(row, parameter, view.access) else { return Ok(Vec::new()) };
        let items = match follow {
            Follow::Item(number) => value.text_of(number.get() as usize - 1).into_iter().collect(),
            Follow::All => value.texts(),
        };
        pay(items.len())?;
        let place = |item: &String| match self.reference_target(item)? {
            Match { node: Node::Place(place), leaf: Leaf::Object } => Some(place),
            _ => None,
        };
        Ok(items.iter().filter_map(place).collect())
    }
}

/// The path of an object as references have it.
pub(crate) fn without_dot(path: &str) -> &str {
    path.trim_end_matches('.')
}
