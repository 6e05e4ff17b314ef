//! Who wants to be told of what: the paths of ReferenceLists as one tree.
//!
//! A change walks the tree along its own path (subscriptions/matching.rs), so that it meets those who care and none of
//! the others. Rows chosen by an expression stand under the value that the expression asks for, where it asks for one.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_collections::{SortedMap, SortedSet};
use usp_path::{Path, SearchExpression, Segment};
use usp_schema::{Object, ParameterId};

use crate::change::ChangeKind;
use crate::expression::Expression;
use crate::model::DataModel;

/// Somebody who is told of changes, under a number of the embedder's choice: an Agent takes the Instance Number of
/// the row in `Device.LocalAgent.Subscription.`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriberId(pub u32);

/// The tree. By default it has not even a root, to stand where the one in use is for the moment.
#[derive(Debug, Default)]
pub(crate) struct SubscriptionIndex {
    nodes: Vec<Node>,
    free: Vec<u32>,
    /// The nodes at which each subscriber stands.
    places: SortedSet<(SubscriberId, u32)>,
    /// How many entries there are behind references.
    behind: usize,
    /// Paths that make no sense in the schema, and might in another.
    senseless: SortedMap<SubscriberId, SortedSet<(ChangeKind, Box<str>)>>,
}

/// What paths have in common up to a step.
#[derive(Debug, Default)]
pub(crate) struct Node {
    edge: Edge,
    parent: u32,
    names: Vec<(Box<str>, u32)>,
    pub(crate) rows: Option<Box<RowSteps>>,
    /// Those whose path ends here, in their order.
    pub(crate) entries: Vec<Entry>,
    /// The expression that leads here.
    pub(crate) expression: Option<Box<RowExpression>>,
}

/// How a node hangs on its parent.
#[derive(Debug, Clone, Copy, Default)]
enum Edge {
    #[default]
    Root,
    Name,
    Number(u32),
    Wildcard,
    Expression,
}

/// A subscriber at the end of its path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) subscriber: SubscriberId,
    pub(crate) kind: ChangeKind,
    /// A path that follows references: it covers what it leads to at the moment of the change, if that is here.
    pub(crate) behind: Option<Box<str>>,
}

/// Where subscribers to a path stand.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    at: u32,
    /// The path, if it follows references.
    behind: Option<Box<str>>,
}

/// The steps from a table to its rows.
#[derive(Debug, Default)]
pub(crate) struct RowSteps {
    pub(crate) numbers: SortedMap<u32, u32>,
    pub(crate) wildcard: Option<u32>,
    expressions: SortedMap<Box<str>, u32>,
    /// Nodes of expressions, by a parameter and the text of the value that they ask for.
    pub(crate) by_value: SortedMap<ParameterId, SortedMap<Box<str>, Vec<u32>>>,
    /// Nodes of all other expressions.
    pub(crate) others: SortedSet<u32>,
}

/// An expression that chooses rows.
#[derive(Debug)]
pub(crate) struct RowExpression {
    pub(crate) text: Box<str>,
    /// `None` for one whose meaning depends on what its own references lead to at the moment.
    pub(crate) compiled: Option<Expression<'static>>,
    value: Option<(ParameterId, Box<str>)>,
}

/// A step of a path.
enum Step<'p> {
    Name(Cow<'p, str>),
    Number(u32),
    Wildcard,
    Expression(Box<RowExpression>),
}

pub(crate) const TOP: u32 = 0;

