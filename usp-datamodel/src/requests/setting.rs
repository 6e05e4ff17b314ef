//! Settings of parameters in Add and Set.

use alloc::vec::Vec;

use usp_msg::ErrorCode;
use usp_path::{RelativePath, Segment};
use usp_schema::{Object, Parameter, ParameterAccess, ParameterId};

use super::changing::{Operation, Work};
use super::failure::ParamFault;
use crate::fault::{Fault, shortened};
use crate::model::DataModel;
use crate::permissions::Rights;
use crate::requester::Requester;
use crate::resolve::place::Place;

/// A parameter setting of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) param: &'a str,
    pub(super) value: &'a str,
    pub(super) required: bool,
}

/// What was set in one object.
#[derive(Debug, Default)]
pub(super) struct Applied<'a> {
    /// Relative path as given, and parameter.
    pub(super) set: Vec<(&'a str, ParameterId)>,
    /// Optional settings that failed.
    pub(super) faults: Vec<ParamFault>,
}

impl Work<'_, '_> {
    /// Makes the settings of one object. Returns what was set and the settings that failed, which were all
    /// optional (TR-369 section "allow_partial and required").
    ///
    /// # Errors
    ///
    /// The settings that failed, at least one of them required. What was set before is the caller's to undo.
    pub(super) fn apply<'a>(
        &mut self,
        place: Place,
        settings: &[Setting<'a>],
    ) -> Result<Applied<'a>, Vec<ParamFault>> {
        if let Err(fault) = self.budget.result(settings.len()) {
            let param = settings.first().map_or("", |setting| setting.param);
            return Err(alloc::vec![ParamFault::new(param, fault)]);
        }
        // The order of settings does not matter: what decides over the existence of objects comes first.
        let model = &*self.transaction.model;
        if model.layout.has_discriminators(place.object) {
            let object = model.object(place.object);
            let decides = |setting: &Setting<'_>| {
                object.parameter(setting.param).is_some_and(|found| model.layout.is_discriminator(found.id()))
            };
            let mut order: Vec<usize> = (0..settings.len()).collect();
            usp_collections::sort_by_key(&mut order, |&at| !decides(&settings[at]));
            let mut outcomes: Vec<(usize, Result<ParameterId, Fault>)> =
                order.into_iter().map(|at| (at, self.apply_one(place, settings, at))).collect();
            usp_collections::sort_by_key(&mut outcomes, |&(at, _)| at);
            return self.applied(place, settings, |_, at| outcomes[at].1.clone());
        }
        self.applied(place, settings, |work, at| work.apply_one(place, settings, at))
    }

    fn applied<'a>(
        &mut self,
        place: Place,
        settings: &[Setting<'a>],
        mut outcome: impl FnMut(&mut Self, usize) -> Result<ParameterId, Fault>,
    ) -> Result<Applied<'a>, Vec<ParamFault>> {
        let mut applied = Applied { set: Vec::with_capacity(settings.len()), faults: Vec::new() };
        let mut fatal = false;
        for (at, setting) in settings.iter().enumerate() {
            match outcome(self, at) {
                Ok(parameter) => applied.set.push((setting.param, parameter)),
                Err(fault) => {
                    fatal |= self.is_fatal(place, setting);
                    if self.note_fault(&mut applied.faults, setting.param, fault).is_err() {
                        fatal = true;
                        break;
                    }
                }
            }
        }
        // [R-ADD.4] every setting that failed is told.
        if fatal { Err(applied.faults) } else { Ok(applied) }
    }

    /// [R-ADD.3] [R-SET.2] and in Add, keys count as required (T6).
    #[cold]
    fn is_fatal(&self, place: Place, setting: &Setting<'_>) -> bool {
        let model = &*self.transaction.model;
        let is_key = || find(model, place, setting.param).is_ok_and(|found| model.layout.is_key(found.id()));
        setting.required || (self.operation == Operation::Add && is_key())
    }

    /// Keeps a fault for the answer. It is paid for as it arises: a name that is none may fail in many rows.
    #[cold]
    fn note_fault(&mut self, faults: &mut Vec<ParamFault>, param: &str, fault: Fault) -> Result<(), Fault> {
        let told = self.budget.tell(ParamFault::size(param, &fault));
        faults.push(ParamFault::new(param, fault));
        told
    }

    fn apply_one(&mut self, place: Place, settings: &[Setting<'_>], at: usize) -> Result<ParameterId, Fault> {
        let model = &*self.transaction.model;
        let setting = &settings[at];
        // Requests mostly set the same parameters of one row after the other.
        let before =
            self.made_before(settings.len()).and_then(|id| model.object(place.object).parameter_at(id));
        let parameter = match before.filter(|before| before.name() == setting.param) {
            Some(before) => before,
            None => find(model, place, setting.param)
                .map_err(|fault| self.denied_in_mounts(place, setting.param).unwrap_or(fault))?,
        };
        let id = parameter.id();
        // [R-SEC.1] before anything else is said about the parameter or its object.
        let holder = Place { row: place.row, object: parameter.object().id() };
        let grants = self.access.object(model, holder);
        if !grants.parameter(id, Rights::WRITE) {
            return Err(Fault::denied(parameter.path()));
        }
        let is_readable = grants.parameter(id, Rights::READ);
        if holder != place && !model.exists_below(place, parameter.object()) {
            return Err(unsupported(parameter.object(), parameter.name()));
        }
        if let Some(fault) = self.excluded(place.row, parameter) {
            return Err(fault.clone());
        }
        writable(model, parameter, self.operation, self.requester)?;
        let value =
            parameter.syntax().parse(setting.value).map_err(|error| match parameter.is_secured() {
                true => Fault::value(&error.redacted()),
                false => Fault::value(&error),
            })?;
        alias_rule(model, parameter, setting.value)?;
        if self.operation == Operation::Set
            && model.layout.is_immutable_key(place.object, id)
            && !(is_readable && model.at_rest(place.row, parameter).equals(&value))
        {
            // [R-KEY.1] to say it again is no change; but nobody finds out what may not be read by guessing.
            return Err(not_writable(parameter, "is part of a Unique Key and cannot change once it is set"));
        }
        self.note_made(place.row, id);
        self.transaction.set(place.row, id, value);
        Ok(id)
    }
}

