//! Whether items can still be faulty.

use core::fmt::Debug;

use crate::wire::WireError;

/// What is known about a Message: nothing yet ([`Lazy`]), or that all of it is sound ([`Valid`]).
///
/// The mode decides what iterators yield. It is sealed: there are these two.
pub trait Mode: Copy + Debug + Default + sealed::Sealed {
    /// What an iterator yields for an item of type `T`.
    type Of<T: Default>;

    /// Makes what an iterator yields out of what was read.
    #[doc(hidden)]
    fn of<T: Default>(item: Result<T, WireError>) -> Self::Of<T>;
}

/// Each item is checked when it is reached, so it is a `Result`. For those who skim.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lazy;

/// Everything was checked before, so items are there for certain. For those who act on a Message.
#[derive(Clone, Copy, Debug, Default)]
pub struct Valid;

impl Mode for Lazy {
    type Of<T: Default> = Result<T, WireError>;

    #[inline]
    fn of<T: Default>(item: Result<T, WireError>) -> Result<T, WireError> {
        item
    }
}

impl Mode for Valid {
    type Of<T: Default> = T;

    /// The check has found the bytes sound, so there is no fault to hide here. It is other code than that of the views;
    /// tests hold the two together, for any bytes.
    #[inline]
    fn of<T: Default>(item: Result<T, WireError>) -> T {
        item.unwrap_or_default()
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Lazy {}
    impl Sealed for super::Valid {}
}
