//! Makes views out of the lists of fields in `format`.

/// The type of a field.
macro_rules! slot {
    ($a:lifetime $m:ident text) => { &$a str };
    ($a:lifetime $m:ident texts) => { $crate::reader::Texts<$a> };
    ($a:lifetime $m:ident number) => { u32 };
    ($a:lifetime $m:ident code) => { u32 };
    ($a:lifetime $m:ident flag) => { bool };
    ($a:lifetime $m:ident variant) => { i32 };
    ($a:lifetime $m:ident pairs) => { $crate::reader::Pairs<$a, $m> };
    ($a:lifetime $m:ident part $inner:ident) => { Option<$inner<$a, $m>> };
    ($a:lifetime $m:ident list $inner:ident) => { $crate::reader::List<$a, $inner<$a, $m>, $m> };
    ($a:lifetime $m:ident oneof $inner:ident) => { Option<$inner<$a, $m>> };
    ($a:lifetime $m:ident kept $inner:ident) => { $crate::reader::kept::Kept<$a, Option<$inner<$a, $m>>> };
}

/// The method that reads a field.
macro_rules! getter {
    ($a:lifetime $m:ident $owned:ty, $field:ident text) => {
        getter!(@ $owned, $field, &$a str, "The text", self, self.$field);
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident texts) => {
        getter!(@ $owned, $field, $crate::reader::Texts<$a>, "Iterates over the texts", self, self.$field.clone());
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident number) => {
        getter!(@ $owned, $field, u32, "The number", self, self.$field);
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident code) => {
        getter!(@ $owned, $field, $crate::ErrorCode, "The code", self, $crate::ErrorCode::new(self.$field));
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident flag) => {
        getter!(@ $owned, $field, bool, "Whether this is set", self, self.$field);
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident variant) => {
        getter!(@ $owned, $field, i32, "The number of the enumeration's value", self, self.$field);
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident pairs) => {
        getter!(@ $owned, $field, $crate::reader::Pairs<$a, $m>, "Iterates over the entries", self, self.$field.clone());
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident part $inner:ident) => {
        getter!(@ $owned, $field, Option<&$inner<$a, $m>>, "The message, if it is there", self, self.$field.as_ref());
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident list $inner:ident) => {
        getter!(
            @ $owned, $field, $crate::reader::List<$a, $inner<$a, $m>, $m>, "Iterates over the messages",
            self, self.$field.clone()
        );
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident oneof $inner:ident) => {
        getter!(@ $owned, $field, Option<&$inner<$a, $m>>, "The one content, if there is one", self, self.$field.as_ref());
    };
    ($a:lifetime $m:ident $owned:ty, $field:ident kept $inner:ident) => {
        getter!(
            @ $owned, $field, Option<&$inner<$a, $m>>, "The one content, if there is one",
            self, self.$field.content.as_ref()
        );
    };
    (@ $owned:ty, $field:ident, $type:ty, $what:literal, $self:ident, $read:expr) => {
        #[doc = concat!($what, " of `", stringify!($field), "`, as in the owned type.")]
        #[inline]
        pub fn $field(&$self) -> $type {
            $read
        }
    };
}

/// Declares views, and the enums of which one variant is a view's content.
macro_rules! views {
    (messages { $($messages:tt)* } oneofs { $($oneofs:tt)* }) => {
        message_views! { $($messages)* }
        oneof_views! { $($oneofs)* }
    };
}

