//! Device logic that takes part in transactions, in two phases.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use usp_msg::ErrorCode;
use usp_schema::{Object, ObjectId, ParameterId, Schema};

use crate::fault::Fault;
use crate::model::{DataModel, RegisterError};
use crate::requester::Requester;
use crate::transaction::check::Conflict;
use crate::transaction::staged::StagedChanges;
use crate::transaction::{Transaction, Undo};

/// Device logic that has a say in what a Set, Add or Delete changes, and then does it.
///
/// When all entries of a request are worked and nothing conflicts, every hook whose part of the model is concerned
/// is asked to [`prepare`](Self::prepare). If none refuses, they [`commit`](Self::commit) in the order in which they
/// were registered. If one of them fails, those before it [`revert`](Self::revert) in reverse order and nothing has
/// changed in the model.
///
/// Hooks see the changes, by the device itself too ([`StagedChanges::requester`]), and never the engine.
pub trait Hook: Send {
    /// Whether the changes can be made. Nothing is done here: the request may still fail, or be tried again without
    /// what was refused, and then this is called again.
    ///
    /// # Errors
    ///
    /// Why not, and because of which parameter or row. With `allow_partial` the request goes on without it.
    fn prepare(&mut self, changes: &StagedChanges<'_>) -> Result<(), Refusal> {
        let _ = changes;
        Ok(())
    }

    /// Makes the device do what the changes say.
    ///
    /// # Errors
    ///
    /// It could not be done, and nothing of it is done: [`revert`](Self::revert) is for the hooks before this one. The
    /// request fails with error 7003 (Internal error).
    fn commit(&mut self, changes: &StagedChanges<'_>) -> Result<(), Fault> {
        let _ = changes;
        Ok(())
    }

    /// Takes back what [`commit`](Self::commit) did, since another hook failed.
    ///
    /// # Errors
    ///
    /// It could not be taken back: device and model differ now. The answer says so, and so does
    /// [`DataModel::drain_leftovers`].
    fn revert(&mut self, changes: &StagedChanges<'_>) -> Result<(), Fault> {
        let _ = changes;
        Ok(())
    }
}

/// Why a hook refuses changes, and because of which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    path: String,
    fault: Fault,
}

impl Refusal {
    /// Refuses because of a parameter or row, by the path that [`StagedChanges`] gives it.
    ///
    /// The entry of the request fails that touched it last; where it is a setting that is not required, the setting
    /// alone. A path that is none of the changes blames the last of them.
    pub fn new(path: impl Into<String>, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { path: path.into(), fault: Fault::new(code, message) }
    }
}

/// What a hook did and could not take back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leftover {
    /// The part of the model that the hook was registered for.
    pub scope: String,
    /// Why it could not.
    pub fault: Fault,
}

/// A hook and its part of the model.
pub(crate) struct Registered {
    scope: String,
    objects: Scope,
    hook: Box<dyn Hook>,
}

/// The part of the schema that a hook is for: sub-trees by the positions of what is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope(Vec<Positions>);

/// Where a sub-tree has its objects, and where its parameters: they stand together in the order of their objects.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Positions {
    objects: Range<u32>,
    parameters: Range<u32>,
}

impl Positions {
    fn of(object: Object<'_>) -> Self {
        let mut parameters = object.subtree_objects().flat_map(Object::parameters).map(|of| of.id().index());
        let first = parameters.next();
        let end = first.map_or(0, |first| parameters.last().unwrap_or(first) + 1);
        Self { objects: object.subtree(), parameters: first.unwrap_or(0)..end }
    }
}

impl Scope {
    /// By a supported path or one with the names of mounts; the empty path is the whole model.
    pub(crate) fn new(schema: &Schema, path: &str) -> Self {
        if path.is_empty() {
            return Self(alloc::vec![Positions { objects: 0..u32::MAX, parameters: 0..u32::MAX }]);
        }
        Self(schema.objects_at(path).into_iter().map(Positions::of).collect())
    }

    /// Whether an object is among them.
    pub(crate) fn contains(&self, object: ObjectId) -> bool {
        self.0.iter().any(|within| within.objects.contains(&object.index()))
    }

