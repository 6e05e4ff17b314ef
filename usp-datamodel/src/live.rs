//! Live parameters: the device is asked for their values when they are read, and answers now or later.
//!
//! What a request has been told stands in live/reads.rs; requests that wait for values, in parked.rs.

pub(crate) mod reads;
pub(crate) mod tables;

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::task::Poll;

use usp_msg::ErrorCode;
use usp_schema::{Parameter, ParameterId, Syntax, TypedValue, Value, ValueType};

use crate::fault::Fault;
use crate::live::reads::{Site, ValueToken};
use crate::model::{DataModel, RegisterError};
use crate::store::RowId;
use crate::store::value_view::ValueView;

/// Reads a live parameter; the numbers are those of the rows that it stands in, outermost first.
pub(crate) type LiveParameter = Box<dyn Fn(&[u32], ValueToken) -> Poll<Result<Value, Fault>> + Send>;

/// # Live parameters
impl DataModel {
    /// Makes a parameter live: `read` is called when it is read, once for each request, with the Instance Numbers of
    /// the rows that it stands in, outermost first. `path` is supported: `Device.IP.Interface.{i}.Stats.BytesSent`.
    ///
    /// `V` is the Rust type that stands for the parameter's type, as [`TypedValue`] has it: `u32` for an unsignedInt,
    /// `i64` for a long, `Vec<String>` for a list of strings, a generated enumeration for its parameter. Another one is
    /// refused.
    ///
    /// A fault that `read` returns makes the read fail with error 7003 (Internal error). So does a value that is not of the
    /// parameter's type, which only a type without a [`TypedValue::TYPE`] can give. Ranges, sizes and enumerations are not
    /// checked: what the device says of itself is told.
    ///
    /// ```
    /// # use usp_datamodel::DataModel;
    /// # use usp_datamodel::schema::{ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
    /// # let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
    /// # let device = builder.object(None, ObjectSpec::single("Device"))?;
    /// # builder.parameter(device, ParameterSpec::new("UpTime", SyntaxSpec::new(PrimitiveType::UnsignedInt)))?;
    /// # let mut model = DataModel::new(builder.build()?);
    /// model.live("Device.UpTime", |_| Ok(42_u32))?;
    /// let error = model.live("Device.UpTime", |_| Ok(42_u64)).unwrap_err();
    /// assert_eq!(error.to_string(), "Device.UpTime is of type unsignedInt, and is given values of type unsignedLong");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The schema has no such parameter, it is of another type than `V`, or a Unique Key depends on it.
    pub fn live<V: TypedValue>(
        &mut self,
        path: &str,
        read: impl Fn(&[u32]) -> Result<V, Fault> + Send + 'static,
    ) -> Result<(), RegisterError> {
        self.live_later(path, move |instances, _| Poll::Ready(read(instances)))
    }

    /// Makes a parameter live that may take its time: `read` gives the value at once, or takes the token and lets the
    /// request wait until [`complete_value`](Self::complete_value) gives the value. Until then the request is parked
    /// ([`Handled::Parked`](crate::Handled::Parked)), and the model serves others.
    ///
    /// Only requests given to [`handle`](Self::handle) can wait. To [`process`](Self::process), [`read`](Self::read),
    /// [`value`](Self::value), the commit of a [`Hook`](crate::Hook) and Search Expressions in ReferenceLists a value
    /// that comes later is one that cannot be read. A [`Hook`](crate::Hook) that asks for it in its
    /// [`prepare`](crate::Hook::prepare) finds nothing, and is asked again when the value is there.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::task::Poll;
    /// use usp_datamodel::schema::{ObjectSpec, ParameterSpec, PrimitiveType, SchemaBuilder, SyntaxSpec};
    /// use usp_datamodel::{DataModel, Handled, Requester};
    /// use usp_msg::reader::{self, MsgBody};
    /// use usp_msg::{Get, Msg};
    ///
    /// let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
    /// let device = builder.object(None, ObjectSpec::single("Device"))?;
    /// let signal = ParameterSpec::new("SignalStrength", SyntaxSpec::new(PrimitiveType::Int));
    /// builder.parameter(device, signal)?;
    /// let mut model = DataModel::new(builder.build()?);
    ///
    /// // Somebody else knows the value, and is told what is wanted.
    /// let (ask, asked) = mpsc::channel();
    /// model.live_later("Device.SignalStrength", move |_, token| {
    ///     let _ = ask.send(token);
    ///     Poll::<Result<i32, _>>::Pending
    /// })?;
    ///
    /// let bytes = Msg::request("id-1", Get::new(["Device.SignalStrength"])).encode_to_vec();
    /// let msg = reader::Msg::read_whole(&bytes)?;
    /// let Some(MsgBody::Request(request)) = msg.content() else { panic!("it is a request") };
    /// let mut out = Vec::new();
    /// let Handled::Parked(parked) = model.handle(msg.msg_id(), request, &Requester::DEVICE, &mut out) else {
    ///     panic!("the value is not there yet")
    /// };
    ///
    /// // When the value comes, the request can go on.
    /// model.complete_value(asked.recv()?, Ok(-67_i32))?;
    /// assert_eq!(model.drain_resumable(), [parked]);
    /// assert_eq!(model.resume(parked, &Requester::DEVICE, &mut out), Some(Handled::Answered));
    /// let Some(Ok(answer)) = Msg::decode(&out)?.into_answer::<Get>() else { panic!("Get is always answered") };
    /// assert_eq!(answer.values().next(), Some(("Device.", "SignalStrength", "-67")));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`live`](Self::live).
    pub fn live_later<V: TypedValue>(
        &mut self,
        path: &str,
        read: impl Fn(&[u32], ValueToken) -> Poll<Result<V, Fault>> + Send + 'static,
    ) -> Result<(), RegisterError> {
        let id = self.parameter_to_read(path, V::TYPE)?;
        let read = move |instances: &[u32], token| {
            read(instances, token).map(|value| value.map(|value| value.to_value()))
        };
        self.live.insert(id, Box::new(read));
        Ok(())
    }

