use super::code::{Code, line, open};
use super::docs::{write_docs, write_parameter_docs};
use super::plan::{Field, Node, Plan, RowPlan};
use super::serde::{write_field_attributes, write_struct_attributes};
use super::types::RustType;
use crate::text::Subject;

/// Writes the structs of the chosen objects.
pub(super) fn write_rows(code: &mut Code, plan: &Plan<'_>) {
    if plan.nodes.iter().all(|node| node.row.is_none()) {
        return;
    }
    code.gap();
    line!(
        code,
        "/// Whether the value is the empty string, by which an enumeration says that it is not set."
    );
    open!(code, "fn is_empty(value: &schema::Value) -> bool {{");
    line!(code, "matches!(value, schema::Value::String(text) if text.is_empty())");
    code.close("}");
    for node in &plan.nodes {
        if let Some(row) = &node.row {
            write_row(code, plan, node, row);
        }
    }
}

fn write_row(code: &mut Code, plan: &Plan<'_>, node: &Node<'_>, row: &RowPlan<'_>) {
    let Some(object) = node.object else { return };
    code.gap();
    let subject = Subject { model: plan.model, object: object.path(), name: object.name(), syntax: None };
    let facts = match object.is_table() {
        true => format!("A row of `{}`.", node.path),
        false => format!("`{}`.", node.path),
    };
    write_docs(code, &subject, object.description(), &facts);
    write_struct_attributes(code, plan);
    open!(code, "pub struct {} {{", row.name);
    for field in &row.fields {
        write_parameter_docs(code, plan.model, object.path(), field.parameter, false);
        write_field_attributes(code, plan, field.parameter.name(), "Option::is_none");
        line!(code, "pub {}: Option<{}>,", field.identifier, field.rust_type.source());
    }
    code.close("}");

    code.gap();
    open!(code, "impl typed::Object for {} {{", row.name);
    line!(code, "const PATH: &'static str = {:?};", node.path);
    line!(code, "const OBJECT: u32 = {};", row.id);
    line!(code, "const FINGERPRINT: u64 = FINGERPRINT;");
    open!(code, "const PARAMETERS: &'static [&'static str] = &[");
    for name in &row.parameters {
        line!(code, "{name:?},");
    }
    code.close("];");
    code.gap();
    write_values(code, row);
    code.gap();
    write_assign(code, row);
    code.close("}");
}

fn write_values(code: &mut Code, row: &RowPlan<'_>) {
    let each = if row.fields.is_empty() { "_" } else { "each" };
    open!(code, "fn values(&self, {each}: &mut dyn FnMut(usize, schema::Value)) {{");
    for Field { identifier, position, .. } in &row.fields {
        open!(code, "if let Some(value) = &self.{identifier} {{");
        line!(code, "each({position}, schema::TypedValue::to_value(value));");
        code.close("}");
    }
    code.close("}");
}

fn write_assign(code: &mut Code, row: &RowPlan<'_>) {
    let (position, value) = if row.fields.is_empty() { ("_", "_") } else { ("position", "value") };
    open!(
        code,
        "fn assign(&mut self, {position}: usize, {value}: &schema::Value) \
         -> Result<(), schema::ValueError> {{"
    );
    if !row.fields.is_empty() {
        open!(code, "match position {{");
        for Field { identifier, position, rust_type, parameter } in &row.fields {
            let convert = "schema::TypedValue::from_value(value)?";
            let empty_means_unset = matches!(rust_type, RustType::Enumeration(_))
                && parameter.syntax().enumeration().iter().all(|value| !value.value().is_empty());
            if empty_means_unset {
                line!(code, "{position} if is_empty(value) => self.{identifier} = None,");
            }
            line!(code, "{position} => self.{identifier} = Some({convert}),");
        }
        line!(code, "_ => {{}}");
        code.close("}");
    }
    line!(code, "Ok(())");
    code.close("}");
}
