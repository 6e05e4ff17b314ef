//! Records read in place: no copy, payloads as slices of the received bytes. Only a Session Context's content that is
//! sent in many parts allocates, a place for each part.

use alloc::collections::VecDeque;
use core::ops::Range;

use bytes::Bytes;

use usp_wire::{Cursor, Fault, WireType};

use crate::record_error::RecordErrorKind;
use crate::{
    DisconnectRecord, MqttConnectRecord, NoSessionContextRecord, RecordError, SessionContextRecord,
    StompConnectRecord, UdsConnectRecord, WebSocketConnectRecord, record,
};

/// A [`Record`](crate::Record) read in place.
///
/// It reads as protobuf says: unknown fields are skipped, of a field sent twice the last one counts,
/// of a message sent in parts the parts are merged.
///
/// ```
/// use usp_record::reader::{Content, Record};
/// # let (agent, controller) = ("doc::agent".parse()?, "doc::controller".parse()?);
/// # let bytes = usp_record::Record::no_session(&agent, &controller, vec![1, 2]).encode_to_vec();
///
/// let record = Record::open(&bytes)?;
/// assert_eq!(record.from_id(), "doc::agent");
/// assert_eq!(record.payload(), Some(&[1, 2][..]));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Record<'a> {
    texts: [&'a str; TEXTS.len()],
    payload_security: i32,
    mac_signature: &'a [u8],
    sender_cert: &'a [u8],
    content: Option<Content<'a>>,
}

/// What a Record carries; see [`RecordType`](record::RecordType).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Content<'a> {
    /// A whole Message, without a Session Context: its bytes.
    NoSessionContext(&'a [u8]),
    /// A Message or a part of one, within a Session Context.
    SessionContext(SessionContext<'a>),
    /// The sender is there, over WebSocket.
    WebsocketConnect,
    /// The sender is there, over MQTT.
    MqttConnect {
        /// The number of an [`MqttVersion`](crate::mqtt_connect_record::MqttVersion).
        version: i32,
        /// Where the sender listens.
        subscribed_topic: &'a str,
    },
    /// The sender is there, over STOMP.
    StompConnect {
        /// The number of a [`StompVersion`](crate::stomp_connect_record::StompVersion).
        version: i32,
        /// Where the sender listens.
        subscribed_destination: &'a str,
    },
    /// The sender leaves.
    Disconnect {
        /// Why, in words.
        reason: &'a str,
        /// Why, as a USP error code.
        reason_code: u32,
    },
    /// The sender is there, over a UNIX domain socket.
    UdsConnect,
}

/// A [`SessionContextRecord`] read in place.
#[derive(Clone, Debug, Default)]
pub struct SessionContext<'a> {
    /// `session_id`, `sequence_id`, `expected_id`, `retransmit_id`.
    ids: [u64; 4],
    /// `payload_sar_state`, `payloadrec_sar_state`.
    states: [i32; 2],
    payload: Payloads<'a>,
}

/// The payloads of a [`SessionContext`], in order.
#[derive(Clone, Debug, Default)]
pub struct Payloads<'a> {
    cursor: Cursor<'a>,
    /// Further parts of the message, if it was sent in several.
    more: VecDeque<Cursor<'a>>,
}

/// The texts of a Record: number and name.
const TEXTS: [(u32, &str); 5] =
    [(1, "version"), (2, "to_id"), (3, "from_id"), (14, "originator_id"), (15, "destination_id")];

/// How deep what a Record carries is nested in it.
const PART: u32 = 1;

impl<'a> Record<'a> {
    /// Reads a Record.
    ///
    /// What the fields mean is not looked at; see [`Record::validate`](crate::Record::validate). Nor is the size, or
    /// the number of payloads, for which no memory is taken.
    ///
    /// # Errors
    ///
    /// Bytes that break the rules of protobuf.
    #[inline]
    pub fn open(bytes: &'a [u8]) -> Result<Self, RecordError> {
        match Self::usual(bytes) {
            Some(record) => Ok(record),
            None => Self::field_by_field(bytes),
        }
    }

