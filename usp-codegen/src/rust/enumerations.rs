use super::code::{Code, line, open};
use super::docs::write_docs;
use super::plan::{EnumerationOrigin, EnumerationPlan, Plan};
use super::serde;
use crate::text::Subject;

/// Writes the enumerations.
pub(super) fn write_enumerations(code: &mut Code, plan: &Plan<'_>) {
    for enumeration in &plan.enumerations {
        write_enumeration(code, plan, enumeration);
    }
}

fn write_enumeration(code: &mut Code, plan: &Plan<'_>, enumeration: &EnumerationPlan<'_>) {
    let EnumerationPlan { name, origin, variants, object, parameter } = enumeration;
    let of = match origin {
        EnumerationOrigin::DataType(data_type) => format!("the data type `{data_type}`"),
        EnumerationOrigin::Parameter(path) => format!("`{path}`"),
    };
    code.gap();
    line!(code, "/// Values of {of}.");
    line!(code, "#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]");
    open!(code, "pub enum {name} {{");
    let subject = Subject {
        model: plan.model,
        object: object.path(),
        name: parameter.name(),
        syntax: Some(parameter.syntax()),
    };
    for (variant, value) in variants {
        let facts = match value.value() {
            "" => "The empty value.".to_owned(),
            text => format!("`{}`.", text.replace('`', "'")),
        };
        write_docs(code, &subject, value.description(), &facts);
        line!(code, "{variant},");
    }
    code.close("}");

    code.gap();
    open!(code, "impl {name} {{");
    line!(code, "/// All values, in the order of the data model.");
    open!(code, "pub const ALL: &'static [Self] = &[");
    for (variant, _) in variants {
        line!(code, "Self::{variant},");
    }
    code.close("];");
    code.gap();
    line!(code, "/// The value as it appears in Messages.");
    open!(code, "pub const fn as_str(self) -> &'static str {{");
    open!(code, "match self {{");
    for (variant, value) in variants {
        line!(code, "Self::{variant} => {:?},", value.value());
    }
    code.close("}");
    code.close("}");
    code.close("}");

    code.gap();
    open!(code, "impl core::fmt::Display for {name} {{");
    open!(code, "fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {{");
    line!(code, "f.pad(self.as_str())");
    code.close("}");
    code.close("}");

    code.gap();
    open!(code, "impl core::str::FromStr for {name} {{");
    line!(code, "type Err = schema::ValueError;");
    code.gap();
    open!(code, "fn from_str(text: &str) -> Result<Self, schema::ValueError> {{");
    open!(code, "Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {{");
    line!(code, "schema::ValueError::facet({name:?}, \"it is none of the values of the enumeration\", text)");
    code.close("})");
    code.close("}");
    code.close("}");

    code.gap();
    open!(code, "impl schema::TypedValue for {name} {{");
    line!(code, "const TYPE: Option<schema::ValueType> = <String as schema::TypedValue>::TYPE;");
    code.gap();
    open!(code, "fn from_value(value: &schema::Value) -> Result<Self, schema::ValueError> {{");
    line!(code, "let text = <String as schema::TypedValue>::from_value(value)?;");
    line!(code, "text.parse()");
    code.close("}");
    code.gap();
    open!(code, "fn to_value(&self) -> schema::Value {{");
    line!(code, "schema::Value::from(self.as_str())");
    code.close("}");
    code.close("}");
    serde::write_enumeration(code, plan, name);
}
