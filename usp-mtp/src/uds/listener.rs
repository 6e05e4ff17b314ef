//! A socket that waits for clients.

use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

/// A socket at a path, that waits for clients `[R-UDS.2]` `[R-UDS.3]`. Whoever may write to the file may connect; it is
/// gone when the listener is dropped.
#[derive(Debug)]
pub struct Listener {
    listener: UnixListener,
    path: PathBuf,
}

impl Listener {
    /// Listens at a path. A socket that a process left behind which is gone is replaced.
    ///
    /// # Errors
    ///
    /// Somebody listens there already, the path is that of something else, or it cannot be written.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_path_buf();
        let listener = match UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind(&path) => {
                std::fs::remove_file(&path)?;
                UnixListener::bind(&path)?
            }
            bound => bound?,
        };
        Ok(Self { listener, path })
    }

    /// The stream of the next client, to be handed to [`accept`](crate::uds::accept).
    ///
    /// # Errors
    ///
    /// The system is out of resources; trying again later may help.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether a path is that of a socket that nobody listens at.
fn is_left_behind(path: &Path) -> bool {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|data| data.file_type().is_socket());
    let refused = || std::os::unix::net::UnixStream::connect(path).map_err(|error| error.kind());
    is_socket && matches!(refused(), Err(io::ErrorKind::ConnectionRefused))
}
