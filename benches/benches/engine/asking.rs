//! Requests from bytes to bytes, as an Agent hands them to the engine.

use usp_datamodel::{DataModel, Handled, Requester};
use usp_msg::reader::{self, MsgBody};
use usp_msg::{Get, Msg, Request, writer};

/// A request and its answer, in buffers that are used again and again.
pub struct Asking {
    request: Vec<u8>,
    answer: Vec<u8>,
    requester: Requester,
}

impl Asking {
    pub fn new(request: Request, requester: Requester) -> Self {
        Self { request: Msg::request("id-1", request).encode_to_vec(), answer: Vec::new(), requester }
    }

    /// Gets one path after the other.
    pub fn getting() -> Self {
        Self::new(Get::new([""]).into(), Requester::DEVICE)
    }

    /// Validates the request, has it answered and gives the size of the answer.
    pub fn ask(&mut self, model: &mut DataModel) -> usize {
        let msg = reader::Msg::read_whole(&self.request).unwrap();
        let Some(MsgBody::Request(request)) = msg.content() else { return 0 };
        self.answer.clear();
        let handled = model.handle(msg.msg_id(), request, &self.requester, &mut self.answer);
        assert_eq!(handled, Handled::Answered);
        self.answer.len()
    }

    /// The bytes that a Get of this path finds; none is a path that finds nothing.
    pub fn get(&mut self, model: &mut DataModel, path: &str) -> usize {
        self.request.clear();
        writer::get(&mut self.request, "id-1").param_paths([path]);
        let size = self.ask(model);
        // An answer that found nothing tells the path and little else.
        size.saturating_sub(path.len() + 40)
    }

    /// The answer to the request before, in owned types.
    pub fn answer(&self) -> Msg {
        prost::Message::decode(&*self.answer).unwrap()
    }
}
