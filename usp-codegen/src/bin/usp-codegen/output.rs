use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

/// Lines for whoever reads standard output, as long as there is somebody.
pub(crate) struct Output {
    writer: BufWriter<io::Stdout>,
    failed: Option<io::Error>,
}

impl Output {
    pub(crate) fn stdout() -> Self {
        Self { writer: BufWriter::new(io::stdout()), failed: None }
    }

    /// Whether people read it.
    pub(crate) fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    pub(crate) fn line(&mut self, line: &str) {
        if self.failed.is_none() {
            self.failed = writeln!(self.writer, "{line}").err();
        }
    }

    /// Hands everything over; tells whether it was all taken. A reader that has gone away is no error.
    pub(crate) fn finish(&mut self) -> bool {
        let error = self.failed.take().or_else(|| self.writer.flush().err());
        if let Some(error) = &error
            && error.kind() != ErrorKind::BrokenPipe
        {
            eprintln!("usp-codegen: standard output: {error}");
        }
        error.is_none()
    }
}
