//! Reads everything that a schema has to read, and holds it to what every schema keeps to.

use usp_schema::{Object, Schema, Syntax};

/// Reads all of it; the number is how much there was.
pub fn read_everything(schema: &Schema) -> usize {
    let mut seen = format!("{schema:?}{}{}", schema.name(), schema.specification()).len();
    let mut next = 0;
    for root in schema.roots() {
        assert_eq!((root.subtree().start, root.parent()), (next, None));
        assert_eq!(schema.root(root.name()), Some(root));
        next = root.subtree().end;
        seen += read_below(root);
    }
    assert_eq!(next as usize, schema.objects().len(), "the roots hold all objects");
    for object in schema.objects() {
        assert_eq!(schema.object(object.id()), Some(object));
        assert_eq!(schema.object_at(&object.exact_path()), Some(object));
        let named: Vec<Object<'_>> = schema.objects_at(&object.path());
        assert!(object.is_mount() || named.contains(&object));
        assert_eq!(object.is_at(&object.path()), named.contains(&object));
        assert!(object.is_at(&object.exact_path()));
        assert_eq!(named.first().copied(), schema.object_at(&object.path()));
        seen += read_object(object);
    }
    for parameter in schema.parameters() {
        assert_eq!(schema.parameter_at(&parameter.exact_path()), Some(parameter));
    }
    for command in schema.commands() {
        assert_eq!(schema.command(command.id()), Some(command));
        let path = command.object().exact_path() + command.name();
        assert_eq!(schema.command_at(&path), Some(command));
        seen += format!("{command:?}{:?}{:?}", command.to_spec(), command.description()).len();
        seen += [command.input(), command.output()].into_iter().flatten().map(read_arguments).sum::<usize>();
    }
    for event in schema.events() {
        assert_eq!(schema.event(event.id()), Some(event));
        let path = event.object().exact_path() + event.name();
        assert_eq!(schema.event_at(&path), Some(event));
        seen += format!("{event:?}{:?}{:?}", event.to_spec(), event.description()).len();
        seen += event.arguments().map_or(0, read_arguments);
    }
    seen
}

fn read_arguments(top: Object<'_>) -> usize {
    assert_eq!((top.name(), top.parent()), ("", None));
    read_below(top) + top.subtree_objects().map(read_object).sum::<usize>()
}

/// Goes down by children and mounts, as deep as the model is: what is found is the sub-tree, once.
fn read_below(top: Object<'_>) -> usize {
    let mut next = top.id().index() + 1;
    for child in top.children().chain(top.mounts()) {
        assert_eq!((child.id().index(), child.parent()), (next, Some(top)));
        let found = if child.is_mount() { top.mount(child.name()) } else { top.child(child.name()) };
        assert_eq!(found, Some(child));
        assert!(child.is_mount() || top.children_named(child.name()).any(|named| named == child));
        assert!(top.contains(child) && !child.contains(top));
        next += read_below(child) as u32;
    }
    assert_eq!(next, top.subtree().end);
    top.subtree().len()
}

fn read_object(object: Object<'_>) -> usize {
    let mut seen = format!("{object:?}{:?}{:?}", object.to_spec(), object.description()).len();
    seen += object.specification().len();
    for key in object.unique_keys() {
        seen += usize::from(key.is_functional());
        seen += key.parameters().inspect(|parameter| assert_eq!(parameter.object(), object)).count();
    }
    for parameter in object.parameters() {
        assert_eq!(parameter.object(), object);
        assert_eq!(object.schema().parameter(parameter.id()), Some(parameter));
        assert_eq!(object.parameter(parameter.name()), Some(parameter));
        seen += format!("{parameter:?}{:?}{:?}", parameter.to_spec(), parameter.description()).len();
        seen += read_syntax(parameter.syntax());
    }
    for command in object.commands() {
        assert_eq!((object.command(command.name()), command.object()), (Some(command), object));
    }
    for event in object.events() {
        assert_eq!((object.event(event.name()), event.object()), (Some(event), object));
    }
    seen
}

/// What `to_spec` does not read.
fn read_syntax(syntax: Syntax<'_>) -> usize {
    let mut seen = format!("{syntax:?}{:?}", syntax.null_value()).len();
    for text in ["", "1", "true", "a,b", "[1],[2]", "2021-06-06T08:00:00Z"] {
        assert_eq!(syntax.parser().parse(text), syntax.parse(text));
        seen += match syntax.parse(text) {
            Ok(value) => value.to_string().len(),
            Err(error) => error.to_string().len(),
        };
    }
    seen + syntax.patterns().filter(|pattern| pattern.pattern.is_match("00:11")).count()
}
