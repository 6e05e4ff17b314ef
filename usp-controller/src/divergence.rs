//! Which instance an answer is about, where the Supported Data Model diverges.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::string::String;

use usp_msg::GetSupportedDmResp;

/// The instances whose models differ, as an answer tells them.
pub(crate) struct Divergence<'a>(BTreeSet<&'a str>);

impl<'a> Divergence<'a> {
    /// Paths that are not those of rows of the object that they are told with are left out.
    pub(crate) fn new(answer: &'a GetSupportedDmResp) -> Self {
        let objects = answer.req_obj_results.iter().flat_map(|result| &result.supported_objs);
        let paths = objects.flat_map(|object| {
            let table = object.supported_obj_path.as_str();
            object.divergent_paths.iter().map(String::as_str).filter(move |path| is_row(path, table))
        });
        Self(paths.collect())
    }

    /// The path of an object in the answer to a path, with the name of a mount in place of `{i}` where it is below an
    /// instance that has a model of its own.
    pub(crate) fn exact(&self, object: &'a str, requested: &str) -> Cow<'a, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(object);
        }
        let requested = match requested.ends_with('.') {
            true => Cow::Borrowed(requested),
            false => Cow::Owned(alloc::format!("{requested}.")),
        };
        let (mut exact, mut mount) = (String::with_capacity(object.len()), String::from("{row"));
        // How much of the requested path agrees with the object so far.
        let mut agreed = Some(0);
        let mut segments = object.split_terminator('.').peekable();
        while let Some(segment) = segments.next() {
            agreed = agreed.and_then(|end| {
                let asked = requested[end..].split_once('.')?.0;
                let is_number = segment == "{i}" && is_number(asked);
                if is_number {
                    mount.extend(["-", asked]);
                }
                (is_number || asked == segment).then_some(end + asked.len() + 1)
            });
            let instance = agreed.filter(|_| segment == "{i}" && segments.peek().is_some());
            match instance.filter(|&end| self.0.contains(&requested[..end])) {
                Some(_) => exact.extend([&*mount, "}."]),
                None => exact.extend([segment, "."]),
            }
        }
        Cow::Owned(exact)
    }
}

/// Whether a path is that of a row of a table, given by its supported path.
fn is_row(path: &str, table: &str) -> bool {
    let mut pairs = path.split('.').zip(table.split('.'));
    path.ends_with('.')
        && path.matches('.').count() == table.matches('.').count()
        && pairs.all(|(one, other)| one == other || (other == "{i}" && is_number(one)))
        && table.ends_with(".{i}.")
}

fn is_number(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}
