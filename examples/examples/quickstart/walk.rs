//! Reading a published data model at run time, and walking all of it.

use core::time::Duration;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use usp_codegen::{ImageOptions, Model};
use usp_datamodel::{DataModel, Requester};
use usp_msg::{Get, GetSupportedDm, GetSupportedDmResp, Msg};

use crate::Failure;

pub fn walk(file: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let (document, reading) = timed(|| Model::from_file(file));
    let document = document?;
    let size = std::fs::metadata(file)?.len();
    writeln!(out, "{}: {} in {size} bytes of XML, read in {}", file.display(), document.name(), ms(reading))?;
    for warning in document.warnings() {
        writeln!(out, "  warning: {warning}")?;
    }
    let counts = document.counts(true);
    writeln!(
        out,
        "  {} objects, {} parameters, {} commands, {} events (deleted items counted)",
        grouped(counts.objects),
        grouped(counts.parameters),
        grouped(counts.commands),
        grouped(counts.events),
    )?;

    let (schema, compiling) = timed(|| document.to_schema(&ImageOptions::default()));
    let schema = schema?;
    writeln!(
        out,
        "compiled into an image of {} bytes in {}; without deleted items it has {} objects and {} parameters",
        grouped(schema.as_bytes().len()),
        ms(compiling),
        grouped(schema.objects().len()),
        grouped(schema.parameters().count()),
    )?;

    let mut model = DataModel::new(schema.clone());
    let root = schema.roots().next().ok_or("the model has no objects")?.name().to_owned() + ".";
    let request = GetSupportedDm::new([root.as_str()]).into();
    let (answer, asking) = timed(|| model.process(&request, &Requester::DEVICE));
    let answer = GetSupportedDmResp::try_from(answer?)?;
    let objects = answer.req_obj_results.iter().map(|result| result.supported_objs.len()).sum::<usize>();
    let bytes = Msg::response_to("walk", answer).encode_to_vec().len();
    writeln!(
        out,
        "GetSupportedDM of {root} names {} objects in {} bytes, answered in {}",
        grouped(objects),
        grouped(bytes),
        ms(asking),
    )?;

    let request = Get::new([root.as_str()]).into();
    let (answer, getting) = timed(|| model.process(&request, &Requester::DEVICE));
    let bytes = Msg::response_to("walk", answer?).encode_to_vec().len();
    writeln!(out, "Get of {root} with empty tables: {} bytes, answered in {}", grouped(bytes), ms(getting))?;
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

fn ms(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

/// A number with commas between groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at != 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
