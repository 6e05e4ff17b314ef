//! Permissions as one would decide them without thinking of speed: texts of paths, all of them, each time.

use alloc::collections::BTreeMap;

use proptest::prelude::*;
use usp_datamodel::{Permission, Rights, Role};

/// All values by full path, as the device sees them.
pub type Values = BTreeMap<String, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Param,
    Obj,
    InstantiatedObj,
    #[allow(dead_code, reason = "random schemas have commands, the house has none")]
    CommandEvent,
}

/// Targets that do not depend on values.
const FIXED: [&str; 21] = [
    "House.",
    "House",
    "House.Room.",
    "House.Room.*.",
    "House.Room.{i}.",
    "House.Room.1.",
    "House.Room.2.",
    "House.Room.3",
    "House.Room.*.Lamp.",
    "House.Room.2.Lamp.",
    "House.Room.1.Lamp.1.",
    "House.Room.*.Lamp.*.",
    "House.Room.*.Lamp.2.",
    "House.Room.*.Name",
    "House.Room.2.Name",
    "House.Room.{i}.Open",
    "House.Room.1.Next",
    "House.RoomNumberOfEntries",
    "House.Room.*.Cold.",
    "House.Room.3.Lamp.*.On",
    "House.Cellar.",
];

const SEARCHES: [&str; 5] = [
    "House.Room.[Open==true].",
    "House.Room.[Name==\"r2\"].Lamp.",
    "House.Room.[Open==true].Name",
    "House.Room.1.Next+.",
    "House.Favourite+.Name",
];

pub fn roles(with_searches: bool) -> impl Strategy<Value = Vec<Role>> {
    let fixed = prop::sample::select(FIXED.to_vec());
    let search = prop::sample::select(SEARCHES.to_vec());
    let target = if with_searches { prop_oneof![3 => fixed, 1 => search].boxed() } else { fixed.boxed() };
    let rights = || {
        let some = prop::sample::select(vec!["----", "r---", "rw-n", "-w--", "rwxn", "--x-", "---n"]);
        some.prop_map(|text| text.parse::<Rights>().unwrap())
    };
    let targets = prop::collection::vec(target.prop_map(str::to_owned), 1..3);
    let permission = (0..6_u32, targets, rights(), rights(), rights()).prop_map(
        |(order, targets, param, obj, instantiated_obj)| Permission {
            order,
            targets,
            param,
            obj,
            instantiated_obj,
            command_event: Rights::NONE,
        },
    );
    // Most roles see something.
    let base = Permission {
        targets: vec!["House.".into()],
        param: Rights::ALL,
        obj: Rights::ALL,
        instantiated_obj: Rights::ALL,
        ..Permission::default()
    };
    let role =
        (any::<bool>(), prop::collection::vec(permission, 0..6)).prop_map(move |(is_based, mut all)| {
            if is_based {
                all.insert(0, base.clone());
            }
            Role { permissions: all, is_secured: false }
        });
    // Often a room is closed to all of them.
    let closed = prop::option::of(prop::sample::select(vec![
        "House.Room.2.",
        "House.Room.3.",
        "House.Room.4.",
        "House.Room.3.",
    ]));
    (prop::collection::vec(role, 0..3), closed).prop_map(|(mut roles, closed)| {
        for role in &mut roles {
            role.permissions.extend(closed.map(|row| Permission {
                order: 9,
                targets: vec![row.into()],
                ..Permission::default()
            }));
        }
        roles
    })
}

/// What roles allow in one state of the house.
pub struct Reference<'a> {
    pub roles: &'a [Role],
    pub values: &'a Values,
}

impl Reference<'_> {
    /// Whether some role gives a right to the element or object with this path. The right is that of the covering
    /// entry with the highest Order, the later one of equals.
    pub fn allows(&self, path: &str, kind: Kind, right: Rights) -> bool {
        self.roles.iter().any(|role| {
            let covering = role.permissions.iter().filter(|permission| {
                let targets = permission.targets.iter().flat_map(|target| self.expanded(target));
                targets.into_iter().any(|target| covers(&target, path))
            });
            covering.max_by_key(|permission| permission.order).is_some_and(|permission| {
                let rights = match kind {
                    Kind::Param => permission.param,
                    Kind::Obj => permission.obj,
                    Kind::InstantiatedObj => permission.instantiated_obj,
                    Kind::CommandEvent => permission.command_event,
                };
                rights.contains(right)
            })
        })
    }

    pub fn reads(&self, path: &str, kind: Kind) -> bool {
        self.allows(path, kind, Rights::READ)
    }

    /// Whether anything in or below a row may be read or written, so that it may be known of.
    pub fn reveals(&self, row: &str) -> bool {
        let rights = [Rights::READ, Rights::WRITE, Rights::EXECUTE];
        let any = |path: &str, kind| rights.iter().any(|&right| self.allows(path, kind, right));
        // What is there, and what might be: tables that are empty.
        let objects = ["", "Lamp.", "Cold.", "Warm."].map(|below| format!("{row}{below}"));
        objects.iter().any(|path| any(path, Kind::Obj) || any(path, Kind::InstantiatedObj))
            || self.values.keys().filter(|path| path.starts_with(row)).any(|path| {
                let object = &path[..=path.rfind('.').unwrap()];
                any(path, Kind::Param) || any(object, Kind::Obj) || any(object, Kind::InstantiatedObj)
            })
    }

    /// A Target with what it finds in place of what it searches for; objects with their final dot.
    fn expanded(&self, target: &str) -> Vec<String> {
        let rooms = |fits: &dyn Fn(&str) -> bool, rest: &str| -> Vec<String> {
            let all = (1..10).map(|number| format!("House.Room.{number}."));
            all.filter(|row| fits(row)).map(|row| format!("{row}{rest}")).collect()
        };
        let value = |path: &str| self.values.get(path).map(String::as_str);
        if let Some(rest) = target.strip_prefix("House.Room.[Open==true].") {
            return rooms(&|row| value(&format!("{row}Open")) == Some("true"), rest);
        }
        if let Some(rest) = target.strip_prefix("House.Room.[Name==\"r2\"].") {
            return rooms(&|row| value(&format!("{row}Name")) == Some("r2"), rest);
        }
        if let Some((reference, rest)) = target.split_once("+.") {
            let leads = value(reference).filter(|row| !row.is_empty());
            return leads.map(|row| format!("{row}.{rest}")).into_iter().collect();
        }
        match target {
            "House" => vec!["House.".into()],
            "House.Room.3" => vec!["House.Room.3.".into()],
            // The name of the table in the schema.
            "House.Room.{i}." => vec!["House.Room.".into()],
            other => vec![other.replace("{i}", "*")],
        }
    }
}

/// Whether a Target without search is, or is above, an element or object.
fn covers(target: &str, path: &str) -> bool {
    let steps = |path: &str| path.trim_end_matches('.').split('.').map(str::to_owned).collect::<Vec<_>>();
    let (wanted, given) = (steps(target), steps(path));
    let alike = wanted
        .iter()
        .zip(&given)
        .all(|(wanted, given)| wanted == given || (wanted == "*" && given.parse::<u32>().is_ok()));
    let reaches =
        if target.ends_with('.') { wanted.len() <= given.len() } else { wanted.len() == given.len() };
    alike && reaches
}