impl SubscriptionIndex {
    pub(crate) fn new() -> Self {
        Self {
            nodes: alloc::vec![Node::default()],
            free: Vec::new(),
            places: SortedSet::new(),
            behind: 0,
            senseless: SortedMap::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether there are nodes for nobody.
    pub(crate) fn has_unused_nodes(&self) -> bool {
        let used = self.nodes.iter().filter(|node| !node.is_unused()).count();
        let unused = self.nodes.len() - used;
        unused != self.free.len() + usize::from(self.is_empty())
    }

    /// Whether anybody's path follows references.
    pub(crate) fn has_behind(&self) -> bool {
        self.behind > 0
    }

    pub(crate) fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    /// Where those stand who want to be told of a path; `None` for one that makes no sense in the model.
    pub(crate) fn spot(&mut self, model: &DataModel, path: &Path<'_>) -> Option<Spot> {
        let (steps, follows) = steps(model, path)?;
        let at = steps.into_iter().fold(TOP, |at, step| self.step(at, step));
        Some(Spot { at, behind: follows.then(|| path.to_string().into()) })
    }

    /// Enters a subscriber; the place to be noted, if it was not entered before.
    pub(crate) fn enter(
        &mut self,
        Spot { at, behind }: Spot,
        subscriber: SubscriberId,
        kind: ChangeKind,
    ) -> Option<(SubscriberId, u32)> {
        let follows = behind.is_some();
        let entry = Entry { subscriber, kind, behind };
        let entries = &mut self.nodes[at as usize].entries;
        // Rows come in the order of their numbers.
        let position = match entries.last().is_none_or(|last| *last < entry) {
            true => entries.len(),
            false => match entries.binary_search(&entry) {
                Ok(_) => return None,
                Err(position) => position,
            },
        };
        self.behind += usize::from(follows);
        entries.insert(position, entry);
        Some((subscriber, at))
    }

    /// Notes where subscribers were entered.
    pub(crate) fn note_places(&mut self, places: Vec<(SubscriberId, u32)>) {
        self.places.extend(places);
    }

    /// Enters a subscriber to a path that makes no sense in the model: it covers nothing.
    pub(crate) fn enter_senseless(&mut self, path: &Path<'_>, subscriber: SubscriberId, kind: ChangeKind) {
        self.senseless.get_or_insert_default(subscriber).insert((kind, path.to_string().into()));
    }

    /// Takes a subscriber out, with whatever only it needed.
    pub(crate) fn remove(&mut self, subscriber: SubscriberId) {
        self.senseless.remove(&subscriber);
        while let Some(&(of, place)) = self.places.iter_from(&(subscriber, 0)).next()
            && of == subscriber
        {
            self.places.remove(&(of, place));
            let entries = &mut self.nodes[place as usize].entries;
            let first = entries.partition_point(|entry| entry.subscriber < subscriber);
            let last = entries.partition_point(|entry| entry.subscriber <= subscriber);
            self.behind -= entries.drain(first..last).filter(|entry| entry.behind.is_some()).count();
            self.prune(place);
        }
    }

    /// All paths that were entered, with their subscribers.
    pub(crate) fn references(&self) -> Vec<(SubscriberId, ChangeKind, String)> {
        let mut references = Vec::new();
        for (at, node) in (0..).zip(&self.nodes) {
            for Entry { subscriber, kind, behind } in &node.entries {
                let path = behind.as_deref().map_or_else(|| self.path_to(at), String::from);
                references.push((*subscriber, *kind, path));
            }
        }
        for (&subscriber, paths) in &self.senseless {
            references.extend(paths.iter().map(|(kind, path)| (subscriber, *kind, path.to_string())));
        }
        references
    }

    /// The path of a node as text.
    fn path_to(&self, node: u32) -> String {
        let mut steps: Vec<String> = Vec::new();
        let mut at = node;
        while at != TOP {
            let Node { edge, parent, expression, .. } = self.node(at);
            let names = &self.node(*parent).names;
            let name = names.iter().find(|(_, child)| *child == at).map(|(name, _)| &**name);
            steps.push(match edge {
                Edge::Root | Edge::Name => name.unwrap_or_default().to_string(),
                Edge::Number(number) => number.to_string(),
                Edge::Wildcard => "*".to_string(),
                Edge::Expression => {
                    expression.as_deref().map(|expression| expression.text.to_string()).unwrap_or_default()
                }
            });
            at = *parent;
        }
        steps.reverse();
        let mut path = steps.join(".");
        // Rows stand before a dot; for a name it does not matter here.
        if !matches!(self.node(node).edge, Edge::Name) {
            path.push('.');
        }
        path
    }

    /// The child of a node for a step, made if there is none.
    fn step(&mut self, at: u32, step: Step<'_>) -> u32 {
        let found = match &step {
            Step::Name(name) => self.node(at).name(name),
            Step::Number(number) => self.rows(at).and_then(|rows| rows.numbers.get(number).copied()),
            Step::Wildcard => self.rows(at).and_then(|rows| rows.wildcard),
            Step::Expression(expression) => {
                self.rows(at).and_then(|rows| rows.expressions.get(&expression.text).copied())
            }
        };
        if let Some(found) = found {
            return found;
        }
        let child = self.new_node(at);
        let node = &mut self.nodes[at as usize];
        let edge = match step {
            Step::Name(name) => {
                let position = node.names.partition_point(|(other, _)| **other < *name);
                node.names.insert(position, (name.into(), child));
                Edge::Name
            }
            Step::Number(number) => {
                node.rows.get_or_insert_default().numbers.insert(number, child);
                Edge::Number(number)
            }
            Step::Wildcard => {
                node.rows.get_or_insert_default().wildcard = Some(child);
                Edge::Wildcard
            }
            Step::Expression(expression) => {
                let rows = node.rows.get_or_insert_default();
                rows.expressions.insert(expression.text.clone(), child);
                match &expression.value {
                    Some((parameter, value)) => {
                        let by_value = rows.by_value.get_or_insert_default(*parameter);
                        by_value.get_or_insert_default(value.clone()).push(child);
                    }
                    None => {
                        rows.others.insert(child);
                    }
                }
                self.nodes[child as usize].expression = Some(expression);
                Edge::Expression
            }
        };
        self.nodes[child as usize].edge = edge;
        child
    }

    fn rows(&self, at: u32) -> Option<&RowSteps> {
        self.node(at).rows.as_deref()
    }

    fn new_node(&mut self, parent: u32) -> u32 {
        let node = Node { parent, ..Node::default() };
        match self.free.pop() {
            Some(free) => {
                self.nodes[free as usize] = node;
                free
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        }
    }

    /// Removes a node that nobody needs, and those above it that were there for it alone.
    fn prune(&mut self, from: u32) {
        let mut at = from;
        while at != TOP && self.node(at).is_unused() {
            let node = core::mem::take(&mut self.nodes[at as usize]);
            self.free.push(at);
            let parent = &mut self.nodes[node.parent as usize];
            if matches!(node.edge, Edge::Name) {
                parent.names.retain(|&(_, child)| child != at);
            } else if let Some(rows) = &mut parent.rows {
                rows.remove(node.edge, at, node.expression.as_deref());
                if rows.is_unused() {
                    parent.rows = None;
                }
            }
            at = node.parent;
        }
    }
}

impl Node {
    /// The child with a name.
    pub(crate) fn name(&self, name: &str) -> Option<u32> {
        let found = self.names.binary_search_by(|(other, _)| (**other).cmp(name));
        found.ok().map(|position| self.names[position].1)
    }

    fn is_unused(&self) -> bool {
        self.names.is_empty() && self.rows.is_none() && self.entries.is_empty()
    }
}

impl RowSteps {
    fn remove(&mut self, edge: Edge, child: u32, expression: Option<&RowExpression>) {
        match (edge, expression) {
            (Edge::Number(number), _) => {
                self.numbers.remove(&number);
            }
            (Edge::Wildcard, _) => self.wildcard = None,
            (Edge::Expression, Some(expression)) => {
                self.expressions.remove(&expression.text);
                self.others.remove(&child);
                let Some((parameter, value)) = &expression.value else { return };
                let Some(values) = self.by_value.get_mut(parameter) else { return };
                if let Some(nodes) = values.get_mut(value) {
                    nodes.retain(|&node| node != child);
                    if nodes.is_empty() {
                        values.remove(value);
                    }
                }
                if values.is_empty() {
                    self.by_value.remove(parameter);
                }
            }
            _ => {}
        }
    }

    fn is_unused(&self) -> bool {
        self.numbers.is_empty() && self.wildcard.is_none() && self.expressions.is_empty()
    }
}

impl RowExpression {
    /// An expression for the rows of a table, or of one of the tables that mounts have there.
    fn new(model: &DataModel, tables: &[Object<'_>], expression: &SearchExpression<'_>) -> Option<Self> {
        let mut sensible =
            tables.iter().filter_map(|table| Expression::compile(model, table.id(), expression).ok());
        let compiled = sensible.next()?;
        let text: Box<str> = expression.to_string().into();
        // A constant that is a reference by key is another one when the rows are others, and what is mounted is another
        // thing in another row.
        if tables.len() > 1 || text.get(1..).is_some_and(|inside| inside.contains('[')) {
            return Some(Self { text, compiled: None, value: None });
        }
        let value = compiled.asked_value(model).map(|(parameter, value)| (parameter, value.into()));
        Some(Self { text, compiled: Some(compiled), value })
    }
}

/// Where a path stands in the tree, and whether it follows references. Behind a reference that is the table that the
/// schema announces, with whatever row; or the top, if it announces none.
fn steps<'p>(model: &'p DataModel, path: &Path<'p>) -> Option<(Vec<Step<'p>>, bool)> {
    if let Some(steps) = plain_steps(path) {
        return Some((steps, false));
    }
    // Of what is mounted the path may lead to one of several.
    let (mut steps, mut at, mut follows): (Vec<Step<'p>>, Vec<Object<'_>>, bool) =
        (Vec::new(), Vec::new(), false);
    let mut segments = path.segments().peekable();
    while let Some(segment) = segments.next() {
        match segment {
            Segment::Name(name) => {
                if let Some(Segment::Follow(_)) = segments.peek() {
                    segments.next();
                    follows = true;
                    let mut parameters = at.iter().filter_map(|object| object.parameter(name));
                    let parameter = parameters.next()?;
                    let announced = model.announced_target(parameter, path).ok()?;
                    let Some(target) = announced.filter(|_| parameters.next().is_none()) else {
                        return Some((Vec::new(), true));
                    };
                    steps = steps_of(target);
                    at = alloc::vec![target];
                    continue;
                }
                at = match steps.is_empty() {
                    true => model.schema.root(name).into_iter().collect(),
                    false => at.iter().flat_map(|object| object.children_named(name)).collect(),
                };
                steps.push(Step::Name(name.into()));
            }
            Segment::Instance(number) => steps.push(Step::Number(number.get())),
            Segment::Wildcard => steps.push(Step::Wildcard),
            Segment::Expression(expression) => {
                let tables: Vec<Object<'_>> = at.iter().copied().filter(|object| object.is_table()).collect();
                steps.push(Step::Expression(Box::new(RowExpression::new(model, &tables, &expression)?)));
            }
            Segment::Command(_) | Segment::Event(_) => steps.push(Step::Name(segment.to_string().into())),
            Segment::Follow(_) => return None,
        }
    }
    Some((steps, follows))
}

/// The steps of a path without expressions and references, for which the schema need not be asked.
fn plain_steps<'p>(path: &Path<'p>) -> Option<Vec<Step<'p>>> {
    let step = |segment: Segment<'p>| match segment {
        Segment::Name(name) => Some(Step::Name(name.into())),
        Segment::Instance(number) => Some(Step::Number(number.get())),
        Segment::Wildcard => Some(Step::Wildcard),
        Segment::Command(_) | Segment::Event(_) => Some(Step::Name(segment.to_string().into())),
        Segment::Expression(_) | Segment::Follow(_) => None,
    };
    path.segments().map(step).collect()
}

/// The steps to an object, through all rows of the tables on the way.
fn steps_of(object: Object<'_>) -> Vec<Step<'_>> {
    let mut objects: Vec<Object<'_>> = object.ancestors().collect();
    objects.reverse();
    objects.push(object);
    let mut steps = Vec::new();
    for object in objects.into_iter().filter(|object| !object.is_mount()) {
        steps.push(Step::Name(object.name().into()));
        if object.is_table() {
            steps.push(Step::Wildcard);
        }
    }
    steps
}
