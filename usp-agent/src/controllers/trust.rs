//! What Controllers may do: the tables of `Device.LocalAgent.ControllerTrust.` made into permissions (TR-181).

use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_datamodel::{DataModel, Permission, Permissions, Recipient, RegisterError, Requester, Rights, Role};
use usp_schema::Value;

const TRUST: &str = "Device.LocalAgent.ControllerTrust.";

/// The permissions of the roles that Controllers have, compiled when they are first needed and after each change of the
/// tables.
#[derive(Debug)]
pub(crate) struct ControllerTrust {
    /// Whether roles decide. They do from the first row of the table of roles on, and never stop to.
    is_enforced: bool,
    /// Whether the tables have changed since they were looked at.
    is_stale: bool,
    /// By the roles of a Controller, sorted.
    compiled: LiteMap<Vec<String>, Arc<Permissions>>,
}

/// How the Agent stands to a Controller.
#[derive(Debug)]
pub(crate) enum Standing {
    /// It has the BannedRole: nothing is taken from it, and nothing sent to it.
    Banned,
    Admitted(Requester),
}

impl Default for ControllerTrust {
    fn default() -> Self {
        Self { is_enforced: false, is_stale: true, compiled: LiteMap::new() }
    }
}

/// Has a Permission that is added without Order be of the highest priority (T13).
pub(crate) fn order_permissions(model: &mut DataModel) -> Result<(), RegisterError> {
    let order = "Device.LocalAgent.ControllerTrust.Role.{i}.Permission.{i}.Order";
    if model.schema().parameter_at(order).is_none() {
        return Ok(());
    }
    model.ascending(order)
}

/// [R-SEC.21] Keeps out of saved state what a Controller's credentials gave it: after a restart it has to show them
/// again, and whoever checks them says so.
pub(crate) fn keep_out_of_state(model: &mut DataModel) -> Result<(), RegisterError> {
    let inherited = "Device.LocalAgent.Controller.{i}.InheritedRole";
    match model.schema().parameter_at(inherited) {
        Some(_) => model.transient(inherited),
        None => Ok(()),
    }
}

impl ControllerTrust {
    /// Takes notice that the schema is another: permissions are compiled for one.
    pub(crate) fn note_schema(&mut self) {
        self.is_stale = true;
    }

    /// Takes notice of a change of the model. Returns whether a Controller may have other rights since.
    pub(crate) fn note(&mut self, path: &str) -> bool {
        let of_tables = path.starts_with(TRUST);
        self.is_stale |= of_tables;
        // The roles of a Controller are looked at whenever it is.
        of_tables || (path.starts_with("Device.LocalAgent.Controller.") && path.ends_with("Role"))
    }

    /// What the Controller with this row may be told of; `None` for nothing.
    pub(crate) fn recipient(&mut self, model: &DataModel, controller: &str) -> Option<Recipient> {
        match self.standing(model, controller) {
            Standing::Admitted(requester) => model.recipient(&requester).ok(),
            Standing::Banned => None,
        }
    }

    /// What the Controller with this row may do, by its AssignedRole and InheritedRole; one without either has the
    /// UntrustedRole. Both are there to be read `[R-SEC.1a]`, and whoever has the right changes the first `[R-SEC.7]`.
    pub(crate) fn standing(&mut self, model: &DataModel, controller: &str) -> Standing {
        if self.is_stale {
            self.is_stale = false;
            self.compiled.clear();
            let roles = model.objects_at("Device.LocalAgent.ControllerTrust.Role.");
            self.is_enforced |= roles.is_ok_and(|roles| !roles.is_empty());
        }
        let requester = Requester::controller(controller);
        if !self.is_enforced {
            return Standing::Admitted(requester);
        }
        let of_controller = |name: &str| references(model, &alloc::format!("{controller}.{name}"));
        let mut roles = of_controller("AssignedRole");
        roles.extend(of_controller("InheritedRole"));
        if roles.is_empty() {
            roles = references(model, &alloc::format!("{TRUST}UntrustedRole"));
        }
        usp_collections::sort_and_dedup(&mut roles);
        let banned = references(model, &alloc::format!("{TRUST}BannedRole"));
        if roles.iter().any(|role| banned.contains(role)) {
            return Standing::Banned;
        }
        let permissions = self.compiled.get(&roles).cloned().unwrap_or_else(|| {
            let secured = references(model, &alloc::format!("{TRUST}SecuredRoles"));
            let known = roles.iter().filter_map(|path| role(model, path, secured.contains(path)));
            let compiled = Arc::new(Permissions::compile(model.schema(), &known.collect::<Vec<_>>()));
            self.compiled.insert(roles, Arc::clone(&compiled));
            compiled
        });
        Standing::Admitted(requester.with_permissions(permissions))
    }
}

/// A role; `None` for one that is disabled or does not exist.
fn role(model: &DataModel, path: &str, is_secured: bool) -> Option<Role> {
    if !is_enabled(model, path) {
        return None;
    }
    let permissions = model.objects_at(&alloc::format!("{path}.Permission.")).unwrap_or_default();
    let permissions = permissions.iter().map(|path| path.trim_end_matches('.'));
    Some(Role {
        permissions: permissions
            .filter(|path| is_enabled(model, path))
            .map(|path| permission(model, path))
            .collect(),
        is_secured,
    })
}

fn permission(model: &DataModel, path: &str) -> Permission {
    let value = |name: &str| model.value_at(&alloc::format!("{path}.{name}")).ok();
    // Four characters that are no rights give none.
    let rights = |name: &str| {
        let text = value(name).map(|value| value.to_string()).unwrap_or_default();
        text.parse().unwrap_or(Rights::NONE)
    };
    Permission {
        order: match value("Order") {
            Some(Value::UnsignedInt(order)) => order,
            _ => 0,
        },
        targets: value("Targets").map(texts).unwrap_or_default(),
        param: rights("Param"),
        obj: rights("Obj"),
        instantiated_obj: rights("InstantiatedObj"),
        command_event: rights("CommandEvent"),
    }
}

fn is_enabled(model: &DataModel, path: &str) -> bool {
    model.value_at(&alloc::format!("{path}.Enable")) == Ok(Value::Boolean(true))
}

/// What a reference parameter refers to; nothing where there is no such parameter.
fn references(model: &DataModel, path: &str) -> Vec<String> {
    model.value_at(path).map(texts).unwrap_or_default()
}

/// The items of a list, or the one text, that are not empty.
fn texts(value: Value) -> Vec<String> {
    let items = match value {
        Value::List(items) => items,
        single => alloc::vec![single],
    };
    items.iter().map(ToString::to_string).filter(|text| !text.is_empty()).collect()
}
