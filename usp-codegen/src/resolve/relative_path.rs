use crate::model::PathScope;

/// Where relative paths of a model count from.
#[derive(Debug)]
pub(super) struct PathRules {
    /// `Device.`, or the object of a service such as `VoiceService.{i}.`.
    root: String,
}

impl PathRules {
    pub(super) fn new(root: &str) -> Self {
        Self { root: root.to_owned() }
    }

    /// The full path of what an element of the object at `base` calls `path` (TR-106 section "Reference path names").
    ///
    /// A leading dot stands for the root or service object, and each `#` for one object outwards, a table and its
    /// `{i}` together being one. `Device.` begins a full path. Everything else counts from the object itself.
    pub(super) fn resolve(&self, base: &str, path: &str, scope: PathScope) -> String {
        match scope {
            PathScope::Normal => {}
            PathScope::Model => return join(&self.root, path.trim_start_matches('.')),
            PathScope::Object => return join(base, path.trim_start_matches('.')),
        }
        let below = path.trim_start_matches('#');
        let levels = path.len() - below.len();
        if levels > 0 {
            return join(outwards(base, levels), below.trim_start_matches('.'));
        }
        match path.strip_prefix('.') {
            Some(below) => join(&self.root, below),
            None if path.starts_with("Device.") => path.to_owned(),
            None => join(base, path),
        }
    }
}

fn join(base: &str, path: &str) -> String {
    let mut joined = String::with_capacity(base.len() + path.len());
    joined.push_str(base);
    joined.push_str(path);
    joined
}

/// The path of the object that is this many levels around the one at `path`; empty beyond the root.
fn outwards(path: &str, levels: usize) -> &str {
    let mut path = path;
    for _ in 0..levels {
        let name = path.strip_suffix('.').unwrap_or(path);
        let name = name.strip_suffix(".{i}").unwrap_or(name);
        path = name.rfind('.').and_then(|dot| path.get(..=dot)).unwrap_or_default();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, path: &str, expected: &str) {
        assert_eq!(PathRules::new("Device.").resolve(base, path, PathScope::Normal), expected);
    }

    #[test]
    fn each_form_of_a_path_resolves() {
        let base = "Device.IP.Interface.{i}.IPv4Address.{i}.";
        check(base, "#.Enable", "Device.IP.Interface.{i}.Enable");
        check(base, "##.Diagnostics.", "Device.IP.Diagnostics.");
        check(base, "###.Time.", "Device.Time.");
        check(base, "#", "Device.IP.Interface.{i}.");
        check(base, ".Security.Certificate.", "Device.Security.Certificate.");
        check(base, ".", "Device.");
        check(base, "Device.Users.User.", "Device.Users.User.");
        check(base, "AddressingType", "Device.IP.Interface.{i}.IPv4Address.{i}.AddressingType");
        check(base, "#########.X", "X");
    }

    #[test]
    fn a_scope_takes_the_place_of_the_signs() {
        let rules = PathRules::new("Device.");
        assert_eq!(rules.resolve("Device.IP.", "Time.", PathScope::Model), "Device.Time.");
        assert_eq!(rules.resolve("Device.IP.", "Device.X", PathScope::Object), "Device.IP.Device.X");
    }

    #[test]
    fn arguments_count_their_command_and_direction_as_levels() {
        check("Device.IP.Diagnostics.IPPing().Input.", "###.Interface.", "Device.IP.Interface.");
        check(
            "Device.WiFi.Scan().Output.Result.{i}.",
            "Standards",
            "Device.WiFi.Scan().Output.Result.{i}.Standards",
        );
    }

    #[test]
    fn a_service_has_a_root_of_its_own() {
        let rules = PathRules::new("VoiceService.{i}.");
        let resolved = rules.resolve("VoiceService.{i}.SIP.Client.{i}.", ".Tone.", PathScope::Normal);
        assert_eq!(resolved, "VoiceService.{i}.Tone.");
    }
}
