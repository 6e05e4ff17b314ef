//! What Set, Add and Delete have in common: entries, partial failure, the end of the message.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::{Error, ErrorCode};
use usp_path::{RelativePath, Segment};
use usp_schema::{Object, Parameter, ParameterAccess, ParameterId};

use crate::fault::Fault;
use crate::model::{DataModel, Place};
use crate::requester::Requester;
use crate::store::RowId;
use crate::transaction::Transaction;

/// A parameter setting of a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) param: &'a str,
    pub(super) value: &'a str,
    pub(super) required: bool,
}

/// A setting that failed.
#[derive(Debug, Clone)]
pub(super) struct ParamFault {
    pub(super) param: String,
    pub(super) fault: Fault,
}

/// Why an entry of a request failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) fault: Fault,
    /// The objects that failed, with the settings that did.
    pub(super) objects: Vec<(String, Vec<ParamFault>)>,
}

/// When a setting is made: the same parameter may be open to Add and closed to Set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    Creation,
    Update,
}

/// What earlier rounds over the same message have found out: entries and settings that conflict in the end.
#[derive(Debug, Default)]
pub(super) struct Exclusions {
    entries: BTreeMap<usize, Failure>,
    settings: BTreeMap<(usize, ParameterId), Fault>,
}

/// The message as it is worked on.
pub(super) struct Work<'t, 'm> {
    pub(super) transaction: &'t mut Transaction<'m>,
    pub(super) requester: &'t Requester,
    exclusions: &'t Exclusions,
    entry: usize,
}

impl Failure {
    pub(super) fn new(path: impl Into<String>, fault: Fault) -> Self {
        Self { fault, objects: alloc::vec![(path.into(), Vec::new())] }
    }

    /// An object failed because of required parameters. The code is the cause's where that is about rights (T8).
    pub(super) fn of_params(objects: Vec<(String, Vec<ParamFault>)>) -> Self {
        let first = objects.iter().flat_map(|(_, faults)| faults).next();
        let message = first.map_or_else(String::new, |first| {
            alloc::format!("required parameter {}: {}", first.param, first.fault.message())
        });
        let code = match first.map(|first| first.fault.code()) {
            Some(code @ (ErrorCode::PERMISSION_DENIED | ErrorCode::OBJECT_EXISTS_WITH_DUPLICATE_KEY)) => code,
            _ => ErrorCode::REQUIRED_PARAMETER_FAILED,
        };
        Self { fault: Fault::new(code, message), objects }
    }
}

/// Runs all entries of a message and checks the whole in the end.
///
/// With `allow_partial` an entry that fails is undone by itself. When the end of the message shows a conflict, the
/// whole is undone and done again without what is to blame, so that what stays is what would have been done
/// without it. Each round excludes something more; there are at most as many rounds as settings.
///
/// # Errors
///
/// Without `allow_partial`, the failures of all entries.
pub(super) fn run<T, R>(
    model: &mut DataModel,
    requester: &Requester,
    allow_partial: bool,
    entries: usize,
    mut apply: impl FnMut(&mut Work<'_, '_>, usize) -> Result<T, Failure>,
    finish: impl FnOnce(&DataModel, Vec<Result<T, Failure>>) -> R,
) -> Result<R, Error> {
    let mut exclusions = Exclusions::default();
    loop {
        let mut transaction = Transaction::new(model);
        let mut outcomes = Vec::with_capacity(entries);
        for entry in 0..entries {
            if let Some(failure) = exclusions.entries.get(&entry) {
                outcomes.push(Err(failure.clone()));
                continue;
            }
            transaction.begin_entry(entry);
            let savepoint = transaction.savepoint();
            let mut work = Work { transaction: &mut transaction, requester, exclusions: &exclusions, entry };
            let outcome = apply(&mut work, entry);
            if outcome.is_err() {
                transaction.undo_to(savepoint);
            }
            outcomes.push(outcome);
        }
        if !allow_partial && outcomes.iter().any(Result::is_err) {
            return Err(error(outcomes.into_iter().filter_map(Result::err)));
        }
        let Err(conflicts) = transaction.check() else {
            let response = finish(transaction.model, outcomes);
            transaction.commit();
            return Ok(response);
        };
        for conflict in conflicts {
            let at = (conflict.entry, conflict.parameter);
            let param = transaction.model.parameter(conflict.parameter).name().to_string();
            let path = transaction.model.path_of(conflict.place);
            // A setting that is out already and conflicts still was not made by the request itself.
            let known = exclusions.settings.insert(at, conflict.fault.clone()).is_some();
            if known || conflict.fault.code() == ErrorCode::OBJECT_EXISTS_WITH_DUPLICATE_KEY {
                let faults = alloc::vec![ParamFault { param, fault: conflict.fault }];
                let failure = Failure::of_params(alloc::vec![(path, faults)]);
                exclusions.entries.insert(conflict.entry, failure);
            }
        }
    }
}