    /// Whether a parameter is of one of them.
    fn contains_parameter(&self, parameter: ParameterId) -> bool {
        self.0.iter().any(|within| within.parameters.contains(&parameter.index()))
    }
}

impl Registered {
    /// The supported path of the object that it is for; empty for the whole model.
    pub(crate) fn scope(&self) -> &str {
        &self.scope
    }

    /// Takes in that the model has another schema.
    pub(crate) fn note_schema(&mut self, schema: &Schema) {
        self.objects = Scope::new(schema, &self.scope);
    }
}

/// # Hooks
impl DataModel {
    /// Lets device logic take part in what changes in a sub-tree: an object or table by its supported path, such as
    /// `Device.WiFi.`, with everything below it; the empty path is the whole model.
    ///
    /// # Errors
    ///
    /// The schema has no such object.
    pub fn hook(&mut self, scope: &str, hook: impl Hook + 'static) -> Result<(), RegisterError> {
        let scope = match (scope, self.schema.object_at(scope)) {
            ("", _) => String::new(),
            // A scope within one mount is given by its name.
            (_, Some(object)) if object.exact_path().starts_with(scope) => object.exact_path(),
            (_, Some(object)) => object.path(),
            (_, None) => return Err(self.unknown("object", scope)),
        };
        let objects = Scope::new(&self.schema, &scope);
        self.hooks.push(Registered { scope, objects, hook: Box::new(hook) });
        Ok(())
    }

    /// A [`hook`](Self::hook) that only says whether changes can be made.
    ///
    /// # Errors
    ///
    /// As for [`hook`](Self::hook).
    pub fn on_prepare(
        &mut self,
        scope: &str,
        prepare: impl FnMut(&StagedChanges<'_>) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<(), RegisterError> {
        self.hook(scope, Preparing(prepare))
    }

    /// What hooks could not take back since the last call: there the device is not as the model says. Fetch it after
    /// a request that was answered with error 7003.
    pub fn drain_leftovers(&mut self) -> Vec<Leftover> {
        core::mem::take(&mut self.leftovers)
    }
}

/// A hook of one closure.
struct Preparing<F>(F);

impl<F: FnMut(&StagedChanges<'_>) -> Result<(), Refusal> + Send> Hook for Preparing<F> {
    fn prepare(&mut self, changes: &StagedChanges<'_>) -> Result<(), Refusal> {
        (self.0)(changes)
    }
}

impl Transaction<'_> {
    /// Whether anything was done that may change something in these objects: most requests are for other parts of the
    /// model than most hooks, and cost them nothing but this look.
    fn concerns(&self, objects: &Scope) -> bool {
        let store = &self.model.store;
        self.log().iter().any(|undo| match undo {
            Undo::Value { parameter, .. } => objects.contains_parameter(*parameter),
            Undo::Created { row, .. } => store.home(*row).is_some_and(|home| objects.contains(home.table)),
            // With the row go those below it, and with a mount what is in it.
            Undo::Deleted { .. } | Undo::Mount { .. } => true,
            Undo::Highest { .. } => false,
        })
    }

    /// Asks all hooks that are concerned.
    ///
    /// # Errors
    ///
    /// What they refuse, as conflicts of the entries to blame.
    pub(crate) fn prepare(&mut self, requester: &Requester) -> Result<(), Vec<Conflict>> {
        let mut lent = LentHooks::of(self);
        let mut conflicts: Vec<Conflict> = Vec::new();
        lent.transaction.concerns_hooks = false;
        for Registered { objects, hook, .. } in &mut lent.hooks {
            if !lent.transaction.concerns(objects) {
                continue;
            }
            lent.transaction.concerns_hooks = true;
            let staged = StagedChanges::new(lent.transaction, objects, requester);
            let Some(last) = staged.last() else { continue };
            if let Err(Refusal { path, fault }) = hook.prepare(&staged) {
                conflicts.push(staged.blame(&path, fault, last));
            }
        }
        usp_collections::sort_by_key(&mut conflicts, |conflict| conflict.entry);
        if conflicts.is_empty() { Ok(()) } else { Err(conflicts) }
    }

