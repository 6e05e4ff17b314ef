//! What serde needs in generated code, where it is wanted.

use super::code::{Code, line, open};
use super::plan::Plan;

/// Writes the derives of a struct.
pub(super) fn write_struct_attributes(code: &mut Code, plan: &Plan<'_>) {
    line!(code, "#[derive(Debug, Clone, Default, PartialEq)]");
    if plan.serde {
        line!(code, "#[derive(::serde::Serialize, ::serde::Deserialize)]");
        line!(code, "#[serde(default)]");
    }
}

/// Writes the name that a field has in the data model. `absent` is a function that tells whether there is nothing in
/// it.
pub(super) fn write_field_attributes(code: &mut Code, plan: &Plan<'_>, name: &str, absent: &str) {
    if plan.serde {
        line!(code, "#[serde(rename = {name:?}, skip_serializing_if = {absent:?})]");
    }
}

/// Writes how an enumeration becomes its text and the other way round.
pub(super) fn write_enumeration(code: &mut Code, plan: &Plan<'_>, name: &str) {
    if !plan.serde {
        return;
    }
    code.gap();
    open!(code, "impl ::serde::Serialize for {name} {{");
    open!(code, "fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {{");
    line!(code, "serializer.serialize_str(self.as_str())");
    code.close("}");
    code.close("}");
    code.gap();
    open!(code, "impl<'de> ::serde::Deserialize<'de> for {name} {{");
    open!(
        code,
        "fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {{"
    );
    line!(
        code,
        "let text = <alloc::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;"
    );
    line!(code, "text.parse().map_err(<D::Error as ::serde::de::Error>::custom)");
    code.close("}");
    code.close("}");
}
