//! What a requester gets to see and may do, for the time of one request.
//!
//! Every answer asks here: reads, writes, Search Expressions, the schema, notices. What may not be known of is passed
//! over in the same way as what does not exist, so that no answer tells one from the other.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Deref;

use usp_collections::SortedSet;
use usp_msg::ErrorCode;
use usp_schema::{ObjectId, Parameter, ParameterId, Value};

use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::{Element, Kind, NumberBuffer, ObjectGrants, Permissions, Rights, Whereabouts};
use crate::requester::Requester;
use crate::requests::budget::Budget;
use crate::resolve::place::Place;
use crate::resolve::{End, Leaf, Match, Node, View};
use crate::store::RowId;
use crate::store::value_view::ValueView;

/// Whether Controllers read the null value of the type in place of the value (TR-106, A.2.3.5), unless their roles
/// are among the SecuredRoles.
pub(crate) fn is_concealed(parameter: Parameter<'_>) -> bool {
    parameter.is_hidden() || parameter.is_secured()
}

/// What a requester may do, as of the start of a request.
#[derive(Debug)]
pub(crate) struct Access<'r> {
    /// `None` where everything is allowed.
    permissions: Option<Held<'r>>,
    concealment: Concealment,
    /// What each Target that searches has found.
    found: Vec<Found>,
}

/// Which values are read as the null value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Concealment {
    None,
    Hidden,
    HiddenAndSecured,
}

#[derive(Debug, Default)]
struct Found {
    objects: SortedSet<Node>,
    elements: SortedSet<(Node, Element)>,
}

/// The Permissions of a requester, for the time of a request or as long as they are kept.
#[derive(Debug)]
enum Held<'r> {
    Borrowed(&'r Arc<Permissions>),
    Shared(Arc<Permissions>),
}

impl Deref for Held<'_> {
    type Target = Permissions;

    fn deref(&self) -> &Permissions {
        match self {
            Self::Borrowed(permissions) => permissions,
            Self::Shared(permissions) => permissions,
        }
    }
}

static EVERYTHING: ObjectGrants = ObjectGrants::ALL;

impl Access<'static> {
    /// The device: it sees and does everything.
    pub(crate) const DEVICE: &Self =
        &Self { permissions: None, concealment: Concealment::None, found: Vec::new() };

    /// A Controller without roles: it may do everything but read what is concealed from all Controllers.
    pub(crate) const CONTROLLER: &Self =
        &Self { permissions: None, concealment: Concealment::HiddenAndSecured, found: Vec::new() };
}

impl<'r> Access<'r> {
    /// Takes in what a requester may do now. What follows in the same request changes nothing about it.
    ///
    /// # Errors
    ///
    /// 7005 or 7003 when a Target that searches cannot be evaluated: nobody knows then what is allowed. 7003 when the
    /// permissions belong to another schema.
    pub(crate) fn begin(model: &DataModel, requester: &'r Requester) -> Result<Self, Fault> {
        let concealment = |shows_secured| match (requester.is_device(), shows_secured) {
            (true, _) => Concealment::None,
            (false, true) => Concealment::Hidden,
            (false, false) => Concealment::HiddenAndSecured,
        };
        let Some(permissions) = requester.permissions() else {
            return Ok(Self { permissions: None, concealment: concealment(false), found: Vec::new() });
        };
        if !permissions.are_for(&model.schema) {
            let message = "the permissions of the requester are for another schema";
            return Err(Fault::new(ErrorCode::INTERNAL_ERROR, message));
        }
        let mut budget = Budget::new(model.limits);
        let found = permissions.searches().iter().map(|path| {
            match model.resolve_for(&path.as_path(), View::DEVICE, &mut budget) {
                Ok(resolution) => Ok(Found::new(&resolution.matches)),
                Err(fault) if is_beyond_us(&fault) => Err(fault),
                // An expression that makes no sense finds nothing.
                Err(_) => Ok(Found::default()),
            }
        });
        Ok(Self {
            found: found.collect::<Result<_, _>>()?,
            permissions: Some(Held::Borrowed(permissions)),
            concealment: concealment(permissions.is_secured()),
        })
    }

