use std::process::ExitCode;

use usp_codegen::{Model, Profile, RequiredAccess};

use crate::output::Output;

/// Shows what a profile asks for, with all that it builds on.
pub(crate) fn print(model: &Model, name: &str, output: &mut Output) -> ExitCode {
    let find = |name: &str| model.profiles().iter().find(|profile| profile.name() == name);
    let Some(profile) = find(name) else {
        eprintln!("usp-codegen: the model has no profile {name}; usp-codegen list --kind profiles shows all");
        return ExitCode::from(1);
    };
    // What it builds on comes first, and each profile once.
    let mut order: Vec<&Profile> = Vec::new();
    let mut waiting = vec![profile];
    while let Some(profile) = waiting.pop() {
        if order.iter().any(|seen| seen.name() == profile.name()) {
            continue;
        }
        order.push(profile);
        let others = profile.base().into_iter().chain(profile.extends().iter().map(String::as_str));
        waiting.extend(others.filter_map(find));
    }
    let mut shown: Vec<(&str, RequiredAccess)> = Vec::new();
    for profile in order.into_iter().rev() {
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
