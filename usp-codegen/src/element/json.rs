use core::fmt::Write as _;

use usp_schema::Size;

use super::{Element, ItemBounds};

impl Element {
    /// The element as one JSON object on one line. Keys whose value is not given are left out; an unbounded
    /// `max_entries` is null.
    ///
    /// Keys: `path`, `kind`, `access`, `type`, `base`, `list`, `items` (`min`, `max`, `sizes`, `nested_brackets`; left
    /// out where a list may have any items), `sizes` (pairs of least and most), `ranges` (least, most, step),
    /// `patterns`, `enumeration`, `enumeration_ref`, `reference` (`strength`, `target_type`, `targets`), `units`,
    /// `default`, `default_type`, `version`, `status`, `secured`, `hidden`, `command`, `active_notify`, `unique_keys`
    /// (`functional`, `parameters`), `num_entries_parameter`, `enable_parameter`, `discriminator_parameter`,
    /// `min_entries`, `max_entries`, `mount_point`, `async`, `owner`, `direction`, `mandatory`.
    pub fn to_json(&self) -> String {
        let mut json = Json(String::from("{"));
        json.text("path", Some(&self.path));
        json.text("kind", Some(self.kind.as_str()));
        json.text("access", self.access);
        json.text("type", self.declared_type.as_deref());
        json.text("base", self.base);
        json.flag("list", self.list);
        if self.items.iter().any(|items| *items != ItemBounds::default()) {
            json.all("items", &self.items, |out, items| {
                let mut inner = Json(String::from("{"));
                inner.literal("min", &items.min.to_string());
                inner.literal("max", &items.max.map_or_else(|| "null".to_owned(), |max| max.to_string()));
                inner.all("sizes", &items.sizes, size);
                inner.flag("nested_brackets", items.nested_brackets);
                out.push_str(&inner.finish());
            });
        }
        json.all("sizes", &self.sizes, size);
        json.all("ranges", &self.ranges, |out, range| numbers(out, &[range.min, range.max, range.step]));
        json.all("patterns", &self.patterns, |out, pattern| string(out, pattern));
        json.all("enumeration", &self.enumeration, |out, value| string(out, value));
        json.text("enumeration_ref", self.enumeration_ref.as_deref());
        if let Some(reference) = &self.reference {
            json.key("reference");
            let mut inner = Json(String::from("{"));
            inner.text("strength", Some(reference.strength));
            inner.text("target_type", Some(reference.target_type));
            inner.key("targets");
            list(&mut inner.0, &reference.targets, |out, target| string(out, target));
            json.0.push_str(&inner.finish());
        }
        json.text("units", self.units.as_deref());
        json.text("default", self.default.as_deref());
        json.text("default_type", self.default_type);
        json.text("version", self.version.as_deref());
        json.text("status", self.status);
        json.flag("secured", self.secured);
        json.flag("hidden", self.hidden);
        json.flag("command", self.command);
        json.text("active_notify", self.active_notify);
        json.all("unique_keys", &self.unique_keys, |out, key| {
            let mut inner = Json(String::from("{"));
            inner.literal("functional", if key.functional { "true" } else { "false" });
            inner.key("parameters");
            list(&mut inner.0, &key.parameters, |out, name| string(out, name));
            out.push_str(&inner.finish());
        });
        json.text("num_entries_parameter", self.num_entries_parameter.as_deref());
        json.text("enable_parameter", self.enable_parameter.as_deref());
        json.text("discriminator_parameter", self.discriminator_parameter.as_deref());
        if let Some(min) = self.min_entries {
            json.literal("min_entries", &min.to_string());
        }
        if let Some(max) = self.max_entries {
            json.literal("max_entries", &max.map_or_else(|| "null".to_owned(), |max| max.to_string()));
        }
        json.flag("mount_point", self.mount_point);
        if let Some(asynchronous) = self.asynchronous {
            json.literal("async", if asynchronous { "true" } else { "false" });
        }
        json.text("owner", self.owner.as_deref());
        json.text("direction", self.direction.map(|direction| direction.as_str()));
        json.flag("mandatory", self.mandatory);
        json.finish()
    }
}

/// A JSON object that is being written.
struct Json(String);

impl Json {
    fn key(&mut self, key: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        string(&mut self.0, key);
        self.0.push(':');
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.key(key);
            string(&mut self.0, value);
        }
    }

    fn literal(&mut self, key: &str, value: &str) {
        self.key(key);
        self.0.push_str(value);
    }

    fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.literal(key, "true");
        }
    }

    fn all<T>(&mut self, key: &str, items: &[T], write: impl FnMut(&mut String, &T)) {
        if !items.is_empty() {
            self.key(key);
            list(&mut self.0, items, write);
        }
    }

    fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

fn list<T>(out: &mut String, items: &[T], mut write: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

fn size(out: &mut String, size: &Size) {
    numbers(out, &[Some(size.min.into()), size.max.map(i128::from)]);
}

fn numbers(out: &mut String, numbers: &[Option<i128>]) {
    list(out, numbers, |out, number| match number {
        // Writing to a String cannot fail.
        Some(number) => drop(write!(out, "{number}")),
        None => out.push_str("null"),
    });
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => drop(write!(out, "\\u{:04x}", u32::from(control))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let mut out = String::new();
        string(&mut out, "a\"b\\c\nd\u{1}é");
        assert_eq!(out, r#""a\"b\\c\nd\u0001é""#);
    }
}
