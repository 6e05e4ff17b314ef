//! TLS within Session Contexts: where its engine comes from, and which settings need one.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};

use usp_datamodel::{Refusal, RegisterError, StagedChange};
use usp_msg::ErrorCode;
use usp_record::{EndpointId, SecureChannel};

use crate::agent::Agent;
use crate::controllers;
use crate::sessions::SessionSettings;
use crate::set_up::SetUp;

/// Makes the secure channel for a Controller.
type MakeChannel = Box<dyn FnMut(&EndpointId) -> Box<dyn SecureChannel> + Send>;

/// What makes secure channels, if anything does.
#[derive(Default)]
pub(crate) struct SecureChannels {
    make: Option<MakeChannel>,
    /// Whether there are any, for whoever checks settings.
    exist: Arc<AtomicBool>,
}

impl fmt::Debug for SecureChannels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureChannels").field("exist", &self.exist).finish_non_exhaustive()
    }
}

impl SecureChannels {
    /// The channel for a Controller, where its settings ask for one and there are any.
    pub(crate) fn make(
        &mut self,
        peer: &EndpointId,
        settings: &SessionSettings,
    ) -> Option<Box<dyn SecureChannel>> {
        self.make.as_mut().filter(|_| settings.is_tls).map(|make| make(peer))
    }

    pub(crate) fn exist(&self) -> bool {
        self.make.is_some()
    }
}

impl<R> Agent<R> {
    /// Has Session Contexts carry TLS where `PayloadSecurity` says so: `make` brings the engine for a Controller, which
    /// is asked to begin with each Session Context. To be called before the first input.
    ///
    /// Without it such Session Contexts are refused. Records are neither signed nor verified: that the MTP protects
    /// them is the embedder's to see to `[R-E2E.28]`.
    pub fn secure_sessions(
        &mut self,
        make: impl FnMut(&EndpointId) -> Box<dyn SecureChannel> + Send + 'static,
    ) {
        self.channels.make = Some(Box::new(make));
        self.channels.exist.store(true, Ordering::Relaxed);
    }
}

/// Has settings refused by which a Controller would lock itself out: nothing but Session Contexts, and those in a TLS
/// that this Agent does not have.
pub(crate) fn guard(set_up: &mut SetUp<'_>, channels: &SecureChannels) -> Result<(), RegisterError> {
    let rows = alloc::format!("{}{{i}}.", controllers::TABLE);
    if !set_up.comes(&rows) {
        return Ok(());
    }
    let exist = Arc::clone(&channels.exist);
    set_up.model.on_prepare(&rows, move |changes| {
        if exist.load(Ordering::Relaxed) {
            return Ok(());
        }
        for change in changes.iter() {
            let path = change.path();
            let concerned = matches!(change, StagedChange::Created { .. }) || path.contains(".E2ESession.");
            let Some(number) = controllers::number_of(path).filter(|_| concerned) else { continue };
            let value = |name: &str| {
                let path = alloc::format!("{}.E2ESession.{name}", controllers::row(number));
                changes.after(&path).map(|value| value.to_string()).unwrap_or_default()
            };
            if value("SessionMode") == "Require" && value("PayloadSecurity") == "TLS" {
                let why =
                    "SessionMode Require needs PayloadSecurity to be Plaintext, since this Agent has no TLS";
                return Err(Refusal::new(path, ErrorCode::INVALID_CONFIGURATION, why));
            }
        }
        Ok(())
    })
}
