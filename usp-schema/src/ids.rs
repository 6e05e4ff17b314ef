//! Identifiers of the parts of one image.
//!
//! They are positions in the image's tables, dense and stable for as long as the image's fingerprint stays the
//! same. All elements of a sub-tree have consecutive identifiers, so that a sub-tree is an interval.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The identifier at this position. Whether an image has such an element is only known when it is asked.
            pub const fn new(index: u32) -> Self {
                Self(index)
            }

            /// The position in the image's table.
            pub const fn index(self) -> u32 {
                self.0
            }
        }
    };
}

id! {
    /// Position of an object (or of an argument object of a command or event) in its image.
    ObjectId
}
id! {
    /// Position of a parameter (or argument) in its image.
    ParameterId
}
id! {
    /// Position of a command in its image.
    CommandId
}
id! {
    /// Position of an event in its image.
    EventId
}
