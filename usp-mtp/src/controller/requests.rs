//! Requests that are not answered yet, and who waits for them.

use std::collections::HashMap;

use tokio::sync::oneshot;
use usp_controller::MessageId;

use crate::controller::RequestError;
use crate::controller::handle::Answer;

/// A request that is not answered yet.
#[derive(Debug)]
pub(super) struct Asked {
    /// By which whoever waits gives it up.
    pub(super) ticket: u32,
    /// The link that it went by.
    pub(super) link: u32,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Requests {
    open: HashMap<MessageId, Asked>,
    ids: HashMap<u32, MessageId>,
}

impl Requests {
    pub(super) fn insert(&mut self, id: MessageId, asked: Asked) {
        self.ids.insert(asked.ticket, id.clone());
        self.open.insert(id, asked);
    }

    /// Gives an answer to whoever waits for it.
    pub(super) fn answer(&mut self, id: &MessageId, answer: Answer) {
        if let Some(asked) = self.open.remove(id) {
            self.ids.remove(&asked.ticket);
            // They may have gone this very moment.
            let _ = asked.answer.send(answer);
        }
    }

    /// Forgets a request that nobody waits for any more; gives its id, if it was open.
    pub(super) fn give_up(&mut self, ticket: u32) -> Option<MessageId> {
        let id = self.ids.remove(&ticket)?;
        self.open.remove(&id);
        Some(id)
    }

    /// Ends all that went by a link, which is gone; gives their ids.
    pub(super) fn lost(&mut self, link: u32) -> Vec<MessageId> {
        let lost = self.open.iter().filter(|(_, asked)| asked.link == link);
        let lost: Vec<MessageId> = lost.map(|(id, _)| id.clone()).collect();
        for id in &lost {
            self.answer(id, Err(RequestError::ConnectionLost));
        }
        lost
    }

    /// Ends all of them; gives their ids.
    pub(super) fn stop(self) -> impl Iterator<Item = MessageId> {
        self.open.into_iter().map(|(id, asked)| {
            let _ = asked.answer.send(Err(RequestError::Stopped));
            id
        })
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> (usize, usize) {
        (self.open.len(), self.ids.len())
    }
}
