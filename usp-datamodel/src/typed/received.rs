//! What an Agent answered, by the types of generated code where it fits them, and as raw text where it does not.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use usp_collections::SortedMap;
use usp_path::Path;
use usp_schema::{Object as SchemaObject, Parameter, Schema, TypedValue, Value, ValueError};

use super::{Object, ObjectPath, ParameterPath};

/// An object or row as an Agent told of it: what a Controller makes of a GetResp.
///
/// The Agent may be of another version than the schema that the Controller was built with, or of another vendor: it
/// may have more parameters, and values that an enumeration or range does not know yet. Those are kept as
/// [`RawText`]s, so that nothing of an answer is lost and one odd value does not spoil the others.
///
/// ```
/// # use usp_datamodel::schema::{
/// #     ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec, TypedValue, Value, ValueError,
/// # };
/// use usp_datamodel::typed::{Object, Received};
///
/// # // What a generator makes of `Home.Lamp.{i}.`.
/// # #[derive(Debug, Default, PartialEq)]
/// # struct Lamp {
/// #     watts: Option<u32>,
/// # }
/// # impl Object for Lamp {
/// #     const PATH: &'static str = "Home.Lamp.{i}.";
/// #     const OBJECT: u32 = 1;
/// #     const FINGERPRINT: u64 = 0;
/// #     const PARAMETERS: &'static [&'static str] = &["Watts"];
/// #     fn values(&self, each: &mut dyn FnMut(usize, Value)) {
/// #         self.watts.iter().for_each(|watts| each(0, watts.to_value()));
/// #     }
/// #     fn assign(&mut self, _: usize, value: &Value) -> Result<(), ValueError> {
/// #         self.watts = Some(u32::from_value(value)?);
/// #         Ok(())
/// #     }
/// # }
/// # let mut builder = SchemaBuilder::new("Home:1.0", "urn:example:home-1-0-0");
/// # let home = builder.object(None, ObjectSpec::single("Home"))?;
/// # let lamps = builder.object(Some(home), ObjectSpec::table("Lamp"))?;
/// # builder.parameter(lamps, ParameterSpec::new("Watts", SyntaxSpec::new(PrimitiveType::UnsignedInt)))?;
/// # let schema = builder.build()?;
/// // What `GetResp::values` yields: the path of the object, the name, the text.
/// let answer = [("Home.Lamp.1.", "Watts", "40"), ("Home.Lamp.2.", "Watts", "plenty")];
/// let lamps = Received::<Lamp>::all(&schema, answer);
/// assert_eq!((lamps[0].path.as_str(), lamps[0].object.watts), ("Home.Lamp.1.", Some(40)));
/// assert_eq!((lamps[1].object.watts, lamps[1].raw[0].text.as_str()), (None, "plenty"));
/// # Ok::<(), usp_datamodel::schema::BuildError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Received<T> {
    /// The path that the Agent gave, such as `Device.IP.Interface.1.`.
    pub path: ObjectPath<T>,
    /// The values that are of their types. Fields that the answer does not mention, or whose text is raw, are `None`.
    pub object: T,
    /// The rest, in the order of the answer.
    pub raw: Vec<RawText>,
}

/// The text of a parameter that has no typed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawText {
    /// The name of the parameter, or its path.
    pub name: String,
    /// The text as it was sent.
    pub text: String,
    /// What is wrong with it; `None` if the schema does not know the parameter.
    pub error: Option<Box<ValueError>>,
}

/// Says why there is no typed value.
impl fmt::Display for RawText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error {
            Some(error) => write!(f, "{}: {error}", self.name),
            None => write!(f, "{}: the schema has no such parameter", self.name),
        }
    }
}

impl Error for RawText {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.as_deref().map(|error| error as &dyn Error)
    }
}

impl<T: Object> Received<T> {
    /// The objects or rows of this type in an answer, in the order in which the answer mentions them.
    ///
    /// `values` are path of the object, name and text, as `usp_msg`'s `GetResp::values` yields them. Values of other
    /// objects, such as sub-objects in the same answer, are left out: read them with their own types.
    ///
    /// `schema` is the one that the types were generated with, or any that has their objects.
    pub fn all<'a>(
        schema: &Schema,
        values: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>,
    ) -> Vec<Self> {
        let known = schema.object_at(T::PATH);
        let mut found: Vec<Self> = Vec::new();
        // None: the object is another one.
        let mut places: SortedMap<&'a str, Option<usize>> = SortedMap::new();
        for (path, name, text) in values {
            let place = *places.get_or_insert_with(path, || {
                let is_one = supported(path).as_deref() == Some(T::PATH);
                is_one.then(|| {
                    let path = ObjectPath::from_text(path);
                    found.push(Self { path, object: T::default(), raw: Vec::new() });
                    found.len() - 1
                })
            });
            if let Some(received) = place.and_then(|place| found.get_mut(place)) {
                received.take(known, name, text);
            }
        }
        found
    }

    fn take(&mut self, known: Option<SchemaObject<'_>>, name: &str, text: &str) {
        let parameter = known.and_then(|object| object.parameter(name));
        let field = T::PARAMETERS.iter().position(|parameter| *parameter == name);
        let known = parameter.zip(field);
        let assigned = typed(name, text, known.map(|(parameter, _)| parameter), |value| {
            known.map_or(Ok(()), |(_, field)| self.object.assign(field, value))
        });
        self.raw.extend(assigned.err());
    }
}

impl<V: TypedValue> ParameterPath<V> {
    /// The typed value of a text that an Agent gave for this parameter, in a GetResp or a ValueChange notification.
    ///
    /// # Errors
    ///
    /// The raw text, if it is no value of the type, or if `schema` does not know the parameter. Where mounts have
    /// several parameters of this path, if it is none of any of them.
    pub fn receive(&self, schema: &Schema, text: &str) -> Result<V, RawText> {
        let parameters = supported(self.as_str()).map(|path| schema.parameters_at(&path)).unwrap_or_default();
        let mut made =
            parameters.into_iter().map(|found| typed(self.as_str(), text, Some(found), V::from_value));
        let first = made.next().unwrap_or_else(|| typed(self.as_str(), text, None, V::from_value));
        first.or_else(|raw| made.find_map(Result::ok).ok_or(raw))
    }
}

/// What is made of the value of a text, or the text raw.
fn typed<T>(
    name: &str,
    text: &str,
    parameter: Option<Parameter<'_>>,
    make: impl FnOnce(&Value) -> Result<T, ValueError>,
) -> Result<T, RawText> {
    let raw = |error| RawText { name: name.to_owned(), text: text.to_owned(), error };
    let parameter = parameter.ok_or_else(|| raw(None))?;
    let made = parameter.syntax().parse(text).and_then(|value| make(&value));
    made.map_err(|error| raw(Some(Box::new(error))))
}

/// The path in the Supported Data Model of one with Instance Numbers.
fn supported(path: &str) -> Option<String> {
    let path = Path::parse(path).ok()?.to_supported()?;
    Some(path.as_str().to_owned())
}
