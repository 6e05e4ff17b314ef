use crate::spelling::nearest;

/// The elements of TR-106 that hold something this reader reads.
const ELEMENTS: [&str; 37] = [
    "base64",
    "bibliography",
    "boolean",
    "command",
    "component",
    "dataType",
    "dateTime",
    "decimal",
    "default",
    "description",
    "document",
    "enumeration",
    "enumerationRef",
    "event",
    "hexBinary",
    "import",
    "input",
    "int",
    "list",
    "long",
    "model",
    "object",
    "output",
    "parameter",
    "pathRef",
    "pattern",
    "profile",
    "range",
    "reference",
    "size",
    "string",
    "syntax",
    "template",
    "uniqueKey",
    "units",
    "unsignedInt",
    "unsignedLong",
];

/// The element that might have been meant by a name that stands where it is not known; none for one that is the name
/// of an element, though not there.
pub(crate) fn meant(name: &str) -> Option<&'static str> {
    let elements = ELEMENTS.into_iter().map(|element| (element, element.to_owned()));
    nearest(name, elements).filter(|element| *element != name)
}

/// Whether a document has elements of this name.
pub(crate) fn is_in_document(name: &str) -> bool {
    matches!(
        name,
        "bibliography" | "component" | "dataType" | "description" | "import" | "model" | "template"
    )
}
