//! The device's own access to its model: typed where code was generated, by path elsewhere.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_msg::reader::add_resp::OperStatus;
use usp_msg::reader::{self, MsgBody, RespType};
use usp_msg::{Error, ErrorCode, writer};
use usp_schema::{TypedValue, Value};

use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::requester::Requester;
use crate::resolve::place::Place;
use crate::resolve::{Leaf, Node, parse};
use crate::store::ROOT;
use crate::store::fixed_tables::is_fixed;
use crate::transaction::Transaction;
use crate::transaction::check::Conflict;
use crate::typed::{Object, ObjectPath, ParameterPath, TablePath};

impl Transaction<'_> {
    /// Ends a transaction of the device: keys are made up, and all is checked that the end of a Message is.
    ///
    /// # Errors
    ///
    /// The first conflict, or what a hook says. All is undone.
    pub(crate) fn finish_for_device(mut self) -> Result<(), Fault> {
        let requester = &Requester::DEVICE;
        self.complete_keys();
        let checked =
            self.check(Access::DEVICE, &|_, _, _| Access::DEVICE).and_then(|()| self.prepare(requester));
        if let Err(conflicts) = checked {
            return Err(first_fault(conflicts));
        }
        self.commit_hooks(requester)?;
        self.commit();
        Ok(())
    }
}

/// What the device is told of conflicts: the first. A refusal that gives none is one all the same.
fn first_fault(conflicts: Vec<Conflict>) -> Fault {
    let refused = || Fault::new(ErrorCode::REQUEST_DENIED, "it is refused, and nothing says why");
    conflicts.into_iter().next().map_or_else(refused, |conflict| conflict.fault)
}

/// # Access for the device itself
///
/// Under the same rules as requests: types, facets, Unique Keys and references hold, and what changes is recorded.
/// Read-only parameters and tables are open to the device, hidden values visible.
impl DataModel {
    /// Reads an object or row into its struct.
    ///
    /// # Errors
    ///
    /// The path leads to no object or to several, a live parameter cannot be read (7003), or the schema in use has
    /// another type for a field than the one that the struct was generated from.
    pub fn read<T: Object>(&self, path: impl AsRef<ObjectPath<T>>) -> Result<T, Fault> {
        self.read_place(self.one_object(path.as_ref().as_str())?)
    }

    /// The path of a row in a table of the model, if there is any, but for fixed tables, whose rows are there from the
    /// start.
    pub fn any_row(&self) -> Option<String> {
        let root = self.store.row(ROOT)?;
        let mut tables = root.tables().filter(|&(id, table)| table.len() > 0 && !is_fixed(self.object(id)));
        let (object, table) = tables.next()?;
        table.rows().next().map(|row| self.path_of(Place { row, object }))
    }

    /// Reads all rows of a table, with their paths, in the order of their Instance Numbers.
    ///
    /// # Errors
    ///
    /// As for [`read`](Self::read).
    pub fn read_table<T: Object>(
        &self,
        table: impl AsRef<TablePath<T>>,
    ) -> Result<Vec<(ObjectPath<T>, T)>, Fault> {
        let rows = self.places(table.as_ref().as_str())?;
        rows.into_iter()
            .map(|place| Ok((ObjectPath::from_text(self.path_of(place)), self.read_place(place)?)))
            .collect()
    }

    /// Adds a row with the fields that are set, and returns its path.
    ///
    /// # Errors
    ///
    /// As for an Add Message all of whose settings are required.
    pub fn insert<T: Object>(
        &mut self,
        table: impl AsRef<TablePath<T>>,
        object: &T,
    ) -> Result<ObjectPath<T>, Fault> {
        let mut request = Vec::new();
        let mut add = writer::add(&mut request, "");
        let mut entry = add.create_objs();
        entry.obj_path(table.as_ref().as_str());
        for_each_setting(object, &mut |name, value| {
            entry.param_settings().param(name).value(value).required(true);
        });
        drop(entry);
        drop(add);
        let answer = self.request(&request)?;
        let unsupported = || Fault::unsupported_path(table.as_ref());
        let msg = reader::Msg::read_whole(&answer).map_err(|_| unsupported())?;
        let created = match msg.content() {
            Some(MsgBody::Response(response)) => match response.resp_type() {
                Some(RespType::AddResp(created)) => created.created_obj_results().next(),
                _ => None,
            },
            _ => None,
        };
        match created.as_ref().and_then(|created| created.oper_status()?.oper_status()) {
            Some(OperStatus::OperSuccess(success)) => {
                Ok(ObjectPath::from_text(success.instantiated_path().to_string()))
            }
            Some(OperStatus::OperFailure(failure)) => {
                Err(Fault::new(failure.err_code(), failure.err_msg().to_string()))
            }
            None => Err(unsupported()),
        }
    }

    /// Changes the parameters of a row whose fields are set.
    ///
    /// # Errors
    ///
    /// As for a Set Message all of whose settings are required.
    pub fn update<T: Object>(&mut self, path: impl AsRef<ObjectPath<T>>, object: &T) -> Result<(), Fault> {
        let mut request = Vec::new();
        let mut set = writer::set(&mut request, "");
        let mut entry = set.update_objs();
        entry.obj_path(path.as_ref().as_str());
        for_each_setting(object, &mut |name, value| {
            entry.param_settings().param(name).value(value).required(true);
        });
        drop(entry);
        drop(set);
        self.request(&request).map(drop)
    }

    /// Deletes a row with everything below it.
    ///
    /// # Errors
    ///
    /// As for a Delete Message; a row that is not there is no error.
    pub fn remove<T>(&mut self, path: impl AsRef<ObjectPath<T>>) -> Result<(), Fault> {
        let mut request = Vec::new();
        writer::delete(&mut request, "").obj_paths([path.as_ref().as_str()]);
        self.request(&request).map(drop)
    }

