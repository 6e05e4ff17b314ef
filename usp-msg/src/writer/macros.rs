//! Makes writers out of the lists of fields in `format`.

/// Declares writers, with a method for each field.
macro_rules! writers {
    (messages { $($messages:tt)* } oneofs { $($oneofs:tt)* }) => {
        message_writers! { $($messages)* }
        oneof_writers! { $($oneofs)* }
    };
}

macro_rules! message_writers {
    ($($name:ident = $owned:ty, $ty:ident {
        $($($number:literal)..=+ => $field:ident: $kind:ident $(($inner:ident))?;)*
    })*) => {$(
        #[doc = concat!("Writes a `", stringify!($name), "`. The message ends when this is dropped.")]
        #[derive(Debug)]
        pub struct $name<'w> {
            out: $crate::writer::nested::Nested<'w>,
        }

        impl $name<'_> {
            $(write_field!($owned, $field, $kind, $($number)..=+ $(, $inner)?);)*

            /// Takes back all that was written of the message, as if it had not begun.
            pub fn discard(self) {
                self.out.discard();
            }

            /// How many bytes of the message were written so far; lengths still to come may add some.
            pub fn size(&self) -> usize {
                self.out.size()
            }
        }

        impl<'w> From<$crate::writer::nested::Nested<'w>> for $name<'w> {
            #[inline]
            fn from(out: $crate::writer::nested::Nested<'w>) -> Self {
                Self { out }
            }
        }
    )*};
}

/// The method that writes a field.
macro_rules! write_field {
    ($owned:ty, $field:ident, text, $number:literal) => {
        #[doc = write_field!(@ "Writes the text", $owned, $field)]
        #[inline]
        pub fn $field(&mut self, text: &str) -> &mut Self {
            self.out.text($number, text);
            self
        }
    };
    ($owned:ty, $field:ident, texts, $number:literal) => {
        #[doc = write_field!(@ "Writes all elements", $owned, $field)]
        #[inline]
        pub fn $field<T: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = T>) -> &mut Self {
            for text in texts {
                self.out.element($number, text.as_ref());
            }
            self
        }
    };
    ($owned:ty, $field:ident, number, $number:literal) => {
        #[doc = write_field!(@ "Writes the number", $owned, $field)]
        #[inline]
        pub fn $field(&mut self, number: u32) -> &mut Self {
            self.out.fixed32($number, number);
            self
        }
    };
    ($owned:ty, $field:ident, code, $number:literal) => {
        #[doc = write_field!(@ "Writes the code", $owned, $field)]
        #[inline]
        pub fn $field(&mut self, code: impl Into<$crate::ErrorCode>) -> &mut Self {
            self.out.fixed32($number, code.into().value());
            self
        }
    };
    ($owned:ty, $field:ident, flag, $number:literal) => {
        #[doc = write_field!(@ "Writes the flag", $owned, $field)]
        #[inline]
        pub fn $field(&mut self, flag: bool) -> &mut Self {
            self.out.varint($number, u64::from(flag));
            self
        }
    };
    ($owned:ty, $field:ident, variant, $number:literal) => {
        #[doc = write_field!(@ "Writes the value of the enumeration", $owned, $field)]
        #[inline]
        pub fn $field(&mut self, value: impl Into<i32>) -> &mut Self {
            // Protobuf extends the sign to 64 bits.
            self.out.varint($number, i64::from(value.into()) as u64);
            self
        }
    };
    ($owned:ty, $field:ident, pairs, $number:literal) => {
        #[doc = write_field!(@ "Writes entries; the caller sees to it that keys differ", $owned, $field)]
        #[inline]
        pub fn $field<K: AsRef<str>, V: AsRef<str>>(
            &mut self,
            pairs: impl IntoIterator<Item = (K, V)>,
        ) -> &mut Self {
            for (key, value) in pairs {
                self.out.entry($number, key.as_ref(), value.as_ref());
            }
            self
        }
    };
    ($owned:ty, $field:ident, part, $number:literal, $inner:ident) => {
        #[doc = write_field!(@ "Begins the message; at most once", $owned, $field)]
        #[inline]
        pub fn $field(&mut self) -> $inner<'_> {
            self.out.message($number).into()
        }
    };
    ($owned:ty, $field:ident, list, $number:literal, $inner:ident) => {
        #[doc = write_field!(@ "Begins one more element", $owned, $field)]
        #[inline]
        pub fn $field(&mut self) -> $inner<'_> {
            self.out.message($number).into()
        }
    };
    // Its alternatives have methods of their own.
    ($owned:ty, $field:ident, oneof, $($number:literal)..=+, $inner:ident) => {};
    (@ $what:literal, $owned:ty, $field:ident) => {
        concat!($what, " of `", stringify!($field), "`, as in the owned type.")
    };
}

macro_rules! oneof_writers {
    ($($name:ident of $owner:ident = $owned:ty {
        $($number:literal $variant:ident $field:ident($kind:ident $($inner:ident)?);)*
    })*) => {$(
        impl $owner<'_> {
            $(oneof_writers!(@ $owned, $variant $field $number $kind $($inner)?);)*
        }
    )*};
    (@ $owned:ty, $variant:ident $field:ident $number:literal text) => {
        #[doc = concat!("Writes `", stringify!($field), "`, instead of the other alternatives.")]
        #[inline]
        pub fn $field(&mut self, text: &str) -> &mut Self {
            self.out.element($number, text);
            self
        }
    };
    (@ $owned:ty, $variant:ident $field:ident $number:literal part $inner:ident) => {
        #[doc = concat!("Begins `", stringify!($field), "`, instead of the other alternatives.")]
        #[inline]
        pub fn $field(&mut self) -> $inner<'_> {
            self.out.message($number).into()
        }
    };
}
