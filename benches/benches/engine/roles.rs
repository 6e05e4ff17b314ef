//! A Controller with four roles of twenty Permissions.

use alloc::sync::Arc;

use usp_datamodel::{Permission, Permissions, Requester, Rights, Role};
use usp_schema::Schema;

use crate::tables::TABLE;

const ROLES: usize = 4;
const PERMISSIONS: usize = 20;

/// A Controller that may do everything.
pub fn requester() -> Requester {
    Requester::controller("Device.LocalAgent.Controller.1")
}

/// One that may read everything by its roles: Targets are objects and parameters of the whole schema, the table of the
/// bench and a parameter in all of its rows; by number some rows besides, and parameters in them.
pub fn permitted(schema: &Schema, by_number: bool) -> Requester {
    let roles: Vec<Role> = (0..ROLES).map(|number| role(schema, number, by_number)).collect();
    requester().with_permissions(Arc::new(Permissions::compile(schema, &roles)))
}

fn role(schema: &Schema, number: usize, by_number: bool) -> Role {
    let mut targets = vec!["Device.".to_string(), TABLE.to_string(), format!("{TABLE}*.Enable")];
    if by_number {
        targets.extend((1..4).map(|row| format!("{TABLE}{}.", row * (number + 2))));
        targets.extend((1..4).map(|row| format!("{TABLE}{}.NotifType", row * (number + 3))));
    }
    let left = PERMISSIONS - targets.len();
    let objects =
        schema.objects().skip(number + 1).step_by(schema.objects().len() / left).map(|found| found.path());
    targets.extend(objects.take(left));
    assert_eq!(targets.len(), PERMISSIONS);
    let permission = |(order, target): (u32, String)| Permission {
        order,
        targets: vec![target],
        param: Rights::READ,
        obj: Rights::READ,
        instantiated_obj: Rights::READ,
        command_event: Rights::READ,
    };
    Role { permissions: (0..).zip(targets).map(permission).collect(), is_secured: false }
}
