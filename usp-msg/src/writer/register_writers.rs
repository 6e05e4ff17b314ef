//! Writers of Register and RegisterResp.

use register::RegistrationPath;
use register_resp::RegisteredPathResult;

format_register!(writers);

/// Writers of the messages within [`Register`](crate::Register).
pub mod register {
    format_within_register!(writers);
}

/// Writers of the messages within [`RegisterResp`](crate::RegisterResp).
pub mod register_resp {
    format_within_register_resp!(writers);
}