/// Declares views: name, owned type, row of the schema's table, fields.
macro_rules! message_views {
    ($($name:ident = $owned:ty, $ty:ident {
        $($($number:literal)..=+ => $field:ident: $kind:ident $(($inner:ident))?;)*
    })*) => {$(
        #[doc = concat!("A `", stringify!($name), "` read in place.")]
        pub struct $name<'a, M: $crate::reader::Mode> {
            $($field: slot!('a M $kind $($inner)?),)*
            marker: core::marker::PhantomData<(&'a (), M)>,
        }

        impl<'a, M: $crate::reader::Mode> $name<'a, M> {
            $(getter!('a M $owned, $field $kind $($inner)?);)*

            /// Copies everything into the owned type.
            ///
            /// # Errors
            ///
            /// A fault in what was not read yet; there is none in mode
            /// [`Valid`](crate::reader::Valid).
            pub fn to_message(&self) -> Result<$owned, $crate::WireError> {
                $crate::reader::view::View::owned(self)
            }
        }

        impl<'a, M: $crate::reader::Mode> $crate::reader::view::Fields<'a> for $name<'a, M> {
            fn message_type(&self) -> &'static $crate::schema::MessageType {
                <Self as $crate::reader::view::View<'a>>::TYPE
            }

            fn place(&mut self, number: u32) -> Result<$crate::reader::view::Place<'_, 'a>, $crate::WireError> {
                match number {
                    $($($number)..=+ => $crate::reader::view::Slot::place(&mut self.$field, number),)*
                    _ => Ok($crate::reader::view::Place::Unknown),
                }
            }

            #[inline]
            fn merge_part(&mut self, mut block: $crate::reader::block::Block<'a>) -> Result<(), $crate::WireError> {
                use $crate::reader::view::{View, merge_fields};
                if Self::TYPE.has_texts {
                    block.prove();
                }
                let block = &mut block;
                let seen = 0_u16 $(| usual_part!(self block $field $kind $($number)..=+))*;
                if block.is_at_end() { Ok(()) } else { merge_fields(self, *block, seen) }
            }
        }

        impl<'a, M: $crate::reader::Mode> $crate::reader::view::View<'a> for $name<'a, M> {
            type Owned = $owned;

            const TYPE: &'static $crate::schema::MessageType = &$crate::schema::messages::$ty;

            #[inline]
            fn merge(&mut self, mut block: $crate::reader::block::Block<'a>) -> Result<(), $crate::WireError> {
                if Self::TYPE.has_texts {
                    block.prove();
                }
                // Fields mostly come in order and are short.
                $(usual_field!(self block $field $kind $($number)..=+);)*
                let mut seen = 0u16;
                loop {
                    let start = block.position();
                    let between = |fault| $crate::WireError::new(fault, Self::TYPE, 0);
                    let Some(key) = block.key().map_err(between)? else { return Ok(()) };
                    match key.number() {
                        $($($number)..=+ => {
                            // Only lists ask whether they were seen; a oneof's fields never do.
                            let bit = 1 << (key.number() & 15);
                            let first = seen & bit == 0;
                            seen |= bit;
                            let owner = Self::TYPE;
                            let block = &mut block;
                            $crate::reader::view::Slot::merge(
                                &mut self.$field,
                                $crate::reader::view::Occurrence { block, start, key, owner, first },
                            )?;
                        })*
                        _ => block.skip(key).map_err(between)?,
                    }
                }
            }

            fn check(&self) -> Result<(), $crate::WireError> {
                $($crate::reader::view::Slot::check(&self.$field)?;)*
                Ok(())
            }

            fn owned(&self) -> Result<$owned, $crate::WireError> {
                type Owned = $owned;
                Ok(Owned { $($field: $crate::reader::view::Slot::owned(&self.$field)?,)* })
            }
        }

        // These are not derived, because a derive cannot look into the macro of a field's type.
        impl<M: $crate::reader::Mode> Clone for $name<'_, M> {
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone(),)* marker: self.marker }
            }
        }

        impl<M: $crate::reader::Mode> Default for $name<'_, M> {
            #[inline]
            fn default() -> Self {
                Self { $($field: Default::default(),)* marker: core::marker::PhantomData }
            }
        }

        impl<M: $crate::reader::Mode> core::fmt::Debug for $name<'_, M> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))*.finish()
            }
        }
    )*};
}

/// Reads a field if it comes next and is short, for fields of one value.
macro_rules! usual_field {
    ($self:ident $block:ident $field:ident text $number:literal) => {
        if let Some(text) = $block.usual_text($number << 3 | usp_wire::WireType::Length as u8) {
            $self.$field = text;
        }
    };
    ($self:ident $block:ident $field:ident flag $number:literal) => {
        if let Some(number) = $block.usual_number($number << 3 | usp_wire::WireType::Varint as u8) {
            $self.$field = number != 0;
        }
    };
    ($self:ident $block:ident $field:ident variant $number:literal) => {
        if let Some(number) = $block.usual_number($number << 3 | usp_wire::WireType::Varint as u8) {
            $self.$field = number.into();
        }
    };
    ($self:ident $block:ident $field:ident $kind:ident $($number:literal)..=+) => {};
}

