//! Between the structs of arguments and their texts: what generated code calls.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_collections::SortedMap;
use usp_schema::{NestedBrackets, PrimitiveType, TypedValue};

use super::{ArgumentError, Arguments};

/// Collects the paths and texts of the arguments that are set; generated code writes its structs with it.
///
/// ```
/// use usp_datamodel::typed::ArgumentWriter;
///
/// let mut writer = ArgumentWriter::default();
/// writer.value("Host", &Some("192.0.2.1".to_string()));
/// writer.value::<u32>("Timeout", &None);
/// assert_eq!(writer.finish(), [("Host".to_string(), "192.0.2.1".to_string())]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct ArgumentWriter(Vec<(String, String)>);

impl ArgumentWriter {
    /// One argument, if it is set.
    pub fn value<T: TypedValue>(&mut self, name: &str, value: &Option<T>) {
        if let Some(value) = value {
            self.0.push((String::from(name), value.to_value().to_string()));
        }
    }

    /// The arguments of an argument object, if it is set.
    pub fn object<T: Arguments>(&mut self, name: &str, object: &Option<T>) {
        let inner = object.iter().flat_map(Arguments::to_arguments);
        self.0.extend(inner.map(|(path, text)| (format!("{name}.{path}"), text)));
    }

    /// The arguments of the rows of an argument table, which are numbered from 1.
    pub fn rows<T: Arguments>(&mut self, name: &str, rows: &[T]) {
        for (row, number) in rows.iter().zip(1_u32..) {
            let inner = row.to_arguments().into_iter();
            self.0.extend(inner.map(|(path, text)| (format!("{name}.{number}.{path}"), text)));
        }
    }

    /// What was collected, in order.
    pub fn finish(self) -> Vec<(String, String)> {
        self.0
    }
}

/// Finds arguments by their names; generated code reads its structs with it.
///
/// ```
/// use usp_datamodel::schema::PrimitiveType;
/// use usp_datamodel::typed::ArgumentReader;
///
/// let reader = ArgumentReader::new(&[("Timeout", "5000")]);
/// assert_eq!(reader.mandatory("Timeout", PrimitiveType::UnsignedInt), Ok(Some(5000_u32)));
/// assert_eq!(reader.optional::<bool>("Verbose", PrimitiveType::Boolean), Ok(None));
/// assert!(reader.mandatory::<String>("Host", PrimitiveType::String).is_err());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ArgumentReader<'a>(&'a [(&'a str, &'a str)]);

/// How the text of an argument is read: as a primitive type, or with [`NestedBrackets`] as a list of one.
pub trait ArgumentForm {
    /// Reads the text of the argument of this name.
    ///
    /// # Errors
    ///
    /// The text is no value of the type.
    fn read<T: TypedValue>(self, name: &str, text: &str) -> Result<T, ArgumentError>;
}

impl ArgumentForm for PrimitiveType {
    fn read<T: TypedValue>(self, name: &str, text: &str) -> Result<T, ArgumentError> {
        let value = self.parse(text).and_then(|value| T::from_value(&value));
        value.map_err(|error| ArgumentError::value(name, error))
    }
}

impl ArgumentForm for (PrimitiveType, NestedBrackets) {
    fn read<T: TypedValue>(self, name: &str, text: &str) -> Result<T, ArgumentError> {
        let (item, brackets) = self;
        let value = item.parse_list(text, brackets).and_then(|value| T::from_value(&value));
        value.map_err(|error| ArgumentError::value(name, error))
    }
}

impl<'a> ArgumentReader<'a> {
    /// Reads from these argument paths and texts. Of a path that is there twice, the first counts.
    pub fn new(arguments: &'a [(&'a str, &'a str)]) -> Self {
        Self(arguments)
    }

    /// One argument that may be left out.
    ///
    /// # Errors
    ///
    /// The text is no value of the type.
    pub fn optional<T: TypedValue>(
        &self,
        name: &str,
        form: impl ArgumentForm,
    ) -> Result<Option<T>, ArgumentError> {
        self.text(name).map(|text| form.read(name, text)).transpose()
    }

    /// One argument that must be there `[R-OPR.5]`.
    ///
    /// # Errors
    ///
    /// It is missing, or the text is no value of the type.
    pub fn mandatory<T: TypedValue>(
        &self,
        name: &str,
        form: impl ArgumentForm,
    ) -> Result<Option<T>, ArgumentError> {
        let text = self.text(name).ok_or_else(|| ArgumentError::missing(name))?;
        form.read(name, text).map(Some)
    }

    /// One argument with the value that it has when it is left out `[R-OPR.7]`.
    ///
    /// # Errors
    ///
    /// The text is no value of the type.
    pub fn or_default<T: TypedValue>(
        &self,
        name: &str,
        default: &str,
        form: impl ArgumentForm,
    ) -> Result<Option<T>, ArgumentError> {
        form.read(name, self.text(name).unwrap_or(default)).map(Some)
    }

    /// An argument object; `None` when none of its arguments is there.
    ///
    /// # Errors
    ///
    /// Those of the arguments inside, with their paths from here.
    pub fn object<T: Arguments>(&self, name: &str) -> Result<Option<T>, ArgumentError> {
        let inner: Vec<(&str, &str)> = self.below(name).collect();
        if inner.is_empty() {
            return Ok(None);
        }
        T::from_arguments(&inner).map(Some).map_err(|error| error.within(name))
    }

    /// The rows of an argument table, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// Those of the arguments inside, with their paths from here.
    pub fn rows<T: Arguments>(&self, name: &str) -> Result<Vec<T>, ArgumentError> {
        let mut rows: SortedMap<u32, Vec<(&str, &str)>> = SortedMap::new();
        for (path, text) in self.below(name) {
            let Some((number, path)) = path.split_once('.') else { continue };
            let Ok(number) = number.parse() else { continue };
            rows.get_or_insert_default(number).push((path, text));
        }
        let read = |(number, inner): (u32, Vec<(&str, &str)>)| {
            T::from_arguments(&inner).map_err(|error| error.within(&format!("{name}.{number}")))
        };
        rows.into_iter().map(read).collect()
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(path, _)| *path == name).map(|(_, text)| *text)
    }

    /// The arguments below an object, by their paths from there.
    fn below(&self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(path, text)| {
            let path = path.strip_prefix(name)?.strip_prefix('.')?;
            Some((path, *text))
        })
    }
}
