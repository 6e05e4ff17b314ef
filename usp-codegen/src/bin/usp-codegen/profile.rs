use std::process::ExitCode;

use usp_codegen::{Model, RequiredAccess};

use crate::output::Output;

/// Shows what a profile asks for, with all that it builds on.
pub(crate) fn print(model: &Model, name: &str, output: &mut Output) -> ExitCode {
    let Some(profiles) = model.profile_with_bases(name) else {
        eprintln!("usp-codegen: the model has no profile {name}; usp-codegen list --kind profiles shows all");
        return ExitCode::from(1);
    };
    let mut shown: Vec<(&str, RequiredAccess)> = Vec::new();
    for profile in profiles {
        output.line(&format!("# {}", profile.name()));
        for requirement in profile.requirements() {
            let entry = (requirement.path(), requirement.access());
            if !shown.contains(&entry) {
                shown.push(entry);
                output.line(&format!("{}\t{}", requirement.path(), word(requirement.access())));
            }
        }
    }
    ExitCode::SUCCESS
}

fn word(access: RequiredAccess) -> &'static str {
    match access {
        RequiredAccess::Present => "present",
        RequiredAccess::NotSpecified => "not specified",
        RequiredAccess::Create => "create",
        RequiredAccess::Delete => "delete",
        RequiredAccess::CreateDelete => "create and delete",
        RequiredAccess::ReadOnly => "read",
        RequiredAccess::ReadWrite => "read and write",
        RequiredAccess::WriteOnceReadOnly => "write once",
    }
}