/// Reads a field of a message that holds others, if it comes next and is written in the usual way. Gives the bit of a
/// list that is there.
macro_rules! usual_part {
    ($self:ident $block:ident $field:ident texts $number:literal) => {
        usual_part!(@ $self $block $field $number take_texts)
    };
    ($self:ident $block:ident $field:ident list $number:literal) => {
        usual_part!(@ $self $block $field $number take_messages)
    };
    ($self:ident $block:ident $field:ident pairs $number:literal) => {
        usual_part!(@ $self $block $field $number take_messages)
    };
    (@ $self:ident $block:ident $field:ident $number:literal $take:ident) => {
        match $block.usual_list($number, Self::TYPE) {
            Some(occurrence) => {
                $self.$field.span.$take(occurrence)?;
                1 << $number
            }
            None => 0,
        }
    };
    ($self:ident $block:ident $field:ident number $number:literal) => {{
        if let Some(number) = $block.usual_fixed32($number << 3 | usp_wire::WireType::Fixed32 as u8) {
            $self.$field = number;
        }
        0
    }};
    ($self:ident $block:ident $field:ident code $number:literal) => {
        usual_part!($self $block $field number $number)
    };
    ($self:ident $block:ident $field:ident part $number:literal) => {{
        if let Some((_, part)) = $block.usual_part($number..=$number) {
            $crate::reader::view::Fields::merge_part($self.$field.get_or_insert_default(), part)?;
        }
        0
    }};
    ($self:ident $block:ident $field:ident oneof $first:literal..=$last:literal) => {{
        let before = *$block;
        if let Some((number, part)) = $block.usual_part($first..=$last) {
            match $crate::reader::view::Slot::place(&mut $self.$field, number)? {
                $crate::reader::view::Place::Part(content) => content.merge_part(part)?,
                _ => *$block = before,
            }
        }
        0
    }};
    ($self:ident $block:ident $field:ident kept $first:literal..=$last:literal) => {{
        $self.$field.keep($block);
        usual_part!($self $block $field oneof $first..=$last)
    }};
    ($self:ident $block:ident $field:ident $kind:ident $number:literal) => {{
        usual_field!($self $block $field $kind $number);
        0
    }};
}

/// Declares the enums of which one variant is a view's content.
macro_rules! oneof_views {
    ($($name:ident of $owner:ident = $owned:ty {
        $($number:literal $variant:ident $field:ident($kind:ident $($inner:ident)?);)*
    })*) => {$(
        #[doc = concat!("A `", stringify!($name), "` read in place.")]
        pub enum $name<'a, M: $crate::reader::Mode> {
            $(
                #[doc = concat!("The alternative `", stringify!($field), "`, as in the owned type.")]
                $variant(oneof_views!(@type 'a M $kind $($inner)?)),
            )*
        }

        impl<'a, M: $crate::reader::Mode> $crate::reader::view::Slot<'a> for Option<$name<'a, M>> {
            type Owned = Option<$owned>;

            fn merge(
                &mut self,
                occurrence: $crate::reader::view::Occurrence<'_, 'a>,
            ) -> Result<(), $crate::WireError> {
                self.place(occurrence.key.number())?.merge(occurrence)
            }

            #[inline]
            fn place(&mut self, number: u32) -> Result<$crate::reader::view::Place<'_, 'a>, $crate::WireError> {
                let held = match self {
                    $(Some($name::$variant(_)) => $number,)*
                    None => 0,
                };
                if held != number {
                    // What is replaced has to be sound all the same.
                    $crate::reader::view::Slot::check(self)?;
                    *self = match number {
                        $($number => Some($name::$variant(Default::default())),)*
                        _ => None,
                    };
                }
                Ok(match self {
                    $(Some($name::$variant(content)) => oneof_views!(@place content $kind),)*
                    None => $crate::reader::view::Place::Unknown,
                })
            }

            fn check(&self) -> Result<(), $crate::WireError> {
                match self {
                    $(Some($name::$variant(content)) => oneof_views!(@check content $kind),)*
                    None => Ok(()),
                }
            }

            fn owned(&self) -> Result<Self::Owned, $crate::WireError> {
                type Owned = $owned;
                Ok(match self {
                    $(Some($name::$variant(content)) => {
                        Some(Owned::$variant(oneof_views!(@owned content $kind)))
                    })*
                    None => None,
                })
            }
        }

        impl<M: $crate::reader::Mode> Clone for $name<'_, M> {
            fn clone(&self) -> Self {
                match self {
                    $(Self::$variant(content) => Self::$variant(content.clone()),)*
                }
            }
        }

        impl<M: $crate::reader::Mode> core::fmt::Debug for $name<'_, M> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(Self::$variant(content) => f.debug_tuple(stringify!($variant)).field(content).finish(),)*
                }
            }
        }
    )*};
    (@type $a:lifetime $m:ident text) => { &$a str };
    (@type $a:lifetime $m:ident part $inner:ident) => { $inner<$a, $m> };
    (@place $content:ident text) => { $crate::reader::view::Place::Text($content) };
    (@place $content:ident part) => { $crate::reader::view::Place::Part($content) };
    (@check $content:ident text) => {{ let _: &str = $content; Ok(()) }};
    (@check $content:ident part) => { $crate::reader::view::View::check($content) };
    (@owned $content:ident text) => { alloc::string::String::from(*$content) };
    (@owned $content:ident part) => { $crate::reader::view::View::owned($content)? };
}
