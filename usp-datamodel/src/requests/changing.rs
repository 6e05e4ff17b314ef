//! What Set, Add and Delete have in common: entries, partial failure, the end of the message.

use alloc::string::String;
use alloc::vec::Vec;

use usp_collections::{SortedMap, SortedSet};
use usp_msg::{Error, ErrorCode};
use usp_schema::{ObjectId, Parameter, ParameterId};

use super::failure::{Failure, error};
use super::{Answer, Asker, as_a_whole};
use crate::fault::Fault;
use crate::model::DataModel;
use crate::permissions::access::Access;
use crate::requester::Requester;
use crate::requests::budget::Budget;
use crate::requests::searched::Searched;
use crate::resolve::place::Place;
use crate::resolve::{ElementKind, Leaf, Match, Node, Resolution, View};
use crate::store::{ROOT, RowId};
use crate::transaction::check::Conflict;
use crate::transaction::{Transaction, USUAL_STEPS};

/// The request that changes something. The same parameter may be open to Add and closed to Set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Set,
    Delete,
}

/// What earlier rounds over the same message have found out: entries and settings that conflict in the end.
#[derive(Debug, Default)]
struct Exclusions {
    entries: SortedMap<usize, Failure>,
    /// By entry and parameter, with the paths of the rows (of the tables, where rows are added).
    settings: SortedMap<(usize, ParameterId), SortedMap<String, Fault>>,
}

/// The message as it is worked on.
pub(super) struct Work<'t, 'm> {
    pub(super) transaction: &'t mut Transaction<'m>,
    pub(super) requester: &'t Requester,
    pub(super) access: &'t Access<'t>,
    pub(super) budget: &'t mut Budget,
    pub(super) operation: Operation,
    exclusions: &'t Exclusions,
    entry: usize,
    searched: &'t Searched,
    made: &'t mut Made,
    table_at_hand: &'t mut Option<TableAtHand>,
}

/// The table that a Set has last found a row of by its number. The next entry often names a row beside it.
struct TableAtHand {
    /// The path up to the number.
    path: String,
    parent: RowId,
    table: ObjectId,
}

impl TableAtHand {
    /// A path that ends with an Instance Number, and that number.
    fn split(path: &str) -> Option<(&str, u32)> {
        let above = path.strip_suffix('.')?.rsplit_once('.')?.0;
        let (above, number) = path.split_at(above.len() + 1);
        let digits = number.strip_suffix('.')?;
        let is_number = digits.starts_with(|first: char| first.is_ascii_digit() && first != '0');
        Some((above, digits.parse().ok().filter(|_| is_number)?))
    }
}

/// The settings that entries have made, by themselves and not through a key that was made up or a default.
#[derive(Debug)]
struct Made(Vec<(usize, RowId, ParameterId)>);

impl Made {
    /// Puts them in order, so that they can be asked for.
    fn sort(&mut self) {
        usp_collections::sort(&mut self.0);
    }

    fn contains(&self, setting: &(usize, RowId, ParameterId)) -> bool {
        self.0.binary_search(setting).is_ok()
    }
}