impl Work<'_, '_> {
    /// Makes the settings of one object. Returns what was set and the settings that failed, which were all
    /// optional (TR-369 section "allow_partial and required").
    ///
    /// # Errors
    ///
    /// The settings that failed, at least one of them required. What was set before is the caller's to undo.
    pub(super) fn apply(
        &mut self,
        place: Place,
        settings: &[Setting<'_>],
        occasion: Occasion,
    ) -> Result<Applied, Vec<ParamFault>> {
        let mut applied = Applied::default();
        let mut fatal = false;
        for setting in settings {
            match self.apply_one(place, setting, occasion) {
                Ok(set) => applied.set.push((setting.param.to_string(), set.0, set.1)),
                Err((fault, is_key)) => {
                    // [R-ADD.3] [R-SET.2] and in Add, keys count as required (T6).
                    fatal |= setting.required || (is_key && occasion == Occasion::Creation);
                    applied.faults.push(ParamFault { param: setting.param.to_string(), fault });
                }
            }
        }
        // [R-ADD.4] every setting that failed is told.
        if fatal { Err(applied.faults) } else { Ok(applied) }
    }

    fn apply_one(
        &mut self,
        place: Place,
        setting: &Setting<'_>,
        occasion: Occasion,
    ) -> Result<(RowId, ParameterId), (Fault, bool)> {
        let model = &*self.transaction.model;
        let parameter = find(model, place, setting.param).map_err(|fault| (fault, false))?;
        let (id, is_key) = (parameter.id(), model.layout.is_key(parameter.id()));
        let fail = |fault| Err((fault, is_key));
        if let Some(fault) = self.exclusions.settings.get(&(self.entry, id)) {
            return fail(fault.clone());
        }
        if let Err(fault) = writable(model, place, parameter, occasion, self.requester) {
            return fail(fault);
        }
        let value = match parameter.syntax().parse(setting.value) {
            Ok(value) => value,
            Err(error) if parameter.is_secured() => return fail(Fault::value(&error.redacted())),
            Err(error) => return fail(Fault::value(&error)),
        };
        if let Err(fault) = alias_rule(parameter, setting.value) {
            return fail(fault);
        }
        self.transaction.set(place.row, id, value);
        Ok((place.row, id))
    }
}

/// What was set in one object.
#[derive(Debug, Default)]
pub(super) struct Applied {
    /// Relative path as given, row and parameter.
    pub(super) set: Vec<(String, RowId, ParameterId)>,
    /// Optional settings that failed.
    pub(super) faults: Vec<ParamFault>,
}

/// The parameter that a setting names: of the object itself or of a single object below it.
fn find<'m>(model: &'m DataModel, place: Place, param: &str) -> Result<Parameter<'m>, Fault> {
    let object = model.object(place.object);
    if let Some(parameter) = object.parameter(param) {
        return Ok(parameter);
    }
    let unsupported = || {
        let message = alloc::format!("{} has no parameter {param}", object.path());
        Fault::new(ErrorCode::UNSUPPORTED_PARAMETER, message)
    };
    let relative = RelativePath::parse(param).map_err(|_| unsupported())?;
    let mut at: Object<'_> = object;
    let mut segments = relative.segments().peekable();
    while let Some(segment) = segments.next() {
        let Segment::Name(name) = segment else { break };
        if segments.peek().is_none() {
            return at.parameter(name).ok_or_else(unsupported);
        }
        at = at
            .child(name)
            .filter(|child| !child.is_table() && model.exists(place.row, *child))
            .ok_or_else(unsupported)?;
    }
    Err(unsupported())
}

fn writable(
    model: &DataModel,
    place: Place,
    parameter: Parameter<'_>,
    occasion: Occasion,
    requester: &Requester,
) -> Result<(), Fault> {
    let refuse = |why: &str| {
        let message = alloc::format!("{} {why}", parameter.path());
        Err(Fault::new(ErrorCode::PARAMETER_NOT_WRITEABLE, message))
    };
    if model.live.contains_key(&parameter.id()) || model.layout.counted_table(parameter.id()).is_some() {
        return refuse("is computed by the device and cannot be set");
    }
    if occasion == Occasion::Update && model.layout.is_immutable_key(place.object, parameter.id()) {
        // [R-KEY.1]
        return refuse("is part of a Unique Key and cannot change once it is set");
    }
    match parameter.access() {
        ParameterAccess::ReadOnly if !requester.is_device() => refuse("is read-only"),
        ParameterAccess::WriteOnceReadOnly if occasion == Occasion::Update && !requester.is_device() => {
            refuse("can be set while the object is created and not afterwards")
        }
        _ => Ok(()),
    }
}

/// What TR-181 says of an Alias in words, and not as a facet: it is not empty and begins with a letter (T27).
fn alias_rule(parameter: Parameter<'_>, text: &str) -> Result<(), Fault> {
    let is_alias = matches!(parameter.syntax().data_type(), Some("Alias" | "_AliasUSP"));
    if !is_alias || text.starts_with(|first: char| first.is_alphabetic()) {
        return Ok(());
    }
    let message = alloc::format!("{} begins with a letter", parameter.path());
    Err(Fault::new(ErrorCode::INVALID_VALUE, message))
}

/// The Error of a message that failed as a whole: 7006 where rights are the cause, 7005 where limits are, else 7004
/// (T8); inside, the code of each path.
fn error(failures: impl Iterator<Item = Failure>) -> Error {
    let mut error = Error::new(ErrorCode::INVALID_ARGUMENTS, "");
    let (mut codes, mut message) = (BTreeSet::new(), None);
    for failure in failures {
        for (path, faults) in &failure.objects {
            if faults.is_empty() {
                codes.insert(failure.fault.code());
                error = error.with_param_err(path, failure.fault.code(), failure.fault.message());
            }
            for ParamFault { param, fault } in faults {
                codes.insert(fault.code());
                let path = super::with_dot(path) + param;
                error = error.with_param_err(path, fault.code(), fault.message());
            }
        }
        message.get_or_insert(failure.fault);
    }
    for outer in [ErrorCode::RESOURCES_EXCEEDED, ErrorCode::PERMISSION_DENIED] {
        if codes.contains(&outer) {
            error.err_code = outer.value();
        }
    }
    error.err_msg =
        message.map(|fault| alloc::format!("nothing was changed: {}", fault.message())).unwrap_or_default();
    error
}
