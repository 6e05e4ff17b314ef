//! Being told of changes: subscribers, and the changes that concern them.

pub(crate) mod index;
pub(crate) mod matching;
pub(crate) mod recipient;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use usp_path::Path;

use crate::change::{Change, ChangeKind};
use crate::model::DataModel;
use crate::store::RowId;
use crate::subscriptions::index::{Spot, SubscriberId, SubscriptionIndex};

/// A change, and who subscribed to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// What happened.
    pub change: Change,
    /// Those whom it concerns, in the order of their numbers.
    pub subscribers: Vec<SubscriberId>,
}

/// Takes subscribers in, many in a row ([`DataModel::subscribe_all`]).
#[derive(Debug)]
pub struct Subscribing<'m> {
    model: &'m DataModel,
    index: SubscriptionIndex,
    places: Vec<(SubscriberId, u32)>,
    /// The reference before, and where it stands: many want to be told of one and the same.
    last: Option<(String, Spot)>,
}

impl Subscribing<'_> {
    /// Has a subscriber told of changes of one kind that a reference covers, as [`DataModel::subscribe`] says.
    pub fn subscribe(&mut self, subscriber: SubscriberId, kind: ChangeKind, reference: &str) {
        if let Some((_, spot)) = self.last.as_ref().filter(|(last, _)| last == reference) {
            self.places.extend(self.index.enter(spot.clone(), subscriber, kind));
            return;
        }
        let Ok(path) = Path::parse(reference) else { return };
        match self.index.spot(self.model, &path) {
            Some(spot) => {
                self.last = Some((reference.to_string(), spot.clone()));
                self.places.extend(self.index.enter(spot, subscriber, kind));
            }
            None => self.index.enter_senseless(&path, subscriber, kind),
        }
    }
}

/// # Subscribers
///
/// Who subscribed is found when something changes, by the rows as they are then, and for a deletion as they were.
/// A change finds its subscribers without touching the others, however many there are.
impl DataModel {
    /// Has a subscriber told of changes of one kind by [`drain_notices`](Self::drain_notices), in addition to what it
    /// was to be told before. Changes must be recorded ([`record_changes`](Self::record_changes)).
    ///
    /// The references are paths as in the ReferenceList of a Subscription (TR-181), of any form: with Instance
    /// Numbers, wildcards, Search Expressions, references that are followed.
    ///
    /// - A value change is covered by the path of the parameter and of any object above it.
    /// - A creation or deletion is covered by the path of the table or of the row. (TR-181 names tables for
    ///   ObjectCreation and rows for ObjectDeletion; TP-469 names tables for both.)
    /// - An event, or the end of a command, is covered by its own path and by that of any object above it.
    ///
    /// A reference that is no path, or whose expression makes no sense for its table, covers nothing. A path that
    /// follows references covers what it leads to once the change is done, or led to before a deletion.
    pub fn subscribe<T: AsRef<str>>(
        &mut self,
        subscriber: SubscriberId,
        kind: ChangeKind,
        references: impl IntoIterator<Item = T>,
    ) {
        self.subscribe_all(|_, subscribing| {
            for reference in references {
                subscribing.subscribe(subscriber, kind, reference.as_ref());
            }
        });
    }

    /// Takes in many subscribers, by what the model says of them.
    pub fn subscribe_all(&mut self, enter: impl FnOnce(&DataModel, &mut Subscribing<'_>)) {
        let index = core::mem::take(&mut self.subscriptions);
        let mut subscribing = Subscribing { model: self, index, places: Vec::new(), last: None };
        enter(self, &mut subscribing);
        let Subscribing { mut index, places, .. } = subscribing;
        index.note_places(places);
        self.subscriptions = index;
    }

    /// Tells a subscriber nothing any more.
    pub fn unsubscribe(&mut self, subscriber: SubscriberId) {
        self.subscriptions.remove(subscriber);
    }

    /// Who would be told of a change, in the order of their numbers, if it were to happen now. For events that not all
    /// who subscribed are told of.
    pub fn subscribers(&self, change: &Change) -> Vec<SubscriberId> {
        self.subscribers_of(change, None)
    }

    /// What has changed since the last call, in order, with those who subscribed to it.
    #[inline]
    pub fn drain_notices(&mut self) -> Vec<Notice> {
        self.notices.as_mut().map(core::mem::take).unwrap_or_default()
    }

    /// Whether there is nothing that [`drain_notices`](Self::drain_notices) or [`drain_calls`](Self::drain_calls) would
    /// give.
    #[inline]
    pub fn is_drained(&self) -> bool {
        self.notices.as_ref().is_none_or(Vec::is_empty) && self.calls.is_empty()
    }

    /// What has changed since the last call, in order.
    pub fn drain_changes(&mut self) -> Vec<Change> {
        self.drain_notices().into_iter().map(|notice| notice.change).collect()
    }

    /// Notes a change of what exists.
    pub(crate) fn record(&mut self, change: Change) {
        self.record_of(change, None, Vec::new());
    }

    /// Notes a change in a row, which may have left its table, with those whose references led to it till then.
    pub(crate) fn record_of(&mut self, change: Change, row: Option<RowId>, behind: Vec<SubscriberId>) {
        if self.notices.is_none() {
            return;
        }
        let mut subscribers = self.subscribers_of(&change, row);
        if !behind.is_empty() {
            subscribers.extend(behind);
            usp_collections::sort_and_dedup(&mut subscribers);
        }
        if let Some(notices) = &mut self.notices {
            notices.push(Notice { change, subscribers });
        }
    }
}
