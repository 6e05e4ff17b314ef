//! Paths of names and Instance Numbers, which most paths are: they lead to one place or to none.

use usp_path::{InstanceNumber, Limits};
use usp_schema::ObjectId;

use crate::model::DataModel;
use crate::resolve::place::Place;
use crate::resolve::{End, Leaf, Match, Node};
use crate::store::{ROOT, RowId};

/// What a plain path leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain {
    pub(crate) found: Match,
    /// The steps behind the root object, each of which looks at an object.
    pub(crate) steps: usize,
}

/// A table that the beginning of a path leads to, by names and Instance Numbers. Its rows are searched next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    pub(crate) row: RowId,
    pub(crate) table: ObjectId,
    /// The segments of the path up to here, the root object among them.
    pub(crate) segments: usize,
    /// The bytes of the path up to what names the rows.
    pub(crate) length: usize,
}

/// How far a path is found without being parsed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found {
    Whole(Plain),
    UpTo(Beginning),
    Nothing,
}

impl Plain {
    /// Where it leads in the schema.
    pub(crate) fn end(&self) -> End {
        let (object, is_table) = match self.found.node {
            Node::Place(place) => (place.object, false),
            Node::Table { table, .. } => (table, true),
        };
        End { object, is_table, leaf: self.found.leaf }
    }
}

impl DataModel {
    /// What a path of names and Instance Numbers leads to. Nothing is parsed: a text that leads somewhere by names of
    /// the schema is a path. `None` says nothing; the [walk](crate::resolve::walk) is for paths that lead nowhere,
    /// search, follow, name commands or events, or go into a mount.
    pub(crate) fn plain(&self, text: &str) -> Option<Plain> {
        if let Found::Whole(plain) = self.find(text) { Some(plain) } else { None }
    }

    /// The same, or the table that a search begins with, so that the walk need not go there again.
    pub(crate) fn find(&self, text: &str) -> Found {
        self.try_find(text).unwrap_or(Found::Nothing)
    }

    fn try_find(&self, path: &str) -> Option<Found> {
        if path.len() > Limits::DEFAULT.max_length {
            return None;
        }
        let (root, mut rest) = split(path);
        let mut object = self.schema.root(root)?;
        let (mut row, mut needs_row, mut steps) = (ROOT, object.is_table(), 0);
        while let Some(text) = rest.filter(|text| !text.is_empty()) {
            steps += 1;
            if steps == Limits::DEFAULT.max_segments {
                return None;
            }
            if needs_row && matches!(text.as_bytes(), [b'*' | b'[', ..]) {
                let length = path.len() - text.len();
                return Some(Found::UpTo(Beginning { row, table: object.id(), segments: steps, length }));
            }
            let (name, behind) = split(text);
            rest = behind;
            if needs_row {
                let number: InstanceNumber = name.parse().ok()?;
                row = self.store.table(row, object.id())?.row(number.get())?;
                needs_row = false;
                continue;
            }
            if behind.is_none()
                && let Some(parameter) = object.parameter(name)
            {
                let node = Node::Place(Place { row, object: object.id() });
                let found = Match { node, leaf: Leaf::Parameter(parameter.id()) };
                return Some(Found::Whole(Plain { found, steps }));
            }
            if object.is_mount_point() {
                return None;
            }
            object = object.child(name).filter(|&child| self.exists(row, child))?;
            needs_row = object.is_table();
        }
        // A dot behind the root object may be missing, as behind any other (T11).
        let node = match needs_row {
            true => Node::Table { row, table: object.id() },
            false => Node::Place(Place { row, object: object.id() }),
        };
        Some(Found::Whole(Plain { found: Match { node, leaf: Leaf::Object }, steps }))
    }
}

/// Up to a dot, and what is behind it; all where there is none.
fn split(text: &str) -> (&str, Option<&str>) {
    match dot(text.as_bytes()).and_then(|dot| text.split_at_checked(dot)) {
        Some((name, behind)) => (name, behind.get(1..)),
        None => (text, None),
    }
}

