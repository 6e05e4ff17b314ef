//! What was registered finds its elements again in another schema.

use alloc::string::String;
use alloc::vec::Vec;

use litemap::LiteMap;
use usp_collections::SortedSet;
use usp_msg::ErrorCode;
use usp_schema::{CommandId, Parameter, ParameterId, Schema};

use crate::fault::Fault;
use crate::model::{DataModel, can_ascend};
use crate::replacement::correspondence::Correspondence;
use crate::state::restore::Unfit;
use crate::subscriptions::index::SubscriptionIndex;
use crate::supported_data_model::SupportedDataModel;

impl DataModel {
    /// An empty model of another schema, with what this one says of parameters that rows obey.
    pub(crate) fn successor(
        &self,
        supported: SupportedDataModel,
        same: &Correspondence,
    ) -> (Self, Vec<Unfit>) {
        let schema = &supported.schema;
        let mut successor = Self::with_limits(supported.clone(), self.limits);
        let mut unfit = Vec::new();
        let owns = |parameter: Parameter<'_>| successor.can_own(parameter);
        let why = "is no strong reference in a table any more, and owned by nothing";
        let ownership = kept(schema, &self.ownership, same, owns, why, &mut unfit);
        let why = "is no whole number any more, and does not ascend";
        let ascending = kept(schema, &self.ascending, same, can_ascend, why, &mut unfit);
        successor.ownership = ownership;
        successor.ascending = ascending;
        successor.transient = self.transient.iter().filter_map(|&id| same.parameter(id)).collect();
        (successor, unfit)
    }

    /// Goes on with the schema and the rows of the successor. Gives what was registered and has no place any more.
    pub(crate) fn take_over(&mut self, successor: Self, same: &Correspondence) -> Vec<Unfit> {
        let old = core::mem::replace(&mut self.schema, successor.schema);
        self.layout = successor.layout;
        self.store = successor.store;
        self.hasher = successor.hasher;
        self.ownership = successor.ownership;
        self.ascending = successor.ascending;
        self.transient = successor.transient;
        let mut unfit = Vec::new();
        self.keep_live(&old, same, &mut unfit);
        self.keep_commands(same, &mut unfit);
        renumber(&mut self.on_create, |id| same.object(id));
        renumber(&mut self.live_tables, |id| same.object(id));
        self.hooks.retain(|hook| {
            let scopes = old.objects_at(hook.scope());
            scopes.is_empty() || scopes.iter().any(|scope| same.object(scope.id()).is_some())
        });
        for hook in &mut self.hooks {
            hook.note_schema(&self.schema);
        }
        self.operations.renumber(successor.operations, same);
        self.parking.forget_values();
        // Expressions are compiled for a schema, and a path that meant nothing may mean something now.
        let references = self.subscriptions.references();
        self.subscriptions = SubscriptionIndex::new();
        for (subscriber, kind, path) in references {
            self.subscribe(subscriber, kind, [path]);
        }
        unfit
    }

    fn keep_live(&mut self, old: &Schema, same: &Correspondence, unfit: &mut Vec<Unfit>) {
        for (id, read) in core::mem::take(&mut self.live) {
            let Some((before, now)) = old.parameter(id).zip(same.parameter(id)) else { continue };
            let parameter = self.parameter(now);
            let kind = |parameter: Parameter<'_>| {
                let syntax = parameter.syntax();
                (syntax.primitive_type(), syntax.list().map(|list| list.nested_brackets))
            };
            let why = if kind(before) != kind(parameter) {
                "is of another type than what is read for it"
            } else if self.layout.is_key(now) {
                "is part of a Unique Key, so that its value must be stored"
            } else {
                self.live.insert(now, read);
                continue;
            };
            unfit.push(no_place(parameter.path(), why));
        }
    }

    fn keep_commands(&mut self, same: &Correspondence, unfit: &mut Vec<Unfit>) {
        for (id, handler) in core::mem::take(&mut self.commands) {
            let Some(now) = same.command(id) else { continue };
            if self.is_asynchronous(now) {
                unfit.push(self.no_command(now, "is asynchronous now, and has no handler"));
            } else {
                self.commands.insert(now, handler);
            }
        }
        for id in core::mem::take(&mut self.calls.queued) {
            let Some(now) = same.command(id) else { continue };
            if self.is_asynchronous(now) {
                unfit.push(self.no_command(now, "is asynchronous now, and has no handler"));
            } else {
                self.calls.queued.insert(now);
            }
        }
        for (id, handler) in core::mem::take(&mut self.operations.registered) {
            let Some(now) = same.command(id) else { continue };
            if self.is_asynchronous(now) {
                self.operations.registered.insert(now, handler);
            } else {
                unfit.push(self.no_command(now, "is synchronous now, and has no handler"));
            }
        }
    }

    fn is_asynchronous(&self, command: CommandId) -> bool {
        self.schema.command(command).is_some_and(|command| command.is_asynchronous())
    }

    fn no_command(&self, command: CommandId, why: &str) -> Unfit {
        no_place(self.schema.command(command).map(|command| command.path()).unwrap_or_default(), why)
    }
}

/// The parameters of a set that still are what they are in it for.
fn kept(
    schema: &Schema,
    set: &SortedSet<ParameterId>,
    same: &Correspondence,
    fits: impl Fn(Parameter<'_>) -> bool,
    why: &str,
    unfit: &mut Vec<Unfit>,
) -> SortedSet<ParameterId> {
    let mut kept = SortedSet::new();
    for parameter in set.iter().filter_map(|&id| schema.parameter(same.parameter(id)?)) {
        if fits(parameter) {
            kept.insert(parameter.id());
        } else {
            unfit.push(no_place(parameter.path(), why));
        }
    }
    kept
}

fn no_place(path: String, why: &str) -> Unfit {
    Unfit { path, fault: Fault::new(ErrorCode::INTERNAL_ERROR, why) }
}

fn renumber<K: Ord, V>(map: &mut LiteMap<K, V>, to: impl Fn(K) -> Option<K>) {
    let moved = core::mem::take(map).into_iter();
    map.extend(moved.filter_map(|(id, item)| Some((to(id)?, item))));
}