/// Runs all entries of a message and checks the whole in the end. One that has to wait for a value has done nothing.
///
/// With `allow_partial` an entry that fails is undone by itself. When the end of the message shows a conflict, the
/// whole is undone and done again without what is to blame, so that what stays is what would have been done
/// without it. Each round excludes something more; their number is limited, since each costs as much as the first.
///
/// # Errors
///
/// Without `allow_partial`, the failures of all entries. With it, 7005 when the rounds are used up. In any case 7005
/// when the answer is too large, whether it would be a Response or an Error, and 7003 when a hook fails in the end.
pub(super) fn run<T>(
    model: &mut DataModel,
    asker: Asker<'_>,
    request: (Operation, bool, &[&str]),
    answer: &mut Answer<'_>,
    apply: impl FnMut(&mut Work<'_, '_>, usize) -> Result<T, Failure>,
    write: impl FnOnce(&DataModel, Vec<Result<T, Failure>>, &mut Answer<'_>) -> Result<(), Fault>,
) -> Result<(), Error> {
    let done = request.2.iter().map(|_| None).collect();
    run_rounds(model, asker, request, answer, &mut Closures { done, apply, write: Some(write) })
}

/// What a request does with its entries, and what it says of them. [`run_rounds`] knows nothing else of it, so that it is
/// compiled once.
trait Entries {
    /// Applies an entry, maybe not for the first time.
    fn apply(&mut self, work: &mut Work<'_, '_>, entry: usize) -> Result<(), Failure>;

    /// Writes the answer.
    fn write(
        &mut self,
        model: &DataModel,
        outcomes: Vec<Result<(), Failure>>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Fault>;
}

struct Closures<T, A, W> {
    /// What was made of the entries that did not fail.
    done: Vec<Option<T>>,
    apply: A,
    write: Option<W>,
}

impl<T, A, W> Entries for Closures<T, A, W>
where
    A: FnMut(&mut Work<'_, '_>, usize) -> Result<T, Failure>,
    W: FnOnce(&DataModel, Vec<Result<T, Failure>>, &mut Answer<'_>) -> Result<(), Fault>,
{
    fn apply(&mut self, work: &mut Work<'_, '_>, entry: usize) -> Result<(), Failure> {
        self.done[entry] = Some((self.apply)(work, entry)?);
        Ok(())
    }

    fn write(
        &mut self,
        model: &DataModel,
        outcomes: Vec<Result<(), Failure>>,
        answer: &mut Answer<'_>,
    ) -> Result<(), Fault> {
        let done = core::mem::take(&mut self.done).into_iter();
        let outcomes = done.zip(outcomes).filter_map(|(done, outcome)| match outcome {
            Ok(()) => done.map(Ok),
            Err(failure) => Some(Err(failure)),
        });
        let Some(write) = self.write.take() else { return Ok(()) };
        write(model, outcomes.collect(), answer)
    }
}

fn run_rounds(
    model: &mut DataModel,
    asker: Asker<'_>,
    (operation, allow_partial, paths): (Operation, bool, &[&str]),
    answer: &mut Answer<'_>,
    request: &mut dyn Entries,
) -> Result<(), Error> {
    let Asker { requester, access } = asker;
    let mut exclusions = Exclusions::default();
    // Entries that choose objects of unions, where it is known that there are any.
    let mut choosing = Vec::new();
    let limits = model.limits;
    let mut rounds = limits.max_rounds.max(1);
    while rounds > 0 {
        let mut transaction = Transaction::new(model);
        let mut budget = Budget::new(limits);
        let searched = Searched::before(transaction.model, access, &mut budget, operation, paths);
        let made = Made(Vec::with_capacity(2 * USUAL_STEPS));
        let mut round =
            Round { asker, operation, exclusions: &exclusions, searched, budget, made, table_at_hand: None };
        let mut outcomes = round.attempt_all(&mut transaction, paths.len(), &choosing, request);
        if transaction.has_set_discriminator() && !transaction.model.is_waiting() {
            // The order of entries does not matter: what chooses which objects exist comes first.
            if choosing.is_empty() && operation == Operation::Set {
                choosing = transaction.choosing_entries();
                if choosing.iter().enumerate().any(|(at, &entry)| at != entry) {
                    continue;
                }
            }
            // An object may have come to exist in one that another entry chose.
            for (entry, outcome) in outcomes.iter_mut().enumerate().filter(|(_, outcome)| outcome.is_err()) {
                *outcome = round.attempt(&mut transaction, entry, request);
            }
        }
        // What has to wait is undone, and done anew when what it waits for is there.
        if transaction.model.is_waiting() {
            return Ok(());
        }
        round.budget.can_tell().map_err(as_a_whole)?;
        if !allow_partial && outcomes.iter().any(Result::is_err) {
            let error = error(outcomes.into_iter().filter_map(Result::err));
            return Err(answer.error_that_fits(error, transaction.model));
        }
        let mut made = round.made;
        made.sort();
        transaction.complete_keys();
        let access_to = |entry, row, parameter| match made.contains(&(entry, row, parameter)) {
            true => access,
            false => Access::DEVICE,
        };
        let checked = transaction.check(access, &access_to).and_then(|()| transaction.prepare(requester));
        if transaction.model.is_waiting() {
            return Ok(());
        }
        let Err(conflicts) = checked else {
            return conclude(transaction, requester, outcomes, answer, request);
        };
        exclude(&mut exclusions, &transaction, (operation, access), &made, conflicts);
        rounds -= 1;
    }
    let message = "nothing was changed: what is left of the request conflicts again and again";
    Err(Error::new(ErrorCode::RESOURCES_EXCEEDED, message))
}

/// One attempt at all entries, which knows what those before it have found out.
struct Round<'r> {
    asker: Asker<'r>,
    operation: Operation,
    exclusions: &'r Exclusions,
    searched: Searched,
    budget: Budget,
    made: Made,
    table_at_hand: Option<TableAtHand>,
}

impl Round<'_> {
    /// Attempts all entries, first those that choose; the outcomes are in the order of the message.
    fn attempt_all(
        &mut self,
        transaction: &mut Transaction<'_>,
        entries: usize,
        choosing: &[usize],
        request: &mut dyn Entries,
    ) -> Vec<Result<(), Failure>> {
        let chosen: Vec<_> =
            choosing.iter().map(|&entry| self.attempt(transaction, entry, request)).collect();
        let mut chosen = choosing.iter().zip(chosen).peekable();
        (0..entries)
            .map(|entry| match chosen.next_if(|&(&first, _)| first == entry) {
                Some((_, outcome)) => outcome,
                None => self.attempt(transaction, entry, request),
            })
            .collect()
    }

    /// Applies an entry, unless it is excluded, and undoes it by itself when it fails.
    fn attempt(
        &mut self,
        transaction: &mut Transaction<'_>,
        entry: usize,
        request: &mut dyn Entries,
    ) -> Result<(), Failure> {
        // When no answer holds what is to be told, the rest is not worked on.
        self.budget.can_tell().map_err(|fault| Failure::new("", fault))?;
        if let Some(failure) = self.exclusions.entries.get(&entry) {
            let told = self.budget.tell(failure.fault.size());
            return told.map_err(|fault| Failure::new("", fault)).and(Err(failure.clone()));
        }
        transaction.begin_entry(entry);
        let savepoint = transaction.savepoint();
        let mut work = Work {
            transaction,
            requester: self.asker.requester,
            access: self.asker.access,
            budget: &mut self.budget,
            operation: self.operation,
            exclusions: self.exclusions,
            entry,
            searched: &self.searched,
            made: &mut self.made,
            table_at_hand: &mut self.table_at_hand,
        };
        let outcome = request.apply(&mut work, entry);
        if outcome.is_err() {
            transaction.undo_to(savepoint);
        }
        outcome
    }
}

/// Answers a request whose entries have led to no conflict, and makes what they have changed last.
fn conclude(
    mut transaction: Transaction<'_>,
    requester: &Requester,
    outcomes: Vec<Result<(), Failure>>,
    answer: &mut Answer<'_>,
    request: &mut dyn Entries,
) -> Result<(), Error> {
    // The size of the answer is known before anything is done for good.
    request.write(transaction.model, outcomes, answer).map_err(as_a_whole)?;
    answer.fits(transaction.model)?;
    transaction.model.reads.get_mut().close();
    if let Err(fault) = transaction.commit_hooks(requester) {
        let message = alloc::format!("nothing was changed: {}", fault.message());
        return Err(Error::new(fault.code(), message));
    }
    transaction.commit();
    Ok(())
}

/// Notes what is to blame: the setting that an entry has made, or the entry as a whole where it made none.
fn exclude(
    exclusions: &mut Exclusions,
    transaction: &Transaction<'_>,
    (operation, access): (Operation, &Access<'_>),
    made: &Made,
    conflicts: Vec<Conflict>,
) {
    let created: SortedSet<_> = transaction.created().collect();
    let model = &*transaction.model;
    for Conflict { entry, place, parameters, fault } in conflicts {
        // A row that is not to be is told by the path of its table (T22).
        let path = match created.contains(&place.row) {
            true => model.path_of_table(place.row),
            false => model.path_of(place),
        };
        let is_known = access.object(model, place).reveal();
        let setting = parameters.iter().find(|&&parameter| made.contains(&(entry, place.row, parameter)));
        if let Some(&parameter) = setting {
            exclusions.settings.get_or_insert_default((entry, parameter)).insert(path, fault);
        } else if let Some(&parameter) = parameters.first() {
            let name = model.parameter(parameter).name();
            // What the request may not know of is not named, though it stands in the way.
            let failure = match is_known {
                true => Failure::of_conflict(operation, path, name, fault),
                false => Failure::of_unknown(operation),
            };
            exclusions.entries.get_or_insert_with(entry, || failure);
        } else {
            exclusions.entries.get_or_insert_with(entry, || Failure::new(path, fault));
        }
    }
}

/// The objects and tables that a path leads to, so far as the requester may know of them.
///
/// # Errors
///
/// As for [`Work::resolve_objects`].
pub(super) fn find_objects(
    model: &DataModel,
    view: View<'_>,
    budget: &mut Budget,
    path: &str,
) -> Result<Resolution, Fault> {
    let access = view.access;
    let mut resolution = model.resolve_text(path, view, budget)?;
    if !resolution.ends.lead_to(&[ElementKind::Object]) {
        return Err(Fault::unsupported_path(path));
    }
    resolution.matches.retain(|found| {
        matches!(found.node, Node::Table { row: ROOT, .. }) || access.node(model, found.node).reveal()
    });
    if resolution.matches.is_empty() && !resolution.ends.any(|end| access.possible_at(end).reveal()) {
        return Err(Fault::denied(path));
    }
    Ok(resolution)
}

impl Work<'_, '_> {
    /// The objects and tables that a path of the request leads to, so far as the requester may know of them.
    ///
    /// # Errors
    ///
    /// 7006 where it has no right to any such object, whether one exists or not. 7016 where none exists, or none that
    /// may be known of; a search without a match is none.
    pub(super) fn resolve_objects(&mut self, path: &str) -> Result<Resolution, Fault> {
        if let Some(found) = self.searched.by(self.entry) {
            return found.existing(self.transaction.model);
        }
        let resolution = find_objects(self.transaction.model, View::of(self.access), self.budget, path)?;
        if let [Match { node: Node::Place(place), leaf: Leaf::Object }] = resolution.matches[..]
            && !resolution.search
            && !path.contains(['+', '#', '[', '*'])
        {
            self.keep_at_hand(path, place);
        }
        Ok(resolution)
    }

    /// What [`resolve_objects`](Self::resolve_objects) would find, where it is one object that a plain path leads to.
    /// Otherwise `None`, whatever it would find.
    pub(super) fn plain_object(&mut self, path: &str) -> Result<Option<Place>, Fault> {
        let model = &*self.transaction.model;
        let Some(plain) = model.plain(path).filter(|_| path.ends_with('.')) else { return Ok(None) };
        let Node::Place(place) = plain.found.node else { return Ok(None) };
        if !self.access.object(model, place).reveal() {
            return Ok(None);
        }
        self.budget.matched(plain.steps)?;
        self.keep_at_hand(path, place);
        Ok(Some(place))
    }

    /// What [`resolve_objects`](Self::resolve_objects) would find, where it is a row beside the one that was found
    /// last. Otherwise `None`, whatever it would find.
    pub(super) fn at_hand(&mut self, path: &str) -> Result<Option<Place>, Fault> {
        let beside = self.beside(path);
        if beside.is_some() {
            self.budget.matched(1)?;
        }
        Ok(beside)
    }

    /// A row beside the one that was found last, if there is one that may be known of.
    fn beside(&self, path: &str) -> Option<Place> {
        let TableAtHand { path: known, parent, table } = self.table_at_hand.as_ref()?;
        let (_, number) = TableAtHand::split(path).filter(|(above, _)| above == known)?;
        let model = &*self.transaction.model;
        let row = model.store.table(*parent, *table)?.row(number)?;
        let place = Place { row, object: *table };
        self.access.object(model, place).reveal().then_some(place)
    }

    /// Only in a Set, where no row comes or goes, and where no value decides whether the table exists.
    fn keep_at_hand(&mut self, path: &str, place: Place) {
        let model = &*self.transaction.model;
        if self.operation != Operation::Set || place.row == ROOT {
            return;
        }
        let object = model.object(place.object);
        let is_lasting = core::iter::once(object)
            .chain(object.ancestors())
            .all(|above| above.discriminator_parameter().is_none());
        if let Some(home) =
            model.store.home(place.row).filter(|home| home.table == place.object && is_lasting)
            && let Some((above, _)) = TableAtHand::split(path)
        {
            *self.table_at_hand =
                Some(TableAtHand { path: String::from(above), parent: home.parent, table: home.table });
        }
    }

    /// Why a setting was left out of this round: in an earlier one it came into conflict.
    pub(super) fn excluded(&self, row: RowId, parameter: Parameter<'_>) -> Option<&Fault> {
        let rows = self.exclusions.settings.get(&(self.entry, parameter.id()))?;
        let model = &*self.transaction.model;
        rows.get(&match self.operation {
            Operation::Add => model.path_of_table(row),
            _ => model.path_of(Place { row, object: parameter.object().id() }),
        })
    }

    /// The parameter of the setting that was made so many before.
    pub(super) fn made_before(&self, count: usize) -> Option<ParameterId> {
        let made = &self.made.0;
        made.get(made.len().wrapping_sub(count)).map(|&(_, _, parameter)| parameter)
    }

    /// Notes that the entry has made a setting.
    pub(super) fn note_made(&mut self, row: RowId, parameter: ParameterId) {
        self.made.0.push((self.entry, row, parameter));
    }
}
