//! Bytes that choose what a fuzz target does next.

/// What is left of the bytes.
pub struct Choices<'a>(pub &'a [u8]);

impl Choices<'_> {
    pub fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    pub fn one_of<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[usize::from(self.byte().unwrap_or_default()) % of.len()]
    }
}
