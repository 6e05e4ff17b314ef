use core::fmt;
use core::num::NonZeroU32;

/// Which references of a reference parameter a path follows, as defined by TR-369 section "Reference Following".
///
/// It stands right behind the parameter's name: `LowerLayers+` follows the first (for a parameter that is not
/// a list: the only) reference, `LowerLayers#2+` the second item of a list, `LowerLayers#*+` every item.
/// The path goes on from the object that the reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Follow {
    /// `#n+`: the n-th item of the list, counted from 1. `+` and `#1+` mean the same; `+` is printed.
    Item(NonZeroU32),
    /// `#*+`: every item of the list. It makes the path a Search Path.
    All,
}

impl Follow {
    /// `+`: the first or only reference.
    pub const FIRST: Self = Self::Item(NonZeroU32::MIN);
}

impl fmt::Display for Follow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::FIRST => f.write_str("+"),
            Self::Item(number) => write!(f, "#{number}+"),
            Self::All => f.write_str("#*+"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn following_the_first_reference_prints_short() {
        assert_eq!(Follow::FIRST.to_string(), "+");
        assert_eq!(Follow::Item(NonZeroU32::new(12).unwrap()).to_string(), "#12+");
        assert_eq!(Follow::All.to_string(), "#*+");
    }
}