    /// Reads a Record as it is usually written: three short texts in order, and a whole Message to the end.
    ///
    /// `None` says nothing but that it is written in another way.
    #[inline]
    fn usual(bytes: &'a [u8]) -> Option<Self> {
        const fn key(number: u8) -> u8 {
            number << 3 | WireType::Length as u8
        }
        const KEYS: [u8; 3] = [key(1), key(2), key(3)];
        let mut at = 0;
        let mut ends = [0; KEYS.len()];
        for (end, key) in ends.iter_mut().zip(KEYS) {
            let [found, length] = *bytes.get(at..)?.first_chunk()?;
            if found != key || length >= 0x80 {
                return None;
            }
            at += 2 + usize::from(length);
            *end = at;
        }
        // Short lengths and keys are ASCII, so one check proves all three texts.
        let front = core::str::from_utf8(bytes.get(..at)?).ok()?;
        let [version, to_id, from_id] = ends;
        let mut texts = [""; TEXTS.len()];
        texts[0] = front.get(2..version)?;
        texts[1] = front.get(version + 2..to_id)?;
        texts[2] = front.get(to_id + 2..from_id)?;
        let inner = Cursor::new(bytes.get(at..)?).last(key(7))?;
        let payload = Cursor::new(inner).last(key(2))?;
        Some(Self { texts, content: Some(Content::NoSessionContext(payload)), ..Self::default() })
    }

    fn field_by_field(bytes: &'a [u8]) -> Result<Self, RecordError> {
        let mut record = Self::default();
        let mut texts = TextRanges::default();
        let mut cursor = Cursor::new(bytes);
        while !cursor.is_at_end() {
            let (number, wire_type) = cursor.key().map_err(|fault| malformed(fault, None))?;
            record.field(bytes, &mut cursor, &mut texts, (number, wire_type)).map_err(|fault| {
                let known = KNOWN.iter().find(|(known, _)| *known == number);
                malformed(fault, known.map(|(_, name)| *name))
            })?;
        }
        record.texts = texts.resolve(bytes)?;
        Ok(record)
    }

    /// The version of TR-369 that the sender follows.
    pub const fn version(&self) -> &'a str {
        self.texts[0]
    }

    /// The Endpoint ID of the receiver.
    pub const fn to_id(&self) -> &'a str {
        self.texts[1]
    }

    /// The Endpoint ID of the sender.
    pub const fn from_id(&self) -> &'a str {
        self.texts[2]
    }

    /// Who spoke first, in a Record that is passed on (since 1.5).
    pub const fn originator_id(&self) -> &'a str {
        self.texts[3]
    }

    /// Who is meant in the end, in a Record that is passed on (since 1.5).
    pub const fn destination_id(&self) -> &'a str {
        self.texts[4]
    }

    /// The number of a [`PayloadSecurity`](record::PayloadSecurity).
    pub const fn payload_security(&self) -> i32 {
        self.payload_security
    }

    /// What protects the other fields.
    pub const fn mac_signature(&self) -> &'a [u8] {
        self.mac_signature
    }

    /// The certificate with which the signature is checked.
    pub const fn sender_cert(&self) -> &'a [u8] {
        self.sender_cert
    }

    /// What the Record carries, if it is of a known kind.
    pub const fn content(&self) -> Option<&Content<'a>> {
        self.content.as_ref()
    }

    /// The whole Message that a Record without Session Context carries.
    pub const fn payload(&self) -> Option<&'a [u8]> {
        match &self.content {
            Some(Content::NoSessionContext(payload)) => Some(payload),
            _ => None,
        }
    }

    /// Copies everything into the owned type.
    pub fn to_record(&self) -> crate::Record {
        let [version, to_id, from_id, originator_id, destination_id] = self.texts.map(Into::into);
        crate::Record {
            version,
            to_id,
            from_id,
            payload_security: self.payload_security,
            mac_signature: Bytes::copy_from_slice(self.mac_signature),
            sender_cert: Bytes::copy_from_slice(self.sender_cert),
            originator_id,
            destination_id,
            record_type: self.content.as_ref().map(Content::to_record_type),
        }
    }

    fn field(
        &mut self,
        whole: &'a [u8],
        cursor: &mut Cursor<'a>,
        texts: &mut TextRanges,
        (number, wire_type): (u32, WireType),
    ) -> Result<(), Fault> {
        match number {
            1..=3 | 14 | 15 => {
                let length = bytes(cursor, wire_type)?.len();
                let end = whole.len() - cursor.rest.len();
                texts.put(number, end - length..end, whole)?;
            }
            4 => self.payload_security = enumeration(cursor, wire_type)?,
            5 => self.mac_signature = bytes(cursor, wire_type)?,
            6 => self.sender_cert = bytes(cursor, wire_type)?,
            7..=13 => {
                let part = Cursor::new(bytes(cursor, wire_type)?);
                match &mut self.content {
                    Some(content) if content.number() == number => content.merge(part)?,
                    content => content.insert(Content::new(number)).merge(part)?,
                }
            }
            _ => cursor.skip(number, wire_type, 0)?,
        }
        Ok(())
    }
}

