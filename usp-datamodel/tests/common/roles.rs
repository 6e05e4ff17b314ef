//! Roles in a line for each Permission.

use usp_datamodel::{Permission, Role};

/// Targets with commas between them, and the rights in the order Param, Obj, InstantiatedObj, CommandEvent.
pub type Entry<'a> = (&'a str, [&'a str; 4]);

pub const ALL: [&str; 4] = ["rwxn"; 4];

/// A role of Permissions of rising Order.
pub fn role(entries: &[Entry<'_>]) -> Role {
    let permission = |(order, (targets, rights)): (u32, &Entry<'_>)| Permission {
        order,
        targets: targets.split(',').map(str::to_owned).collect(),
        param: rights[0].parse().unwrap(),
        obj: rights[1].parse().unwrap(),
        instantiated_obj: rights[2].parse().unwrap(),
        command_event: rights[3].parse().unwrap(),
    };
    Role { permissions: (0..).zip(entries).map(permission).collect(), is_secured: false }
}
