//! Roles and their Permissions (TR-181, `Device.LocalAgent.ControllerTrust.Role.{i}.`), made ready to be asked.
//!
//! What a requester may do with an object that exists is in `permissions/access.rs`, which asks here.

pub(crate) mod access;
mod grants;
mod rights;
mod rule;
mod target;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use litemap::LiteMap;
use usp_path::PathBuf;
use usp_schema::{ObjectId, Schema};

use rule::{Candidate, Candidates, Rows, Rule};
use target::{Target, TargetRows};

pub(crate) use grants::{Element, Grants, Kind, ObjectGrants};
pub use rights::{ParseRightsError, Rights};
pub(crate) use rule::{NumberBuffer, Whereabouts};

/// A role of a Controller: a set of Permissions (TR-181, `Role.{i}.`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Role {
    /// The Permissions that are enabled, in any sequence.
    pub permissions: Vec<Permission>,
    /// Whether it is one of the SecuredRoles: its Controllers read the values of secured parameters, given the right
    /// to read the parameter.
    pub is_secured: bool,
}

/// The rights to a set of Targets (TR-181, `Role.{i}.Permission.{i}.`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permission {
    /// Where several Permissions of a role cover the same element, the one with the largest number counts, and it
    /// counts alone. Of equal ones the later in the list does.
    pub order: u32,
    /// What the rights are to. See [`Permissions`].
    pub targets: Vec<String>,
    /// To parameters: `r` their values, `w` to set them, `n` ValueChange.
    pub param: Rights,
    /// To objects and tables: `r` Get resolves them, `w` to add rows to a table, `n` ObjectCreation.
    pub obj: Rights,
    /// To rows: `r` their numbers and Unique Keys, `w` to delete them, `n` ObjectDeletion.
    pub instantiated_obj: Rights,
    /// To commands and events: `r` in the Supported Data Model, `x` to run a command, `n` Event, OperationComplete.
    pub command_event: Rights,
}

/// What the roles of a Controller allow, compiled for one schema `[R-SEC.1]`.
///
/// It is made once for each set of roles that Controllers have, and shared: [`Requester::with_permissions`]
/// takes an `Arc`. Rights that do not depend on the row cost a look into a table; those by Instance Number a
/// comparison. A Target that searches costs one search in each request, made at its start.
///
/// # Targets
///
/// | Target | covers |
/// |---|---|
/// | `Device.LocalAgent.`, `Device.IP.Interface.` | the object or table, and everything below |
/// | `Device.IP.Interface.1.` | the row and everything below |
/// | `Device.IP.Interface.*.` | all rows and everything below, not the table as such |
/// | `Device.IP.Interface.{i}.` | the same and the table, as it is the table's name in the schema |
/// | `Device.IP.Interface.[Type=="Normal"].`, `Device.X.Reference+.` | what a search finds at the start of the request, and everything below |
/// | any of these and a parameter, command or event | that element |
///
/// The final dot may be missing. A Target that leads nowhere in the schema covers nothing. What no Target covers is
/// without rights.
///
/// ```
/// use std::sync::Arc;
/// use usp_datamodel::{Permission, Permissions, Requester, Rights, Role};
/// # use usp_datamodel::schema::{ObjectSpec, SchemaBuilder};
/// # let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
/// # builder.object(None, ObjectSpec::single("Device"))?;
/// # let schema = builder.build()?;
///
/// let read_only = Permission {
///     targets: vec!["Device.".into()],
///     param: Rights::READ,
///     obj: Rights::READ,
///     ..Permission::default()
/// };
/// let guest = Role { permissions: vec![read_only], is_secured: false };
/// let permissions = Arc::new(Permissions::compile(&schema, &[guest]));
/// let requester = Requester::controller("Device.LocalAgent.Controller.2").with_permissions(permissions);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// [`Requester::with_permissions`]: crate::Requester::with_permissions
#[derive(PartialEq, Eq, Hash)]
pub struct Permissions {
    /// The fingerprint of the schema.
    schema: u64,
    /// The rule of each object as such and of each table as such, which are the even and the odd ones.
    rule_of: Vec<u32>,
    rules: Vec<Rule>,
    /// For each object, whether something in it or below may be known of.
    reveals_below: Vec<bool>,
    /// The Targets that search.
    searches: Vec<PathBuf>,
    is_secured: bool,
}

impl Permissions {
    /// Compiles the roles that one Controller has. With none of them nothing is allowed.
    pub fn compile(schema: &Schema, roles: &[Role]) -> Self {
        let mut searches = Vec::new();
        let covers: Vec<Vec<Cover>> = roles.iter().map(|role| role.covers(schema, &mut searches)).collect();
        // Between two places where a Target begins or ends all objects are alike, and so are all tables. Lists of what
        // covers each of them, kept until all are there, would take several times what is kept in the end.
        let mut changes: Vec<usize> = covers.iter().flatten().flat_map(Cover::changes).collect();
        usp_collections::sort(&mut changes);
        let mut numbers: LiteMap<Vec<Candidates>, u32> = LiteMap::new();
        let mut rules = Vec::new();
        let mut rule_of: Vec<u32> = Vec::with_capacity(2 * schema.objects().len());
        for at in 0..2 * schema.objects().len() {
            let same = at.checked_sub(2).filter(|_| changes.binary_search(&(at - at % 2)).is_err());
            let rule = same.and_then(|before| rule_of.get(before).copied()).unwrap_or_else(|| {
                let roles: Vec<_> = covers.iter().map(|covers| candidates(covers, at)).collect();
                if let Some(&rule) = numbers.get(&roles) {
                    return rule;
                }
                rules.push(Rule::new(roles.clone()));
                let rule = (rules.len() - 1) as u32;
                numbers.insert(roles, rule);
                rule
            });
            rule_of.push(rule);
        }
        let mut permissions = Self {
            schema: schema.fingerprint(),
            rule_of,
            rules,
            reveals_below: Vec::new(),
            searches,
            is_secured: roles.iter().any(|role| role.is_secured),
        };
        permissions.reveals_below = permissions.revealed(schema);
        permissions
    }