    /// Reads one parameter.
    ///
    /// # Errors
    ///
    /// The path leads to no parameter or to several, or the parameter cannot be read.
    pub fn value<V: TypedValue>(&self, path: impl AsRef<ParameterPath<V>>) -> Result<V, Fault> {
        let value = self.value_at(path.as_ref().as_str())?;
        V::from_value(&value).map_err(|error| Fault::value(&error))
    }

    /// Changes one parameter.
    ///
    /// # Errors
    ///
    /// As for a Set Message with this one required setting.
    pub fn update_value<V: TypedValue>(
        &mut self,
        path: impl AsRef<ParameterPath<V>>,
        value: V,
    ) -> Result<(), Fault> {
        self.update_value_at(path.as_ref().as_str(), &value.to_value().to_string())
    }

    /// Reads one parameter by the text of its path.
    ///
    /// # Errors
    ///
    /// As for [`value`](Self::value).
    pub fn value_at(&self, path: &str) -> Result<Value, Fault> {
        let (place, parameter) = self.one_parameter(path)?;
        Ok(self.effective(place.row, self.parameter(parameter))?.into_value())
    }

    /// Changes one parameter by the text of its path and of its value.
    ///
    /// # Errors
    ///
    /// As for [`update_value`](Self::update_value).
    pub fn update_value_at(&mut self, path: &str, text: &str) -> Result<(), Fault> {
        let (object, name) = path.split_at(path.rfind('.').ok_or_else(|| Fault::unsupported_path(path))? + 1);
        let mut request = Vec::new();
        let mut set = writer::set(&mut request, "");
        let mut entry = set.update_objs();
        entry.obj_path(object).param_settings().param(name).value(text).required(true);
        drop(entry);
        drop(set);
        self.request(&request).map(drop)
    }

    /// The paths of the objects or rows that a path leads to; for a table, of all its rows.
    ///
    /// # Errors
    ///
    /// The path cannot be read, or the schema has nothing like it.
    pub fn objects_at(&self, path: &str) -> Result<Vec<String>, Fault> {
        Ok(self.places(path)?.into_iter().map(|place| self.path_of(place)).collect())
    }

    fn places(&self, path: &str) -> Result<Vec<Place>, Fault> {
        let mut places = Vec::new();
        for found in self.resolve(&parse(path)?)?.matches {
            match (found.node, found.leaf) {
                (Node::Place(place), Leaf::Object) => places.push(place),
                (Node::Table { row, table }, Leaf::Object) => {
                    let rows = self.store.table(row, table).into_iter().flat_map(|table| table.rows());
                    places.extend(rows.map(|row| Place { row, object: table }));
                }
                _ => return Err(Fault::unsupported_path(path)),
            }
        }
        Ok(places)
    }

    pub(crate) fn one_object(&self, path: &str) -> Result<Place, Fault> {
        match self.places(path)?[..] {
            [place] => Ok(place),
            [] => Err(Fault::absent_object(path)),
            _ => Err(Fault::new(
                ErrorCode::INVALID_PATH,
                alloc::format!("{path} leads to several objects, one is wanted"),
            )),
        }
    }

    fn read_place<T: Object>(&self, place: Place) -> Result<T, Fault> {
        let object = self.object(place.object);
        let mut read = T::default();
        let mut assign = |position, parameter| {
            let value = self.effective(place.row, parameter)?.into_value();
            read.assign(position, &value).map_err(|error| Fault::value(&error))
        };
        if T::FINGERPRINT == self.schema.fingerprint() && T::OBJECT == place.object.index() {
            // The schema that the struct was generated with: its parameters are in the order of the fields.
            for (position, parameter) in object.parameters().enumerate() {
                assign(position, parameter)?;
            }
        } else {
            for (position, name) in T::PARAMETERS.iter().enumerate() {
                // A schema that lacks the parameter leaves the field empty.
                if let Some(parameter) = object.parameter(name) {
                    assign(position, parameter)?;
                }
            }
        }
        Ok(read)
    }

    /// Has a request of the device answered; its Error becomes the fault of the first path that failed.
    fn request(&mut self, request: &[u8]) -> Result<Vec<u8>, Fault> {
        self.process_written(request, &Requester::DEVICE).map_err(|error: Error| {
            match error.param_errs.first() {
                Some(first) => Fault::new(first.code(), first.err_msg.clone()),
                None => Fault::new(error.code(), error.err_msg.clone()),
            }
        })
    }
}

/// Names and texts of the fields that are set.
fn for_each_setting<T: Object>(object: &T, setting: &mut dyn FnMut(&str, &str)) {
    object.values(&mut |position, value| {
        if let Some(name) = T::PARAMETERS.get(position) {
            setting(name, &value.to_string());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ROOT;
    use usp_schema::{ObjectSpec, SchemaBuilder};

    #[test]
    fn a_refusal_without_a_conflict_is_a_refusal() {
        assert_eq!(first_fault(Vec::new()).code(), ErrorCode::REQUEST_DENIED);
        let mut builder = SchemaBuilder::new("Box:1.0", "urn:example:box");
        builder.object(None, ObjectSpec::single("Box")).unwrap();
        let schema = builder.build().unwrap();
        let object = schema.object_at("Box.").unwrap().id();
        let conflict = |entry, message: &str| {
            let fault = Fault::new(ErrorCode::INVALID_VALUE, message);
            Conflict { entry, place: Place { row: ROOT, object }, parameters: Vec::new(), fault }
        };
        let fault = first_fault(alloc::vec![conflict(1, "first"), conflict(0, "second")]);
        assert_eq!((fault.code(), fault.message()), (ErrorCode::INVALID_VALUE, "first"));
    }
}