/// The position of the first dot, found eight bytes at a time.
fn dot(text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const DOTS: u64 = u64::from_le_bytes([b'.'; 8]);
    let (eights, rest) = text.as_chunks::<8>();
    for (number, &eight) in eights.iter().enumerate() {
        // Of a byte that is zero, and of none before it, the highest bit is set in the end.
        let other = u64::from_le_bytes(eight) ^ DOTS;
        let found = other.wrapping_sub(ONES) & !other & (ONES << 7);
        if found != 0 {
            return Some(8 * number + found.trailing_zeros() as usize / 8);
        }
    }
    let dot = rest.iter().position(|&byte| byte == b'.');
    dot.map(|dot| text.len() - rest.len() + dot)
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;
    use usp_msg::{Add, add::CreateObject};
    use usp_path::Path;
    use usp_schema::{
        Composition, ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType, SchemaBuilder,
        SyntaxSpec,
    };

    use super::*;
    use crate::permissions::access::Access;
    use crate::requester::Requester;
    use crate::requests::budget::Budget;
    use crate::resolve::{Ends, View, parse, without_dot};

    /// Two rooms with a lamp each, of which the first is warm, and a shed that carries what is mounted.
    fn house() -> DataModel {
        let named = |name: &str| ParameterSpec {
            access: ParameterAccess::ReadWrite,
            ..ParameterSpec::new(name, SyntaxSpec::new(PrimitiveType::String))
        };
        let mut builder = SchemaBuilder::new("fan", "urn:example:fan");
        let root = builder.object(None, ObjectSpec::single("House")).unwrap();
        let fan = builder.object(Some(root), ObjectSpec::single("Fan")).unwrap();
        builder.parameter(fan, named("Name")).unwrap();
        let fan = builder.build().unwrap();
        let mut builder = SchemaBuilder::new("house", "urn:example:house");
        let house = builder.object(None, ObjectSpec::single("House")).unwrap();
        let table = |name| ObjectSpec { access: ObjectAccess::AddDelete, ..ObjectSpec::table(name) };
        let room = builder.object(Some(house), table("Room")).unwrap();
        let lamp = builder.object(Some(room), table("Lamp")).unwrap();
        let shed = builder.object(Some(house), ObjectSpec { mount_point: true, ..table("Shed") }).unwrap();
        let tools = builder.object(Some(shed), ObjectSpec::single("Tools")).unwrap();
        for object in [house, room, lamp, shed, tools] {
            builder.parameter(object, named("Name")).unwrap();
        }
        builder.parameter(room, named("Kind")).unwrap();
        for name in ["Cold", "Warm"] {
            let choice =
                ObjectSpec { discriminator_parameter: Some("Kind".into()), ..ObjectSpec::single(name) };
            let choice = builder.object(Some(room), choice).unwrap();
            builder.parameter(choice, named("Name")).unwrap();
        }
        let composition = Composition::from(builder.build().unwrap());
        let composition = composition.with_mount("House.Shed.{i}.", "air", fan).unwrap();
        let mut model = DataModel::new(composition.schema().clone());
        for path in ["House.Room.", "House.Room.", "House.Room.1.Lamp.", "House.Room.2.Lamp.", "House.Shed."]
        {
            model.process(&Add::new([CreateObject::new(path)]).into(), &Requester::DEVICE).unwrap();
        }
        model.update_value_at("House.Room.1.Kind", "Warm").unwrap();
        model.mount("House.Shed.1.", "air").unwrap();
        model
    }

    /// Whether a text is found plainly. What is found is what the walk of the parsed path finds.
    #[track_caller]
    fn is_plain(model: &DataModel, text: &str) -> bool {
        let Some(plain) = model.plain(text) else { return false };
        let path = Path::parse(text).unwrap();
        let walked = model.resolve(&path).unwrap();
        assert_eq!(walked.matches, [plain.found], "{text}");
        let Ends::One(end) = walked.ends else { panic!("{text} ends in one place") };
        assert_eq!(end, plain.end(), "{text}");
        assert_eq!(path.segments().count() - 1, plain.steps, "{text}");
        let (open, canonical) = (without_dot(text), model.path_of_match(plain.found));
        assert_eq!(without_dot(&canonical), open, "the text is the canonical path");
        let target = model.canonical_target_for(text, Access::DEVICE);
        let is_target = matches!(plain.found.node, Node::Place(_));
        assert_eq!(target, is_target.then_some((plain.found, Cow::Borrowed(open))), "{text}");
        assert!(!walked.search);
        true
    }

    #[test]
    fn names_and_numbers_are_found_plainly() {
        let model = house();
        for text in [
            "House.",
            "House",
            "House.Name",
            "House.Room.",
            "House.Room",
            "House.Room.2",
            "House.Room.2.",
            "House.Room.2.Name",
            "House.Room.1.Warm.Name",
            "House.Room.2.Lamp.",
            "House.Room.2.Lamp.1.Name",
            "House.Shed.1.Name",
        ] {
            assert!(is_plain(&model, text), "{text}");
        }
    }

    #[test]
    fn all_else_is_left_to_the_walk() {
        let model = house();
        for text in [
            "",
            ".",
            "House..",
            "House.Name.",
            "House.Room.Name",
            "House.Room.3.",
            "House.Room.01.",
            "House.Room.+1.",
            "House.Room.1.2.",
            "House.Room.*.",
            "House.Room.1.Cold.Name",
            "House.Room.2.Warm.Name",
            "House.Shed.1.Fan.Name",
            "House.Shed.1.Tools.Name",
            "House.Shed.{air}.Fan.Name",
            "Houses.Name",
            "House.Name ",
        ] {
            assert!(!is_plain(&model, text), "{text}");
        }
        assert!(!is_plain(&model, &alloc::format!("House.{}", "Room.".repeat(2_000))));
    }

    proptest! {
        #[test]
        fn a_dot_is_found_where_it_is(text in prop::collection::vec(prop::sample::select(&b"./-\xae\x2d\0\xffA"[..]), 0..40)) {
            prop_assert_eq!(dot(&text), text.iter().position(|&byte| byte == b'.'));
        }

        #[test]
        fn what_is_found_plainly_is_what_the_walk_finds(
            steps in prop::collection::vec(
                prop::sample::select(&[
                    "House", "Room", "Lamp", "Shed", "Tools", "Name", "Kind", "Warm", "Cold", "Fan", "1", "2", "3", "01", "*", "",
                ][..]),
                0..7,
            ),
            begins_well in any::<bool>(),
            ends_with_dot in any::<bool>(),
        ) {
            let mut steps: Vec<&str> = steps;
            if begins_well {
                steps.insert(0, "House");
            }
            let dot = if ends_with_dot { "." } else { "" };
            let text: String = steps.join(".") + dot;
            is_plain(&house(), &text);
        }

        /// Where a search begins plainly it ends as if it had not.
        #[test]
        fn a_search_may_begin_plainly(
            begin in prop::sample::select(&["House.Room.", "House.Room.1.Lamp.", "House.Room.3.Lamp.", "House.Shed."][..]),
            row in prop::sample::select(&["*", "[Name==\"\"]", "[Name!=\"\"]", "[Name==1]", "[Nix==\"\"]", "[", "*+", "[Name==\"\"]x"][..]),
            rest in prop::sample::select(&["", ".", ".Name", ".Lamp.", ".Lamp.*.Name", ".Tools.", ".Fan.Name", ".Warm.Name", ".Nix", ".."][..]),
            in_reference in any::<bool>(),
        ) {
            let model = house();
            let text = [begin, row, rest].concat();
            let view = View { in_reference, ..View::DEVICE };
            let budget = || Budget::new(model.limits);
            let begun = model.resolve_text(&text, view, &mut budget());
            let walked = parse(&text).and_then(|path| model.resolve_for(&path, view, &mut budget()));
            prop_assert_eq!(alloc::format!("{begun:?}"), alloc::format!("{walked:?}"), "{}", text);
        }
    }
}