    /// Whether they were compiled for this schema.
    pub fn are_for(&self, schema: &Schema) -> bool {
        self.schema == schema.fingerprint()
    }

    fn revealed(&self, schema: &Schema) -> Vec<bool> {
        let mut reveals: Vec<bool> = (0..self.rule_of.len() / 2)
            .map(|object| (2 * object..2 * object + 2).any(|at| self.rule(at).possible.reveal()))
            .collect();
        // Children stand behind their parents.
        for object in schema.objects().collect::<Vec<_>>().into_iter().rev() {
            if let Some(parent) = object.parent()
                && reveals[object.id().index() as usize]
            {
                reveals[parent.id().index() as usize] = true;
            }
        }
        reveals
    }

    fn rule(&self, at: usize) -> &Rule {
        // Identifiers of another schema have no rule.
        self.rule_of.get(at).and_then(|&rule| self.rules.get(rule as usize)).unwrap_or(&rule::NOTHING)
    }

    /// The rights to an object, or to a row, where it stands.
    pub(crate) fn object(&self, object: ObjectId, at: &impl Whereabouts) -> Cow<'_, ObjectGrants> {
        self.rule(2 * object.index() as usize).grants(at)
    }

    /// The rights to a table as such, where it stands.
    pub(crate) fn table(&self, table: ObjectId, at: &impl Whereabouts) -> Cow<'_, ObjectGrants> {
        self.rule(2 * table.index() as usize + 1).grants(at)
    }

    /// The rights that there may be to an object, or to the rows of a table, and whether all rows have them.
    pub(crate) fn possible(&self, object: ObjectId) -> (&ObjectGrants, bool) {
        let rule = self.rule(2 * object.index() as usize);
        (&rule.possible, rule.is_fixed())
    }

    /// The rights that there may be to a table as such.
    pub(crate) fn possible_of_table(&self, table: ObjectId) -> &ObjectGrants {
        &self.rule(2 * table.index() as usize + 1).possible
    }

    /// The rights to an object, or to the rows of a table, that every row has.
    pub(crate) fn certain(&self, object: ObjectId) -> &ObjectGrants {
        &self.rule(2 * object.index() as usize).certain
    }

    /// Whether something in an object or below it may be known of.
    pub(crate) fn reveal_below(&self, object: ObjectId) -> bool {
        self.reveals_below.get(object.index() as usize).copied().unwrap_or(false)
    }

    /// The Targets that search.
    pub(crate) fn searches(&self) -> &[PathBuf] {
        &self.searches
    }

    /// Whether secured values are shown where they may be read.
    pub(crate) fn is_secured(&self) -> bool {
        self.is_secured
    }
}

impl core::fmt::Debug for Permissions {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Permissions")
            .field("rules", &self.rules.len())
            .field("searches", &self.searches)
            .field("is_secured", &self.is_secured)
            .finish_non_exhaustive()
    }
}

impl Permission {
    fn grants(&self) -> Grants {
        Grants::new(self.param, self.obj, self.instantiated_obj, self.command_event)
    }
}

impl Role {
    /// What its Permissions cover, in falling Order.
    fn covers(&self, schema: &Schema, searches: &mut Vec<PathBuf>) -> Vec<Cover> {
        let mut permissions: Vec<&Permission> = self.permissions.iter().rev().collect();
        usp_collections::sort_by_key(&mut permissions, |permission| core::cmp::Reverse(permission.order));
        let mut covers = Vec::new();
        for permission in permissions {
            let grants = permission.grants();
            for target in permission.targets.iter().flat_map(|text| Target::read(schema, text)) {
                let rows = match target.rows {
                    TargetRows::All => Rows::All,
                    TargetRows::Numbers(numbers) => Rows::Numbered(numbers.into()),
                    TargetRows::Search(path) => {
                        searches.push(path);
                        Rows::Found(searches.len() - 1)
                    }
                };
                covers.push(Cover {
                    candidate: Candidate { grants, element: target.element, rows },
                    places: 2 * target.objects.start as usize..2 * target.objects.end as usize,
                    table_itself: target.table_itself,
                });
            }
        }
        covers
    }
}

/// A Permission with one of its Targets.
struct Cover {
    candidate: Candidate,
    /// The objects and tables that it covers, the even and the odd ones.
    places: Range<usize>,
    /// Whether the first table is covered as such.
    table_itself: bool,
}

impl Cover {
    fn covers(&self, at: usize) -> bool {
        // An element is in the rows; a table as such has none.
        let is_table = at % 2 == 1;
        let with_table =
            self.candidate.element.is_none() && (at > self.places.start + 1 || self.table_itself);
        self.places.contains(&at) && (!is_table || with_table)
    }

    /// The objects from which on something else is covered.
    fn changes(&self) -> [usize; 3] {
        [self.places.start, self.places.start + 2, self.places.end]
    }
}

/// What covers one object, or one table, up to what covers all of it.
fn candidates(covers: &[Cover], at: usize) -> Candidates {
    let mut found = Candidates::new();
    for Cover { candidate, .. } in covers.iter().filter(|cover| cover.covers(at)) {
        found.push(candidate.clone());
        if candidate.is_final() {
            break;
        }
    }
    found
}