    /// Has the hooks do what is to be done, after [`prepare`](Self::prepare).
    ///
    /// # Errors
    ///
    /// One failed, and those before it have taken back what they did, as far as they could.
    pub(crate) fn commit_hooks(&mut self, requester: &Requester) -> Result<(), Fault> {
        if !self.concerns_hooks {
            return Ok(());
        }
        let mut lent = LentHooks::of(self);
        let outcome = lent.transaction.commit_each(&mut lent.hooks, requester);
        drop(lent);
        outcome.map_err(|(mut message, leftovers)| {
            for Leftover { scope, fault } in &leftovers {
                message += &alloc::format!("; {scope} could not be taken back: {}", fault.message());
            }
            self.model.leftovers.extend(leftovers);
            Fault::new(ErrorCode::INTERNAL_ERROR, message)
        })
    }

    fn commit_each(
        &self,
        hooks: &mut [Registered],
        requester: &Requester,
    ) -> Result<(), (String, Vec<Leftover>)> {
        let mut done: Vec<(StagedChanges<'_>, &mut Registered)> = Vec::new();
        for registered in hooks {
            if !self.concerns(&registered.objects) {
                continue;
            }
            let staged = StagedChanges::new(self, &registered.objects, requester);
            if staged.is_empty() {
                continue;
            }
            let Err(fault) = registered.hook.commit(&staged) else {
                done.push((staged, registered));
                continue;
            };
            let mut leftovers = Vec::new();
            for (staged, Registered { scope, hook, .. }) in done.iter_mut().rev() {
                if let Err(fault) = hook.revert(staged) {
                    leftovers.push(Leftover { scope: scope.clone(), fault });
                }
            }
            return Err((fault.message().to_string(), leftovers));
        }
        Ok(())
    }
}

/// The hooks, out of the model while it is lent to them. They go back also when one of them panics.
struct LentHooks<'t, 'm> {
    hooks: Vec<Registered>,
    transaction: &'t mut Transaction<'m>,
}

impl<'t, 'm> LentHooks<'t, 'm> {
    fn of(transaction: &'t mut Transaction<'m>) -> Self {
        Self { hooks: core::mem::take(&mut transaction.model.hooks), transaction }
    }
}

impl Drop for LentHooks<'_, '_> {
    fn drop(&mut self) {
        self.transaction.model.hooks = core::mem::take(&mut self.hooks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usp_schema::{Composition, ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};

    /// Images whose objects have the same names, one of them mounted twice.
    fn schemas() -> Schema {
        let image = |root: &str| {
            let mut builder = SchemaBuilder::new(root, root);
            let root = builder.object(None, ObjectSpec::single(root)).unwrap();
            let lamp = ObjectSpec { mount_point: true, ..ObjectSpec::table("Lamp") };
            let lamp = builder.object(Some(root), lamp).unwrap();
            let bulb = builder.object(Some(lamp), ObjectSpec::single("Bulb")).unwrap();
            let post = builder.object(Some(root), ObjectSpec::table("LampPost")).unwrap();
            for (object, name) in [(root, "On"), (bulb, "Color"), (bulb, "Watts"), (post, "Height")] {
                builder
                    .parameter(object, ParameterSpec::new(name, SyntaxSpec::new(PrimitiveType::String)))
                    .unwrap();
            }
            builder.build().unwrap()
        };
        let device = Composition::from(image("Device"));
        let mounted = device
            .with_mount("Device.Lamp.{i}.", "zigbee", image("Bulb"))
            .and_then(|device| device.with_mount("Device.Lamp.{i}.", "thread", image("Bulb")));
        mounted.unwrap().schema().clone()
    }

    #[test]
    fn a_scope_is_what_has_its_path_before_its_own() {
        let schema = schemas();
        let paths: Vec<String> =
            schema.objects().flat_map(|object| [object.path(), object.exact_path()]).collect();
        for path in &paths {
            let scope = Scope::new(&schema, path);
            for object in schema.objects() {
                let within = object.path().starts_with(path) || object.exact_path().starts_with(path);
                assert_eq!(scope.contains(object.id()), within, "{} in {path}", object.exact_path());
                for parameter in object.parameters() {
                    let found = scope.contains_parameter(parameter.id());
                    assert_eq!(found, within, "{} in {path}", parameter.exact_path());
                }
            }
        }
        assert!(schema.objects().all(|object| Scope::new(&schema, "").contains(object.id())));
    }
}
