/// Bounds on what a parser accepts, so that hostile text costs no more than honest text.
///
/// The defaults are far above what data models need: the supported paths of Device:2.19 have 17 segments and 138
/// bytes at most. Over a limit parsing ends with an error of which [`is_limit`] is true.
///
/// ```
/// use usp_path::{Limits, Path};
///
/// let tight = Limits { max_segments: 4, ..Limits::DEFAULT };
/// assert!(Path::parse_with("Device.IP.Interface.1.", &tight).is_ok());
/// assert!(Path::parse_with("Device.IP.Interface.1.Enable", &tight).unwrap_err().is_limit());
/// ```
///
/// [`is_limit`]: crate::ParsePathError::is_limit
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest text, in bytes.
    pub max_length: usize,
    /// The most segments, as [`Path::segments`](crate::Path::segments) counts them.
    pub max_segments: usize,
    /// The most Expression Components in the whole path.
    pub max_components: usize,
}

impl Limits {
    /// 8,192 bytes, 64 segments, 32 Expression Components.
    pub const DEFAULT: Self = Self { max_length: 8192, max_segments: 64, max_components: 32 };

    /// No limits, for text from a source that you trust.
    pub const UNLIMITED: Self =
        Self { max_length: usize::MAX, max_segments: usize::MAX, max_components: usize::MAX };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
