//! The command `usp-codegen`: generates from data models, and shows, checks and compares them.
//!
//! Exit codes: 0 for success; 1 if `lint` or `diff` found something, or `search` nothing; 2 for wrong usage; 3 if a
//! file cannot be read or written.
#![allow(clippy::std_instead_of_alloc, reason = "a program with std")]

mod arguments;
mod diff;
mod failure;
mod list;
mod output;
mod profile;
mod progress;
mod search;
mod source;
mod tree;

use std::process::ExitCode;

use clap::Parser as _;
use usp_codegen::{Config, ImageOptions};
use usp_schema::Schema;

use arguments::{Action, Arguments};
use failure::Failure;
use output::Output;
use progress::Progress;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::stdout();
    match run(arguments.action, &mut output) {
        Ok(code) if output.finish() => code,
        // Whoever reads the output has seen enough.
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            output.finish();
            eprintln!("usp-codegen: {error}");
            ExitCode::from(3)
        }
    }
}

fn run(action: Action, output: &mut Output) -> Result<ExitCode, Failure> {
    match action {
        Action::Generate { model, types, out_dir, out_file, crate_path, serde, deleted } => {
            let progress = Progress::begin("generating from", &model);
            let mut config = Config::new()
                .model(model)
                .out_file(out_file)
                .crate_path(crate_path)
                .serde(serde)
                .include_deleted(deleted);
            for path in types {
                config = config.types(path);
            }
            let generated = config.render()?;
            drop(progress);
            source::warn(&generated.warnings);
            config.write(&generated, &out_dir)?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Image { model, output: path, select, profile, descriptions, deleted } => {
            let options = ImageOptions::new().include_deleted(deleted).descriptions(descriptions);
            let options = select.into_iter().fold(options, ImageOptions::select);
            let options = profile.into_iter().fold(options, ImageOptions::profile);
            let progress = Progress::begin("making an image of", &model);
            let generated = Config::new().model(model).image(options).render()?;
            drop(progress);
            source::warn(&generated.warnings);
            source::write(&path, &generated.image)?;
            let size = generated.image.len();
            let schema = Schema::from_vec(generated.image)
                .map_err(|error| Failure::Image { path: path.clone(), error })?;
            eprintln!("{}: {size} bytes, fingerprint {:#018x}", path.display(), schema.fingerprint());
            Ok(ExitCode::SUCCESS)
        }
        Action::Lint { model } => {
            let findings = source::read(&model)?.lint();
            for finding in &findings {
                output.line(&finding.to_string());
            }
            Ok(found(!findings.is_empty()))
        }
        Action::List { model, kind, format, deleted } => {
            let elements = source::elements(&model, deleted)?;
            list::print(&elements, kind, format, output);
            Ok(ExitCode::SUCCESS)
        }
        Action::Tree { model, path, depth, deleted } => {
            tree::print(&source::elements(&model, deleted)?, path.as_deref(), depth, output);
            Ok(ExitCode::SUCCESS)
        }
        Action::Search { model, words } => {
            let some = search::print(&source::read(&model)?, &words, output);
            Ok(found(!some))
        }
        Action::Diff { old, new } => {
            let (old, new) = source::to_compare(&old, &new)?;
            Ok(found(diff::print(&old, &new, output)))
        }
        Action::Profile { model, name } => Ok(profile::print(&source::read(&model)?, &name, output)),
    }
}

/// The exit code of an action that was asked whether there is something.
fn found(something: bool) -> ExitCode {
    if something { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
