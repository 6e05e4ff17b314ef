//! The settings of a Session Context.

use core::time::Duration;

use crate::RetryWaits;

/// Whether Messages travel within Session Contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionMode {
    /// Always.
    Require,
    /// If the peer wants it.
    #[default]
    Allow,
    /// Never; a peer that tries is told so `[R-E2E.6a]`.
    Forbid,
}

/// The settings of a Session Context, as in `Device.LocalAgent.Controller.{i}.E2ESession.`, and its
/// limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// `SessionMode`.
    pub mode: SessionMode,
    /// `SessionExpiration`: how long nothing may happen before the Session Context is over; `None`
    /// for ever, and a handshake of a secure channel may go without an answer for as long. `None` by default.
    pub expiration: Option<Duration>,
    /// `MaxRetransmitTries`: how often a Record is sent again at most; `None` for any number. 0 by
    /// default.
    pub max_retransmit_tries: Option<u32>,
    /// `MaxUSPRecordSize`: the bytes of a Record beyond which a payload is segmented; `None` for no
    /// segmentation. What is below 512 is taken as 512. `None` by default.
    ///
    /// That is without what signing adds, `mac_signature` and `sender_cert`: where Records are signed, take their
    /// sizes off what the MTP can carry.
    pub max_record_size: Option<usize>,
    /// `SessionRetryMinimumWaitInterval` and `SessionRetryIntervalMultiplier`.
    pub retry: RetryWaits,
    /// How long to wait for a missing Record before asking for it, and between asking again; 2
    /// seconds by default. For so long also a smaller `session_id` of the peer is ignored after this side has begun a
    /// Session Context: the two have crossed on their way, and the peer comes over.
    pub gap_wait: Duration,
    /// How often to ask for a missing Record before starting anew; 3 by default.
    pub gap_tries: u32,
    /// Bytes held at most, each for itself, in Records that came too early and in a Message that is not
    /// complete; 8 MiB by default. A Message to be sent is taken only if it fits in here with all that is
    /// held: these two, the Records that may have to be sent again, and the Messages that wait. What Records
    /// take beside it comes on top.
    pub buffer_bytes: usize,
    /// How many Records that came too early, and how many that may have to be sent again, are held
    /// at most; 4096 by default. A Message that makes more Records than that cannot be sent.
    pub buffer_records: usize,
}

impl SessionConfig {
    /// The defaults of TR-181 and of this crate.
    pub const DEFAULT: Self = Self {
        mode: SessionMode::Allow,
        expiration: None,
        max_retransmit_tries: Some(0),
        max_record_size: None,
        retry: RetryWaits::DEFAULT,
        gap_wait: Duration::from_secs(2),
        gap_tries: 3,
        buffer_bytes: 8 << 20,
        buffer_records: 4096,
    };

    /// What a Record may have at least.
    pub const MIN_RECORD_SIZE: usize = 512;
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self::DEFAULT
    }
}
