use std::io::{self, IsTerminal, Write as _};
use std::path::Path;

/// Says on standard error what is being worked on, as long as it is: for people, so only on a terminal.
pub(crate) struct Progress {
    shown: bool,
}

impl Progress {
    pub(crate) fn begin(what: &str, path: &Path) -> Self {
        let shown = io::stderr().is_terminal();
        if shown {
            // Without a line end: the line goes again. If it cannot be shown, the work goes on all the same.
            let _ = write!(io::stderr(), "{what} {} …", path.display());
            let _ = io::stderr().flush();
        }
        Self { shown }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[2K");
        }
    }
}
