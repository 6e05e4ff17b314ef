use usp_schema::PrimitiveType;

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

/// Whether TR-106 has an element of this name, which may have a prefix, or one that it may be a slip for.
pub(super) fn is_element(name: &str) -> bool {
    let local = name.rsplit(':').next().unwrap_or(name);
    ELEMENTS.contains(&local) || meant(local).is_some()
}

/// The element for a type that might have been meant by a name that stands in its place: a type by what other languages
/// call it, or one that is misspelt.
pub(crate) fn meant_type(name: &str) -> Option<&'static str> {
    let types = PrimitiveType::ALL.map(PrimitiveType::as_str).into_iter().chain(["dataType"]);
    foreign_type(&name.to_ascii_lowercase())
        .or_else(|| nearest(name, types.map(|element| (element, element.to_owned()))))
}

/// The type for a name, in lower case, that types of other languages and schemas have.
fn foreign_type(name: &str) -> Option<&'static str> {
    let primitive = match name {
        "base64binary" | "binary" | "bytes" | "octets" => PrimitiveType::Base64,
        "bool" => PrimitiveType::Boolean,
        "date" | "timestamp" => PrimitiveType::DateTime,
        "double" | "float" | "number" | "real" => PrimitiveType::Decimal,
        "hex" => PrimitiveType::HexBinary,
        "i8" | "i16" | "i32" | "int8" | "int16" | "int32" | "integer" | "short" => PrimitiveType::Int,
        "i64" | "int64" => PrimitiveType::Long,
        "char" | "str" | "text" => PrimitiveType::String,
        "u8" | "u16" | "u32" | "uint" | "uint8" | "uint16" | "uint32" | "unsigned" | "unsignedinteger" => {
            PrimitiveType::UnsignedInt
        }
        "u64" | "uint64" | "ulong" => PrimitiveType::UnsignedLong,
        _ => return None,
    };
    Some(primitive.as_str())
}

/// Whether a document has elements of this name.
pub(crate) fn is_in_document(name: &str) -> bool {
    matches!(
        name,
        "bibliography" | "component" | "dataType" | "description" | "import" | "model" | "template"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types_elsewhere_are_put_right() {
        for (name, expected) in [
            ("uint", "unsignedInt"),
            ("uint32", "unsignedInt"),
            ("UnsignedInt", "unsignedInt"),
            ("unsignedLng", "unsignedLong"),
            ("bool", "boolean"),
            ("Bool", "boolean"),
            ("str", "string"),
            ("strnig", "string"),
            ("datetime", "dateTime"),
            ("integer", "int"),
            ("uint64", "unsignedLong"),
            ("float", "decimal"),
            ("hexbinary", "hexBinary"),
            ("datatype", "dataType"),
        ] {
            assert_eq!(meant_type(name), Some(expected), "{name}");
        }
        assert_eq!(meant_type("sausage"), None);
    }
}
