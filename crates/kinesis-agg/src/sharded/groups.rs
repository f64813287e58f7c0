//! The open aggregates of a stream, one for each group, and their bounds.

use crate::aggregate::{Checked, KeyHasher, Pin};
use crate::{
    Aggregator, Full, HashKey, HashKeyRange, NewUserRecord, Options, PushErrorKind, Unsealed,
};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Default bounds of what is open: aggregates, and bytes that they hold.
const MAX_OPEN: (usize, usize) = (4_096, 64 * 1024 * 1024);

/// How many idle aggregators are kept for their buffers, and the most bytes that
/// one of them may hold.
const SPARE: usize = 16;
const SPARE_SIZE: usize = 256 * 1024;

/// What the user records of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GroupId {
    /// Nothing.
    All,
    /// The predicted shard, by its place in the map.
    Shard(usize),
    /// The hash key.
    HashKey(HashKey),
}

/// An open aggregate. Never empty while it stands among the groups.
#[derive(Debug)]
pub(super) struct Group {
    aggregator: Aggregator,
    pin: Option<Pin>,
    /// Groups are numbered in the order in which they were opened.
    opened: u64,
    /// The first of the times that the caller told of its user records.
    arrived: Option<u64>,
}

impl Group {
    /// From the lowest to the highest hash key that its readers will see.
    pub(super) const fn known_span(&self) -> Option<HashKeyRange> {
        self.aggregator.known_span()
    }
}

/// A user record on its way into a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival<'a> {
    pub(super) record: &'a NewUserRecord<'a>,
    pub(super) checked: Checked<'a>,
    /// What a new group is pinned to.
    pub(super) pin: Option<HashKey>,
    /// When it came, if the caller told.
    pub(super) time: Option<u64>,
}

/// The open aggregates.
#[derive(Debug)]
pub(super) struct Groups {
    options: Options,
    hasher: KeyHasher,
    open: BTreeMap<GroupId, Group>,
    /// The same by the order in which they were opened.
    order: BTreeMap<u64, GroupId>,
    next: u64,
    /// Bytes that the open aggregators hold together.
    held: usize,
    max_open: usize,
    max_held: usize,
    spare: Vec<Aggregator>,
}

impl Groups {
    pub(super) const fn new(options: Options, hasher: KeyHasher) -> Self {
        Self {
            options,
            hasher,
            open: BTreeMap::new(),
            order: BTreeMap::new(),
            next: 0,
            held: 0,
            max_open: MAX_OPEN.0,
            max_held: MAX_OPEN.1,
            spare: Vec::new(),
        }
    }

    pub(super) fn set_max_open(&mut self, aggregates: usize, bytes: usize) {
        self.max_open = aggregates.max(1);
        self.max_held = bytes.max(1);
    }

    pub(super) const fn options(&self) -> &Options {
        &self.options
    }

    pub(super) const fn hasher(&self) -> &KeyHasher {
        &self.hasher
    }

    pub(super) fn user_record_count(&self) -> usize {
        let counts = self
            .open
            .values()
            .map(|group| group.aggregator.user_record_count());
        counts.sum()
    }

    /// Adds a user record to the group `id`, which is opened if it is not.
    /// Returns what is full or beyond the bounds.
    pub(super) fn push(
        &mut self,
        id: GroupId,
        arrival: Arrival<'_>,
    ) -> Result<Full, PushErrorKind> {
        let Some(group) = self.open.get_mut(&id) else {
            return self.push_new(id, arrival);
        };
        let before = group.aggregator.held();
        let checked = Checked {
            pin: group.pin.as_ref(),
            ..arrival.checked
        };
        let full = group.aggregator.push_checked(arrival.record, &checked)?;
        self.held = self.held - before + group.aggregator.held();
        if full.is_some() {
            // What is open now was opened by this user record.
            self.order.remove(&group.opened);
            group.opened = self.next;
            group.arrived = arrival.time;
            self.order.insert(self.next, id);
            self.next += 1;
        } else {
            let times = [group.arrived, arrival.time];
            group.arrived = times.into_iter().flatten().min();
        }
        Ok(self.with_excess(full))
    }

