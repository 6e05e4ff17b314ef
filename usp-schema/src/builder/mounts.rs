//! What is mounted below the rows of a table.

use alloc::borrow::ToOwned;

use super::{BuildError, ObjectHandle, SchemaBuilder};
use crate::image::is_mount_name;
use crate::image::layout::MAX_NAME;
use crate::spec::ObjectSpec;

impl SchemaBuilder {
    /// Adds a mount to a table that is a mount point: a sub-tree that some of its rows carry, as
    /// `Device.ProxiedDevice.{i}.` carries the model of the device behind it, which has a specification URN of its own.
    /// Objects are added below the handle like below any other; the mount itself is no part of a path. Mounts may
    /// describe objects of one name differently, since a row carries one of them at most.
    ///
    /// # Errors
    ///
    /// The name is not valid or is `i`, which stands for any row in a path; the table has a mount of this name; the
    /// object is no table or no mount point (TR-106, A.2.3: `mountType`); there are too many objects above it; or the
    /// handle is another builder's.
    pub fn mount(
        &mut self,
        table: ObjectHandle,
        name: &str,
        specification: &str,
    ) -> Result<ObjectHandle, BuildError> {
        let index = self.checked(table)?;
        let draft = &self.objects[index];
        if !is_mount_name(name) {
            return Err(BuildError::Name { name: name.to_owned(), place: self.path(index) });
        }
        if name.len() > MAX_NAME {
            return Err(BuildError::TooLarge { what: "bytes in one name", limit: MAX_NAME });
        }
        if !draft.spec.table || !draft.spec.mount_point || draft.argument {
            return Err(BuildError::NoMountPoint { path: self.path(index), mount: name.to_owned() });
        }
        if draft.mounts.contains_key(name) {
            return Err(BuildError::MountedTwice { path: self.path(index), mount: name.to_owned() });
        }
        self.check_depth(Some(index))?;
        let mount = self.push(ObjectSpec::single(name), Some(index), false);
        self.objects[mount.0].mount = Some(specification.to_owned());
        self.objects[index].mounts.insert(name.to_owned(), mount.0);
        Ok(mount)
    }

    /// The mount of this name that was added to a table.
    pub fn mounted(&self, table: ObjectHandle, name: &str) -> Option<ObjectHandle> {
        self.objects.get(table.0)?.mounts.get(name).copied().map(ObjectHandle)
    }

    /// Whether a parameter of this name was added to an object.
    pub(crate) fn has_parameter(&self, object: ObjectHandle, name: &str) -> bool {
        self.objects.get(object.0).is_some_and(|draft| draft.parameters.contains_key(name))
    }

    /// Whether an element of the name may be added: what is mounted and what is beside it have names of their own.
    pub(super) fn check_beside_mounts(&self, parent: Option<usize>, name: &str) -> Result<(), BuildError> {
        let Some(parent) = parent else { return Ok(()) };
        let draft = &self.objects[parent];
        let taken = match draft.parent.filter(|_| draft.mount.is_some()) {
            Some(table) => {
                let table = &self.objects[table];
                (table.children.contains_key(name) || table.parameters.contains_key(name)).then_some(parent)
            }
            None => {
                let mut mounts = draft.mounts.values().copied();
                mounts.find(|&mount| self.objects[mount].children.contains_key(name))
            }
        };
        match taken {
            Some(mount) => Err(BuildError::Duplicate { path: self.path(mount) + name }),
            None => Ok(()),
        }
    }

    /// A mount holds objects and nothing else: what a row has of its own is the table's.
    pub(super) fn check_not_mount(&self, index: usize, what: &str) -> Result<(), BuildError> {
        if self.objects[index].mount.is_none() {
            return Ok(());
        }
        Err(BuildError::InMount { what: what.to_owned(), mount: self.path(index) })
    }
}
