use usp_schema::{ObjectAccess, ParameterAccess, ReferenceTarget, Status};

pub(super) fn object_access(access: ObjectAccess) -> &'static str {
    match access {
        ObjectAccess::ReadOnly => "readOnly",
        ObjectAccess::AddDelete => "readWrite",
        ObjectAccess::AddOnly => "addOnly",
        ObjectAccess::DeleteOnly => "deleteOnly",
    }
}

pub(super) fn parameter_access(access: ParameterAccess) -> &'static str {
    match access {
        ParameterAccess::ReadOnly => "readOnly",
        ParameterAccess::ReadWrite => "readWrite",
        ParameterAccess::WriteOnceReadOnly => "writeOnceReadOnly",
    }
}

pub(super) fn strength(strong: bool) -> &'static str {
    if strong { "strong" } else { "weak" }
}

pub(super) fn target(target: ReferenceTarget) -> &'static str {
    match target {
        ReferenceTarget::Any => "any",
        ReferenceTarget::Parameter => "parameter",
        ReferenceTarget::Row => "row",
        ReferenceTarget::Single => "single",
    }
}

/// Nothing for what is in force.
pub(super) fn status(status: Status) -> Option<&'static str> {
    (status != Status::Current).then(|| status.as_str())
}