    fn push_new(&mut self, id: GroupId, arrival: Arrival<'_>) -> Result<Full, PushErrorKind> {
        let pin = arrival.pin.map(Pin::new);
        let checked = Checked {
            pin: pin.as_ref(),
            ..arrival.checked
        };
        let mut aggregator = self.spare_aggregator();
        let pushed = aggregator.push_checked(arrival.record, &checked);
        if let Err(kind) = pushed {
            self.spare.push(aggregator);
            return Err(kind);
        }
        let group = Group {
            aggregator,
            pin,
            opened: self.next,
            arrived: arrival.time,
        };
        self.next += 1;
        self.insert(id, group);
        Ok(self.with_excess(None))
    }

    fn spare_aggregator(&mut self) -> Aggregator {
        let new = || Aggregator::with_hasher(self.options.clone(), self.hasher.clone());
        self.spare.pop().unwrap_or_else(new)
    }

    fn insert(&mut self, id: GroupId, group: Group) {
        self.held += group.aggregator.held();
        self.order.insert(group.opened, id);
        self.open.insert(id, group);
    }

    /// What is full, and the groups opened first until the rest is within
    /// bounds.
    fn with_excess(&mut self, full: Option<Unsealed>) -> Full {
        let mut out = Full::from_iter(full);
        while self.open.len() > self.max_open || self.held > self.max_held {
            let Some(group) = self.remove_first() else {
                break;
            };
            out.extend(self.close(group));
        }
        out
    }

    fn remove_first(&mut self) -> Option<Group> {
        let first = *self.order.first_key_value()?.0;
        self.remove(first)
    }

    /// Takes out the group that was opened as number `opened`.
    fn remove(&mut self, opened: u64) -> Option<Group> {
        let id = self.order.remove(&opened)?;
        let group = self.open.remove(&id)?;
        self.held -= group.aggregator.held();
        Some(group)
    }

    fn close(&mut self, mut group: Group) -> Option<Unsealed> {
        let unsealed = group.aggregator.finish();
        if self.spare.len() < SPARE && group.aggregator.held() <= SPARE_SIZE {
            self.spare.push(group.aggregator);
        }
        unsealed
    }

    /// Closes all groups, the one opened first before the others.
    pub(super) fn finish(&mut self) -> Vec<Unsealed> {
        let mut out = Vec::with_capacity(self.open.len());
        while let Some(group) = self.remove_first() {
            out.extend(self.close(group));
        }
        out
    }

    /// Closes the groups whose first user record came before `time`, the one
    /// opened first before the others.
    pub(super) fn finish_arrived_before(&mut self, time: u64) -> Vec<Unsealed> {
        let groups = self.open.values();
        let waited = groups.filter(|group| group.arrived.is_some_and(|arrived| arrived < time));
        let mut waited = Vec::from_iter(waited.map(|group| group.opened));
        waited.sort_unstable();
        let close = |opened| self.remove(opened).and_then(|group| self.close(group));
        waited.into_iter().filter_map(close).collect()
    }

    /// Takes all groups out, still open, the one opened first before the others.
    pub(super) fn take_all(&mut self) -> Vec<(GroupId, Group)> {
        let mut open = core::mem::take(&mut self.open);
        self.held = 0;
        let order = core::mem::take(&mut self.order).into_values();
        order
            .filter_map(|id| open.remove(&id).map(|group| (id, group)))
            .collect()
    }

    /// Puts a group back under a new `id`; closes it when it has none, or when
    /// another group stands there.
    pub(super) fn put_back(&mut self, id: Option<GroupId>, group: Group) -> Option<Unsealed> {
        match id {
            Some(id) if !self.open.contains_key(&id) => {
                self.insert(id, group);
                None
            }
            _ => self.close(group),
        }
    }
}