impl Work<'_, '_> {
    /// Why a parameter that the row does not carry may not be set: where it might not if the row did, nobody is told
    /// that it does not.
    fn denied_in_mounts(&self, place: Place, param: &str) -> Option<Fault> {
        let model = &*self.transaction.model;
        if !model.layout.has_mounts() {
            return None;
        }
        let (above, name) = param.rsplit_once('.')?;
        let mut objects: Vec<Object<'_>> = alloc::vec![model.object(place.object)];
        for step in above.split('.') {
            objects = objects.iter().flat_map(|object| object.children_named(step)).collect();
            objects.retain(|object| !object.is_table());
        }
        let mut known = objects.iter().filter_map(|object| object.parameter(name)).peekable();
        let first = known.peek()?.path();
        let may_be_set = |found: Parameter<'_>| {
            let holder = Place { row: place.row, object: found.object().id() };
            self.access.object(model, holder).parameter(found.id(), Rights::WRITE)
        };
        (!known.any(may_be_set)).then(|| Fault::denied(first))
    }
}

/// The parameter that a setting names: of the object itself or of a single object below it, which need not exist.
fn find<'m>(model: &'m DataModel, place: Place, param: &str) -> Result<Parameter<'m>, Fault> {
    let object = model.object(place.object);
    if let Some(parameter) = object.parameter(param) {
        return Ok(parameter);
    }
    let unsupported = || unsupported(object, param);
    let relative = RelativePath::parse(param).map_err(|_| unsupported())?;
    let mut at: Object<'_> = object;
    let mut segments = relative.segments().peekable();
    while let Some(segment) = segments.next() {
        let Segment::Name(name) = segment else { break };
        if segments.peek().is_none() {
            return at.parameter(name).ok_or_else(unsupported);
        }
        let child = model.child_of(Place { row: place.row, object: at.id() }, name);
        at = child.filter(|child| !child.is_table()).ok_or_else(unsupported)?;
    }
    Err(unsupported())
}

fn unsupported(object: Object<'_>, param: &str) -> Fault {
    let message = alloc::format!("{} has no parameter {}", object.path(), shortened(param));
    Fault::new(ErrorCode::UNSUPPORTED_PARAMETER, message)
}

fn writable(
    model: &DataModel,
    parameter: Parameter<'_>,
    operation: Operation,
    requester: &Requester,
) -> Result<(), Fault> {
    let refuse = |why| Err(not_writable(parameter, why));
    if !model.is_stored(parameter) {
        return refuse("is computed by the device and cannot be set");
    }
    match parameter.access() {
        ParameterAccess::ReadOnly if !requester.is_device() => refuse("is read-only"),
        ParameterAccess::WriteOnceReadOnly if operation == Operation::Set && !requester.is_device() => {
            refuse("can be set while the object is created and not afterwards")
        }
        _ => Ok(()),
    }
}

fn not_writable(parameter: Parameter<'_>, why: &str) -> Fault {
    Fault::new(ErrorCode::PARAMETER_NOT_WRITEABLE, alloc::format!("{} {why}", parameter.path()))
}

/// What TR-181 says of an Alias in words, and not as a facet: it is not empty and begins with a letter (T27).
fn alias_rule(model: &DataModel, parameter: Parameter<'_>, text: &str) -> Result<(), Fault> {
    if !model.layout.is_alias(parameter.id()) || text.starts_with(|first: char| first.is_alphabetic()) {
        return Ok(());
    }
    let message = alloc::format!("{} begins with a letter", parameter.path());
    Err(Fault::new(ErrorCode::INVALID_VALUE, message))
}
