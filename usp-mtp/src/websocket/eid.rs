//! How the ends say who they are.
//!
//! The client says it in the query of its request `[R-WS.10b]`. Until TR-369 1.3 it was said in an extension, of both
//! ends; it is deprecated in requests `[R-WS.10a]`, yet it is the only way in which a server can say who it is
//! `[R-WS.11a]`.

use tokio_tungstenite::tungstenite::http::{HeaderMap, Uri};
use usp_record::EndpointId;

use crate::OpenError;
use crate::websocket::head::{list, split_unquoted};

/// The header that names extensions.
pub(super) const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// The extension in which an end says who it is.
const EXTENSION: &str = "bbf-usp-protocol";

/// A resource, with who asks for it `[R-WS.10b]`.
pub(super) fn with_query(resource: &str, us: &EndpointId) -> String {
    let sign = if resource.contains('?') { '&' } else { '?' };
    // [R-WS.10c] Nothing else that an Endpoint ID may hold has a meaning in a query.
    format!("{resource}{sign}eid={}", us.as_str().replace('%', "%25"))
}

/// Who asks, as the query of a request says.
pub(super) fn in_query(uri: &Uri) -> Option<String> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("eid=")).map(percent_decoded)
}

/// The value of the header that says who we are.
pub(super) fn extension(us: &EndpointId) -> String {
    format!("{EXTENSION}; eid=\"{us}\"")
}

/// What an end says of extensions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions<'a> {
    /// Whether that is among them in which it says who it is.
    pub(super) has_ours: bool,
    /// Who it is, if it says so.
    pub(super) eid: Option<String>,
    /// Another one.
    pub(super) other: Option<&'a str>,
}

impl<'a> Extensions<'a> {
    pub(super) fn read(headers: &'a HeaderMap) -> Self {
        let mut extensions = Self::default();
        for extension in list(headers, EXTENSIONS) {
            let mut parts = split_unquoted(extension, ';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            if !name.eq_ignore_ascii_case(EXTENSION) {
                extensions.other = Some(name);
                continue;
            }
            extensions.has_ours = true;
            let mut parameters = parts.filter_map(|parameter| parameter.split_once('='));
            let eid = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("eid"));
            extensions.eid = extensions.eid.or_else(|| eid.map(|(_, value)| unquoted(value.trim())));
        }
        extensions
    }
}

/// Reads what an end says of itself.
pub(super) fn parse(id: String) -> Result<EndpointId, OpenError> {
    EndpointId::parse(&id).map_err(|error| OpenError::EndpointId { id, error })
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let decoded = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
        let (byte, length) = match decoded.filter(|_| byte == b'%') {
            Some(decoded) => (decoded, 2),
            None => (byte, 0),
        };
        bytes.push(byte);
        rest = &after[length..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unquoted(value: &str) -> String {
    let Some(quoted) = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) else {
        return value.to_string();
    };
    let mut is_escaped = false;
    let keep = |character: &char| {
        is_escaped = *character == '\\' && !is_escaped;
        !is_escaped
    };
    quoted.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_tungstenite::tungstenite::http::HeaderValue;

    fn said(lines: &[&'static str]) -> (bool, Option<String>, Option<String>) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(EXTENSIONS, HeaderValue::from_static(line));
        }
        let extensions = Extensions::read(&headers);
        (extensions.has_ours, extensions.eid, extensions.other.map(str::to_string))
    }

    fn asked(uri: &'static str) -> Option<String> {
        in_query(&Uri::from_static(uri))
    }

    #[test]
    fn r_ws_10b_the_query_says_who_asks() {
        let us = EndpointId::parse("os::00256D-0123456789").expect("ID");
        assert_eq!(with_query("/usp", &us), "/usp?eid=os::00256D-0123456789");
        assert_eq!(with_query("/usp?a=b", &us), "/usp?a=b&eid=os::00256D-0123456789");
        assert_eq!(asked("/usp?eid=os::00256D-0123456789").as_deref(), Some(us.as_str()));
        assert_eq!(asked("/usp?a=b&eid=self::x&c").as_deref(), Some("self::x"));
        assert_eq!((asked("/usp"), asked("/usp?"), asked("/usp?id=self::x")), (None, None, None));
    }

    #[test]
    fn r_ws_10c_percent_signs_are_encoded() {
        let us = EndpointId::parse("self::living%20room").expect("ID");
        assert_eq!(with_query("/", &us), "/?eid=self::living%2520room");
        assert_eq!(asked("/?eid=self::living%2520room").as_deref(), Some(us.as_str()));
        // Others may encode more.
        assert_eq!(asked("/?eid=self%3A%3aa").as_deref(), Some("self::a"));
        // What is not encoded as it has to be is an ID to be refused, and no reason to fail.
        assert_eq!(asked("/?eid=%zz%4").as_deref(), Some("%zz%4"));
        assert_eq!(asked("/?eid=%ff%").as_deref(), Some("\u{fffd}%"));
    }

    #[test]
    fn r_ws_10a_the_extension_says_who_it_is() {
        let us = EndpointId::parse("os::00256D-0123456789").expect("ID");
        assert_eq!(extension(&us), "bbf-usp-protocol; eid=\"os::00256D-0123456789\"");
        let eid = || Some("self::x".to_string());
        assert_eq!(said(&["bbf-usp-protocol; eid=\"self::x\""]), (true, eid(), None));
        assert_eq!(said(&["BBF-USP-Protocol ;a; b=\"c;d\" ; EID = self::x"]), (true, eid(), None));
        assert_eq!(said(&["bbf-usp-protocol;eid=\"self::\\x\""]), (true, eid(), None));
        let other = Some("permessage-deflate".to_string());
        assert_eq!(
            said(&["permessage-deflate; x=1, bbf-usp-protocol;eid=self::x"]),
            (true, eid(), other.clone())
        );
        assert_eq!(said(&["bbf-usp-protocol; eid=\"self::x\"", "permessage-deflate"]), (true, eid(), other));
        assert_eq!(said(&["bbf-usp-protocol"]), (true, None, None));
        assert_eq!(said(&[" , "]), (false, None, None));
    }
}
