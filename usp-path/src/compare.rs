//! Comparisons of the types that stand for a text.

/// Equality, order and hash of a type are those of the text that `$text` returns.
macro_rules! compared_by_text {
    ($type:ty, $text:ident) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.$text() == other.$text()
            }
        }

        impl Eq for $type {}

        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $type {
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                self.$text().cmp(&other.$text())
            }
        }

        impl core::hash::Hash for $type {
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                self.$text().hash(state);
            }
        }
    };
}

/// What an owned path in canonical form shares with the text that it holds and with its borrowed form.
macro_rules! owned_text {
    ($owned:ident, $borrowed:ident) => {
        $crate::compare::compared_by_text!($owned, as_str);

        impl PartialEq<$borrowed<'_>> for $owned {
            fn eq(&self, other: &$borrowed<'_>) -> bool {
                self.as_path() == *other
            }
        }

        impl PartialEq<$owned> for $borrowed<'_> {
            fn eq(&self, other: &$owned) -> bool {
                *self == other.as_path()
            }
        }

        impl core::str::FromStr for $owned {
            type Err = $crate::ParsePathError;

            /// Reads a path, with [`Limits::DEFAULT`](crate::Limits::DEFAULT).
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok($borrowed::parse(text)?.to_path_buf())
            }
        }

        impl From<$borrowed<'_>> for $owned {
            fn from(path: $borrowed<'_>) -> Self {
                path.to_path_buf()
            }
        }

        impl<'a> From<&'a $owned> for $borrowed<'a> {
            fn from(path: &'a $owned) -> Self {
                path.as_path()
            }
        }

        impl AsRef<str> for $owned {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl core::borrow::Borrow<str> for $owned {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl core::fmt::Display for $owned {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::fmt::Debug for $owned {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_tuple(stringify!($owned)).field(&self.as_str()).finish()
            }
        }
    };
}

pub(crate) use {compared_by_text, owned_text};
