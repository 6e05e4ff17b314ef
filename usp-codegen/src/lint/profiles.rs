use std::collections::HashSet;

use usp_schema::Status;

use super::{Findings, Rule};
use crate::Model;
use crate::model::ProfileItem;
use crate::resolve::for_each_place;

/// Profiles that ask for what is not there.
pub(super) fn check(model: &Model, findings: &mut Findings<'_>) {
    if model.profiles().is_empty() {
        return;
    }
    let elements = elements(model);
    let names: HashSet<&str> = model.profiles().iter().map(|profile| profile.name()).collect();
    for profile in model.profiles().iter().filter(|profile| profile.status() != Status::Deleted) {
        for other in profile.base().into_iter().chain(profile.extends().iter().map(String::as_str)) {
            if !names.contains(other) {
                let message = format!("it builds on the profile {other}, which does not exist");
                findings.add(Rule::Profile, profile.line(), profile.name(), message);
            }
        }
        for requirement in profile.requirements() {
            if requirement.status() != Status::Deleted && !elements.contains(requirement.path()) {
                let kind = match requirement.kind() {
                    ProfileItem::Object => "object",
                    ProfileItem::Parameter => "parameter",
                    ProfileItem::Command => "command",
                    ProfileItem::Event => "event",
                    ProfileItem::ArgumentObject => "argument object",
                    ProfileItem::Argument => "argument",
                };
                let message = format!("it asks for the {kind} {}, which does not exist", requirement.path());
                findings.add(Rule::Profile, requirement.line(), profile.name(), message);
            }
        }
    }
}

/// The paths of everything that a profile may ask for.
fn elements(model: &Model) -> HashSet<String> {
    let mut elements = HashSet::new();
    for_each_place(model, &mut |place, parameters| {
        elements.insert(place.base.to_owned());
        elements.extend(parameters.iter().map(|parameter| format!("{}{}", place.base, parameter.name())));
    });
    for object in model.objects() {
        elements
            .extend(object.commands().iter().map(|command| format!("{}{}", object.path(), command.name())));
        elements.extend(object.events().iter().map(|event| format!("{}{}", object.path(), event.name())));
    }
    elements
}