    /// The same, to be kept.
    pub(crate) fn into_shared(self) -> Access<'static> {
        let permissions = self.permissions.map(|held| match held {
            Held::Borrowed(permissions) => Held::Shared(Arc::clone(permissions)),
            Held::Shared(permissions) => Held::Shared(permissions),
        });
        Access { permissions, concealment: self.concealment, found: self.found }
    }

    /// The rights to an object that exists, and to what is in it.
    pub(crate) fn object(&self, model: &DataModel, place: Place) -> Cow<'_, ObjectGrants> {
        match &self.permissions {
            None => Cow::Borrowed(&EVERYTHING),
            Some(permissions) => permissions.object(place.object, &Standing { access: self, model, place }),
        }
    }

    /// The rights to an object, or to a row, that may be gone.
    pub(crate) fn grants_where(&self, object: ObjectId, at: &impl Whereabouts) -> Cow<'_, ObjectGrants> {
        self.permissions.as_ref().map_or(Cow::Borrowed(&EVERYTHING), |found| found.object(object, at))
    }

    /// The rights to a table as such, in the row that it is part of.
    pub(crate) fn table(&self, model: &DataModel, row: RowId, table: ObjectId) -> Cow<'_, ObjectGrants> {
        match &self.permissions {
            None => Cow::Borrowed(&EVERYTHING),
            Some(permissions) => {
                let place = Place { row, object: table };
                permissions.table(table, &Standing { access: self, model, place })
            }
        }
    }

    /// The rights to an object or table.
    pub(crate) fn node(&self, model: &DataModel, node: Node) -> Cow<'_, ObjectGrants> {
        match node {
            Node::Place(place) => self.object(model, place),
            Node::Table { row, table } => self.table(model, row, table),
        }
    }

    /// Whether a parameter of a row may be read.
    pub(crate) fn reads(&self, model: &DataModel, row: RowId, parameter: Parameter<'_>) -> bool {
        if self.permissions.is_none() {
            return true;
        }
        let place = Place { row, object: parameter.object().id() };
        self.object(model, place).parameter(parameter.id(), Rights::READ)
    }

    /// Whether a parameter may be read: in all rows, in none, or (`None`) depending on the row.
    pub(crate) fn reads_in_all_rows(&self, parameter: Parameter<'_>) -> Option<bool> {
        let Some(permissions) = &self.permissions else { return Some(true) };
        let (object, id) = (parameter.object().id(), parameter.id());
        match permissions.possible(object).0.parameter(id, Rights::READ) {
            false => Some(false),
            true => permissions.certain(object).parameter(id, Rights::READ).then_some(true),
        }
    }

    /// The rights that there may be to an object, or to the rows of a table.
    pub(crate) fn possible(&self, object: ObjectId) -> &ObjectGrants {
        self.permissions.as_ref().map_or(&EVERYTHING, |permissions| permissions.possible(object).0)
    }

    /// The same of a table as such.
    pub(crate) fn possible_of_table(&self, table: ObjectId) -> &ObjectGrants {
        self.permissions.as_ref().map_or(&EVERYTHING, |permissions| permissions.possible_of_table(table))
    }

    /// The rights that there may be where a path leads, whether or not anything exists there.
    pub(crate) fn possible_at(&self, end: End) -> &ObjectGrants {
        if end.is_table { self.possible_of_table(end.object) } else { self.possible(end.object) }
    }

    /// Whether something in an object or below it may be known of.
    pub(crate) fn reveals_below(&self, object: ObjectId) -> bool {
        self.permissions.as_ref().is_none_or(|permissions| permissions.reveal_below(object))
    }

    /// Whether the device itself is at work.
    pub(crate) fn is_device(&self) -> bool {
        self.concealment == Concealment::None
    }

    /// Whether everything is allowed, so that there is nothing to ask.
    pub(crate) fn is_full(&self) -> bool {
        self.permissions.is_none()
    }

    /// Whether the null value stands in place of a value.
    pub(crate) fn conceals(&self, parameter: Parameter<'_>) -> bool {
        match self.concealment {
            Concealment::None => false,
            Concealment::Hidden => parameter.is_hidden(),
            Concealment::HiddenAndSecured => is_concealed(parameter),
        }
    }
}

/// Whether a fault is the device's, or about limits, and says nothing about the path.
fn is_beyond_us(fault: &Fault) -> bool {
    matches!(fault.code(), ErrorCode::RESOURCES_EXCEEDED | ErrorCode::INTERNAL_ERROR)
}

impl Found {
    fn new(matches: &[Match]) -> Self {
        let mut found = Self::default();
        for &Match { node, leaf } in matches {
            let element = match leaf {
                Leaf::Object => {
                    found.objects.insert(node);
                    continue;
                }
                Leaf::Parameter(id) => Element::Parameter(id),
                Leaf::Command(id) => Element::Command(id),
                Leaf::Event(id) => Element::Event(id),
            };
            found.elements.insert((node, element));
        }
        found
    }
}

