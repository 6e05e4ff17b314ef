//! Rights as TR-181 writes them: `rwxn`.

use core::fmt;
use core::ops::{BitAnd, BitOr};
use core::str::FromStr;

/// What may be done with one kind of element: read, write, execute, notify, in any combination.
///
/// The text is that of the parameters Param, Obj, InstantiatedObj and CommandEvent of a Permission (TR-181): four
/// characters in the order `rwxn`, with `-` for what is lacking. `parse` and `Display` are inverses.
///
/// ```
/// use usp_datamodel::Rights;
///
/// let rights: Rights = "rw--".parse()?;
/// assert_eq!(rights, Rights::READ | Rights::WRITE);
/// assert!(!rights.contains(Rights::NOTIFY));
/// assert_eq!(rights.to_string(), "rw--");
/// assert!("wr--".parse::<Rights>().is_err());
/// # Ok::<(), usp_datamodel::ParseRightsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rights(u8);

/// A text that is not four characters of `rwxn` or `-`, each in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("rights are written as rwxn, with - in the place of each that is lacking")]
pub struct ParseRightsError(());

impl Rights {
    /// `----`
    pub const NONE: Self = Self(0);
    /// `r---`
    pub const READ: Self = Self(1);
    /// `-w--`
    pub const WRITE: Self = Self(2);
    /// `--x-`
    pub const EXECUTE: Self = Self(4);
    /// `---n`
    pub const NOTIFY: Self = Self(8);
    /// `rwxn`
    pub const ALL: Self = Self(15);

    /// Whether all of these rights are among them.
    pub const fn contains(self, rights: Self) -> bool {
        self.0 & rights.0 == rights.0
    }

    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    /// The rights whose bits are the lowest four.
    pub(super) const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }
}

impl BitOr for Rights {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Rights {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

const LETTERS: [(Rights, char); 4] =
    [(Rights::READ, 'r'), (Rights::WRITE, 'w'), (Rights::EXECUTE, 'x'), (Rights::NOTIFY, 'n')];

impl FromStr for Rights {
    type Err = ParseRightsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut rights = Self::NONE;
        let mut given = text.chars();
        for (right, letter) in LETTERS {
            match given.next() {
                Some(found) if found == letter => rights = rights | right,
                Some('-') => {}
                _ => return Err(ParseRightsError(())),
            }
        }
        if given.next().is_some() { Err(ParseRightsError(())) } else { Ok(rights) }
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        LETTERS.iter().try_for_each(|&(right, letter)| {
            fmt::Write::write_char(f, if self.contains(right) { letter } else { '-' })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn each_combination_is_read_as_it_is_printed() {
        for bits in 0..16 {
            let rights = Rights::from_bits(bits);
            assert_eq!(rights.to_string().parse(), Ok(rights), "{rights}");
        }
        assert_eq!(Rights::from_bits(9).to_string(), "r--n");
    }

    #[test]
    fn letters_stand_in_their_places() {
        for text in ["", "rwx", "rwxn-", "nxwr", "RWXN", "r w x n", "-r--", "----\u{e9}"] {
            assert_eq!(text.parse::<Rights>(), Err(ParseRightsError(())), "{text}");
        }
    }
}