/// Every field of a Record by number, for errors.
const KNOWN: [(u32, &str); 15] = [
    (1, "version"),
    (2, "to_id"),
    (3, "from_id"),
    (4, "payload_security"),
    (5, "mac_signature"),
    (6, "sender_cert"),
    (7, "no_session_context"),
    (8, "session_context"),
    (9, "websocket_connect"),
    (10, "mqtt_connect"),
    (11, "stomp_connect"),
    (12, "disconnect"),
    (13, "uds_connect"),
    (14, "originator_id"),
    (15, "destination_id"),
];

impl<'a> Content<'a> {
    /// The number of this alternative.
    const fn number(&self) -> u32 {
        match self {
            Self::NoSessionContext(_) => 7,
            Self::SessionContext(_) => 8,
            Self::WebsocketConnect => 9,
            Self::MqttConnect { .. } => 10,
            Self::StompConnect { .. } => 11,
            Self::Disconnect { .. } => 12,
            Self::UdsConnect => 13,
        }
    }

    /// The alternative of this number, empty.
    fn new(number: u32) -> Self {
        match number {
            7 => Self::NoSessionContext(&[]),
            8 => Self::SessionContext(SessionContext::default()),
            9 => Self::WebsocketConnect,
            10 => Self::MqttConnect { version: 0, subscribed_topic: "" },
            11 => Self::StompConnect { version: 0, subscribed_destination: "" },
            12 => Self::Disconnect { reason: "", reason_code: 0 },
            _ => Self::UdsConnect,
        }
    }

    /// Reads the content, or a further part of it.
    fn merge(&mut self, mut cursor: Cursor<'a>) -> Result<(), Fault> {
        let mut first = true;
        while !cursor.is_at_end() {
            let before = cursor;
            let (number, wire_type) = cursor.key()?;
            match (&mut *self, number) {
                (Self::NoSessionContext(payload), 2) => *payload = bytes(&mut cursor, wire_type)?,
                (Self::SessionContext(context), 1..=6) => context.number(&mut cursor, number, wire_type)?,
                (Self::SessionContext(context), 7) => {
                    if core::mem::take(&mut first) {
                        context.payload.note(before);
                    }
                    bytes(&mut cursor, wire_type)?;
                }
                (Self::MqttConnect { version, .. } | Self::StompConnect { version, .. }, 1) => {
                    *version = enumeration(&mut cursor, wire_type)?;
                }
                (Self::MqttConnect { subscribed_topic: text, .. }, 2)
                | (Self::StompConnect { subscribed_destination: text, .. }, 2)
                | (Self::Disconnect { reason: text, .. }, 1) => {
                    *text = core::str::from_utf8(bytes(&mut cursor, wire_type)?).map_err(|_| Fault::Utf8)?;
                }
                (Self::Disconnect { reason_code, .. }, 2) => {
                    expect(wire_type, WireType::Fixed32)?;
                    *reason_code = cursor.fixed32()?;
                }
                _ => cursor.skip(number, wire_type, PART)?,
            }
        }
        Ok(())
    }

    fn to_record_type(&self) -> record::RecordType {
        use record::RecordType;
        match self {
            Self::NoSessionContext(payload) => RecordType::NoSessionContext(NoSessionContextRecord {
                payload: Bytes::copy_from_slice(payload),
            }),
            Self::SessionContext(context) => RecordType::SessionContext(context.to_record()),
            Self::WebsocketConnect => RecordType::WebsocketConnect(WebSocketConnectRecord {}),
            Self::MqttConnect { version, subscribed_topic } => RecordType::MqttConnect(MqttConnectRecord {
                version: *version,
                subscribed_topic: (*subscribed_topic).into(),
            }),
            Self::StompConnect { version, subscribed_destination } => {
                RecordType::StompConnect(StompConnectRecord {
                    version: *version,
                    subscribed_destination: (*subscribed_destination).into(),
                })
            }
            Self::Disconnect { reason, reason_code } => RecordType::Disconnect(DisconnectRecord {
                reason: (*reason).into(),
                reason_code: *reason_code,
            }),
            Self::UdsConnect => RecordType::UdsConnect(UdsConnectRecord {}),
        }
    }
}

impl<'a> SessionContext<'a> {
    /// Names the Session Context between the two Endpoints.
    pub const fn session_id(&self) -> u64 {
        self.ids[0]
    }

    /// Counts the sender's Records in this Session Context.
    pub const fn sequence_id(&self) -> u64 {
        self.ids[1]
    }

    /// The `sequence_id` that the sender wants next.
    pub const fn expected_id(&self) -> u64 {
        self.ids[2]
    }

    /// The `sequence_id` that the sender wants once more, or 0.
    pub const fn retransmit_id(&self) -> u64 {
        self.ids[3]
    }

    /// Which part of a Message this is, by number.
    pub const fn payload_sar_state(&self) -> i32 {
        self.states[0]
    }

    /// Which part of a TLS record this is, by number.
    pub const fn payloadrec_sar_state(&self) -> i32 {
        self.states[1]
    }

