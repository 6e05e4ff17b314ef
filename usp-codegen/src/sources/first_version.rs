use super::documents::Documents;
use super::tree::Element;
use crate::{CodegenError, Version};

/// Models that were there before USP, with the version in which they first supported it. Nothing in a USP model is
/// older than that.
const FIRST_WITH_USP: [(&str, Version); 5] = [
    ("Device", Version { major: 2, minor: 12, patch: 0 }),
    ("FAPService", Version { major: 2, minor: 1, patch: 1 }),
    ("StorageService", Version { major: 1, minor: 3, patch: 1 }),
    ("STBService", Version { major: 1, minor: 4, patch: 1 }),
    ("VoiceService", Version { major: 2, minor: 0, patch: 1 }),
];

/// The version in which a model first appeared: the one that it states, or else the first of its major version.
///
/// None if its name tells no version.
pub(super) fn first_version(
    documents: &Documents,
    model: Element<'_>,
) -> Result<Option<Version>, CodegenError> {
    if let Some(version) = model.version()? {
        return Ok(Some(version));
    }
    let name = model.value("name").unwrap_or_default();
    let Some((name, version)) = name.trim_start_matches('_').split_once(':') else { return Ok(None) };
    let Some(major) = version.split('.').next().and_then(|major| major.parse::<u8>().ok()) else {
        return Ok(None);
    };
    let first = Version { major, minor: 0, patch: 0 };
    let with_usp = FIRST_WITH_USP.iter().find(|(known, since)| *known == name && since.major == major);
    Ok(Some(match with_usp {
        Some((_, since)) if is_usp(documents) => *since,
        _ => first,
    }))
}

/// Whether this is a model for USP: its file says so by its name, or there are commands or events.
fn is_usp(documents: &Documents) -> bool {
    let named = documents.files().next().is_some_and(|(file, _)| file.ends_with("-usp.xml"));
    named || documents.any_element(|element| matches!(element.name(), "command" | "event"))
}