    /// The parameter of a path, if it can be live and takes values of this type.
    fn parameter_to_read(&self, path: &str, given: Option<ValueType>) -> Result<ParameterId, RegisterError> {
        let parameter = self.named_parameter(path)?;
        if self.layout.is_key(parameter.id()) {
            let reason = "is part of a Unique Key, so that its value must be stored";
            return Err(RegisterError::Unfit { path: path.to_string(), reason });
        }
        match given {
            Some(given) if !parameter.syntax().takes(given) => {
                let expected = type_in_words(parameter.syntax());
                Err(RegisterError::WrongType { path: path.to_string(), expected, given })
            }
            _ => Ok(parameter.id()),
        }
    }

    /// The value of a live parameter: what the request at work was told before, or what the device says now.
    ///
    /// # Errors
    ///
    /// It cannot be read, or comes later; then the request may be [waiting](Self::is_waiting) for it.
    pub(crate) fn live_value(
        &self,
        row: RowId,
        parameter: Parameter<'_>,
        read: &LiveParameter,
    ) -> Result<ValueView<'_>, Fault> {
        let site: Site = (parameter.id(), self.numbers_of(row));
        // The device is asked while nothing is borrowed: its code may panic and be caught.
        let told = self.reads.borrow().told(&site);
        let value = match told {
            Some(value) => value,
            None => {
                let token = self.reads.borrow_mut().next_token();
                match read(&site.1, token) {
                    Poll::Ready(value) => {
                        let value = checked(parameter, value);
                        self.reads.borrow_mut().note(site, &value);
                        value
                    }
                    Poll::Pending => {
                        let mut reads = self.reads.borrow_mut();
                        Err(reads.await_value(site, token, parameter, self.limits.max_pending_values))
                    }
                }
            }
        };
        value.map(ValueView::Owned)
    }

    /// Whether the request at work waits for a value: then what it comes to is thrown away, and put together anew when
    /// the value is there.
    pub(crate) fn is_waiting(&self) -> bool {
        self.reads.borrow().is_waiting()
    }
}

/// What the device says, if that is a value of the parameter.
pub(crate) fn checked(parameter: Parameter<'_>, value: Result<Value, Fault>) -> Result<Value, Fault> {
    let value = value.map_err(|fault| unreadable(parameter, ErrorCode::INTERNAL_ERROR, fault.message()))?;
    if !parameter.syntax().takes_value(&value) {
        let text = alloc::format!("{} was read as a value of another type", parameter.path());
        return Err(Fault::new(ErrorCode::INTERNAL_ERROR, text));
    }
    Ok(value)
}

fn type_in_words(syntax: Syntax<'_>) -> String {
    let list = match syntax.list() {
        Some(list) if list.nested_brackets => "list of list of ",
        Some(_) => "list of ",
        None => "",
    };
    alloc::format!("{list}{}", syntax.primitive_type())
}

/// A live parameter cannot be read.
pub(crate) fn unreadable(parameter: Parameter<'_>, code: ErrorCode, why: &str) -> Fault {
    Fault::new(code, alloc::format!("{} cannot be read: {why}", parameter.path()))
}