    /// The payloads, in order.
    pub fn payload(&self) -> Payloads<'a> {
        self.payload.clone()
    }

    /// Copies everything into the owned type.
    pub fn to_record(&self) -> SessionContextRecord {
        let [session_id, sequence_id, expected_id, retransmit_id] = self.ids;
        let [payload_sar_state, payloadrec_sar_state] = self.states;
        SessionContextRecord {
            session_id,
            sequence_id,
            expected_id,
            retransmit_id,
            payload_sar_state,
            payloadrec_sar_state,
            payload: self.payload().map(Bytes::copy_from_slice).collect(),
        }
    }

    fn number(&mut self, cursor: &mut Cursor<'a>, number: u32, wire_type: WireType) -> Result<(), Fault> {
        expect(wire_type, WireType::Varint)?;
        let value = cursor.varint()?;
        let [session_id, sequence_id, expected_id, retransmit_id] = &mut self.ids;
        let [payload, payloadrec] = &mut self.states;
        match number {
            1 => *session_id = value,
            2 => *sequence_id = value,
            3 => *expected_id = value,
            4 => *retransmit_id = value,
            // Protobuf cuts larger numbers of an enumeration to 32 bits.
            5 => *payload = value as i32,
            _ => *payloadrec = value as i32,
        }
        Ok(())
    }
}

impl<'a> Payloads<'a> {
    /// Notes that payloads begin here.
    fn note(&mut self, part: Cursor<'a>) {
        if self.cursor.is_at_end() {
            self.cursor = part;
        } else {
            self.more.push_back(part);
        }
    }
}

impl<'a> Iterator for Payloads<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        // Everything was read once before, so there are no faults left.
        loop {
            while !self.cursor.is_at_end() {
                let (number, wire_type) = self.cursor.key().ok()?;
                if number == 7 {
                    return self.cursor.length_delimited().ok();
                }
                self.cursor.skip(number, wire_type, PART).ok()?;
            }
            self.cursor = self.more.pop_front()?;
        }
    }
}

/// Where the texts are. They usually follow one another, and then one check of UTF-8 serves them all.
#[derive(Default)]
struct TextRanges {
    ranges: [Range<usize>; TEXTS.len()],
}

impl TextRanges {
    /// Notes a text: fields 1 to 3, 14 and 15 are the five of [`TEXTS`].
    fn put(&mut self, number: u32, range: Range<usize>, bytes: &[u8]) -> Result<(), Fault> {
        let at = match number {
            1..=3 => number - 1,
            _ => number - 11,
        };
        if let Some(slot) = usize::try_from(at).ok().and_then(|at| self.ranges.get_mut(at)) {
            // What is replaced has to be sound all the same.
            if !Range::is_empty(slot) {
                let replaced = bytes.get(slot.clone()).unwrap_or_default();
                core::str::from_utf8(replaced).map_err(|_| Fault::Utf8)?;
            }
            *slot = range;
        }
        Ok(())
    }

    fn resolve<'a>(&self, bytes: &'a [u8]) -> Result<[&'a str; TEXTS.len()], RecordError> {
        let [first, .., last, _, _] = &self.ranges;
        let proven = bytes.get(first.start..last.end).and_then(|front| core::str::from_utf8(front).ok());
        let mut texts = [""; TEXTS.len()];
        for ((range, text), (_, name)) in self.ranges.iter().zip(&mut texts).zip(&TEXTS) {
            let within = proven.and_then(|proven| {
                proven.get(range.start.checked_sub(first.start)?..range.end.checked_sub(first.start)?)
            });
            *text = match within {
                Some(text) => text,
                None => core::str::from_utf8(bytes.get(range.clone()).unwrap_or_default())
                    .map_err(|_| malformed(Fault::Utf8, Some(name)))?,
            };
        }
        Ok(texts)
    }
}

fn malformed(fault: Fault, field: Option<&'static str>) -> RecordError {
    RecordErrorKind::Malformed { field, fault }.into()
}

#[inline]
fn expect(wire_type: WireType, expected: WireType) -> Result<(), Fault> {
    if wire_type == expected { Ok(()) } else { Err(Fault::OtherType) }
}

#[inline]
fn bytes<'a>(cursor: &mut Cursor<'a>, wire_type: WireType) -> Result<&'a [u8], Fault> {
    expect(wire_type, WireType::Length)?;
    cursor.length_delimited()
}

/// The number of an enumeration's value; protobuf cuts larger ones to 32 bits.
fn enumeration(cursor: &mut Cursor<'_>, wire_type: WireType) -> Result<i32, Fault> {
    expect(wire_type, WireType::Varint)?;
    Ok(cursor.varint()? as i32)
}