/// An object, or a table as such, where it stands.
pub(crate) struct Standing<'a> {
    pub(crate) access: &'a Access<'a>,
    pub(crate) model: &'a DataModel,
    pub(crate) place: Place,
}

impl Standing<'_> {
    /// The object as it is found, and those above it; of tables both the row and the table as such.
    fn is_at_or_below(&self, objects: &SortedSet<Node>) -> bool {
        let Place { mut row, object } = self.place;
        let mut object = self.model.object(object);
        loop {
            let home = self.model.store.home(row).filter(|home| home.table == object.id());
            if objects.contains(&Node::Place(Place { row, object: object.id() })) {
                return true;
            }
            if let Some(home) = home {
                row = home.parent;
            }
            if object.is_table() && objects.contains(&Node::Table { row, table: object.id() }) {
                return true;
            }
            match object.parent() {
                Some(parent) => object = parent,
                None => return false,
            }
        }
    }
}

impl Whereabouts for Standing<'_> {
    fn numbers<'b>(&self, buffer: &'b mut NumberBuffer) -> &'b [u32] {
        // From the end of the buffer on, as the way leads from the inside to the outside.
        let (mut row, mut first) = (self.place.row, buffer.len());
        while let Some(home) = self.model.store.home(row).filter(|_| first > 0) {
            first -= 1;
            buffer[first] = home.number;
            row = home.parent;
        }
        &buffer[first..]
    }

    fn is_found(&self, search: usize) -> Option<bool> {
        let found = self.access.found.get(search);
        Some(found.is_some_and(|found| !found.objects.is_empty() && self.is_at_or_below(&found.objects)))
    }

    fn found_elements(&self, search: usize) -> Vec<Element> {
        let Some(found) = self.access.found.get(search) else { return Vec::new() };
        let node = Node::Place(self.place);
        // Parameters come first among elements.
        let from = (node, Element::Parameter(ParameterId::new(0)));
        found
            .elements
            .iter_from(&from)
            .take_while(|(at, _)| *at == node)
            .map(|&(_, element)| element)
            .collect()
    }
}

impl DataModel {
    /// The value of a parameter as a requester who may read it sees it: the null value where it is concealed, and
    /// of the number of rows those that may be known of.
    ///
    /// Answers, comparisons in expressions and notices all read values here.
    pub(crate) fn seen(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        access: &Access<'_>,
    ) -> Result<ValueView<'_>, Fault> {
        if access.conceals(parameter) {
            return Ok(ValueView::Owned(parameter.syntax().null_value()));
        }
        if !access.is_full() && self.layout.is_counter(parameter.id()) {
            let tables = self.layout.counted_tables(parameter.id()).iter();
            let rows = tables.map(|&table| self.rows_seen(row, table, access)).fold(0, u32::saturating_add);
            return Ok(ValueView::Owned(Value::UnsignedInt(rows)));
        }
        self.effective(row, parameter)
    }

    /// The same; `None` where the request waits for a value. The request goes on looking for others that it has to wait
    /// for, so that all are asked for at once, and is put together anew when they are there.
    pub(crate) fn seen_unless_waiting(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        access: &Access<'_>,
    ) -> Result<Option<ValueView<'_>>, Fault> {
        match self.seen(row, parameter, access) {
            Err(_) if self.is_waiting() => Ok(None),
            seen => seen.map(Some),
        }
    }

    /// The text of a parameter as the requester may see it.
    pub(crate) fn shown(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        access: &Access<'_>,
    ) -> Result<String, Fault> {
        Ok(self.seen(row, parameter, access)?.to_string())
    }

    /// How many rows of a table may be known of.
    fn rows_seen(&self, parent: RowId, table: ObjectId, access: &Access<'_>) -> u32 {
        let Some(rows) = self.store.table(parent, table) else { return 0 };
        let possible = access.permissions.as_ref().map(|permissions| permissions.possible(table));
        let count = match possible {
            None => rows.len(),
            Some((grants, true)) if grants.object(Kind::InstantiatedObj, Rights::READ) => rows.len(),
            Some((_, true)) => 0,
            Some((_, false)) => rows
                .rows()
                .filter(|&row| {
                    access
                        .object(self, Place { row, object: table })
                        .object(Kind::InstantiatedObj, Rights::READ)
                })
                .count(),
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}
