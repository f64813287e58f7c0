//! The open aggregates of a stream, one for each group, and their bounds.

use crate::aggregate::{Checked, KeyHasher, Pin};
use crate::{Aggregator, HashKey, HashKeyRange, NewUserRecord, Options, PushErrorKind, Unsealed};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Default bounds of what is open: aggregates, and bytes in them.
const MAX_OPEN: (usize, usize) = (4_096, 32 * 1024 * 1024);

/// How many idle aggregators are kept for their buffers.
const SPARE: usize = 16;

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
}

impl Group {
    /// From the lowest to the highest hash key that its readers will see.
    pub(super) const fn known_span(&self) -> Option<HashKeyRange> {
        self.aggregator.known_span()
    }
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
    /// Sum of the sizes of what is open.
    size: usize,
    max_open: usize,
    max_size: usize,
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
            size: 0,
            max_open: MAX_OPEN.0,
            max_size: MAX_OPEN.1,
            spare: Vec::new(),
        }
    }

    pub(super) fn set_max_open(&mut self, aggregates: usize, bytes: usize) {
        self.max_open = aggregates.max(1);
        self.max_size = bytes.max(1);
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

    /// Adds a user record to the group `id`, which is opened if it is not, and
    /// then pinned to `new_pin`. Returns what is full or beyond the bounds.
    pub(super) fn push(
        &mut self,
        id: GroupId,
        new_pin: Option<HashKey>,
        record: &NewUserRecord<'_>,
        checked: Checked<'_>,
    ) -> Result<Vec<Unsealed>, PushErrorKind> {
        let Some(group) = self.open.get_mut(&id) else {
            return self.push_new(id, new_pin, record, checked);
        };
        let before = group.aggregator.size();
        let checked = Checked {
            pin: group.pin.as_ref(),
            ..checked
        };
        let full = group.aggregator.push_checked(record, &checked)?;
        self.size = self.size - before + group.aggregator.size();
        if full.is_some() {
            // What is open now was opened by this user record.
            self.order.remove(&group.opened);
            group.opened = self.next;
            self.order.insert(self.next, id);
            self.next += 1;
        }
        let mut out = Vec::from_iter(full);
        self.enforce_bounds(&mut out);
        Ok(out)
    }

    fn push_new(
        &mut self,
        id: GroupId,
        new_pin: Option<HashKey>,
        record: &NewUserRecord<'_>,
        checked: Checked<'_>,
    ) -> Result<Vec<Unsealed>, PushErrorKind> {
        let pin = new_pin.map(Pin::new);
        let checked = Checked {
            pin: pin.as_ref(),
            ..checked
        };
        let mut aggregator = self.spare_aggregator();
        match aggregator.push_checked(record, &checked) {
            Ok(none) => debug_assert!(none.is_none(), "it was empty"),
            Err(kind) => {
                self.spare.push(aggregator);
                return Err(kind);
            }
        }
        let opened = self.next;
        self.next += 1;
        self.insert(
            id,
            Group {
                aggregator,
                pin,
                opened,
            },
        );
        let mut out = Vec::new();
        self.enforce_bounds(&mut out);
        Ok(out)
    }

    fn spare_aggregator(&mut self) -> Aggregator {
        let new = || Aggregator::with_hasher(self.options.clone(), self.hasher.clone());
        self.spare.pop().unwrap_or_else(new)
    }

    fn insert(&mut self, id: GroupId, group: Group) {
        self.size += group.aggregator.size();
        self.order.insert(group.opened, id);
        self.open.insert(id, group);
    }

    /// Closes the groups opened first until the rest is within bounds.
    fn enforce_bounds(&mut self, out: &mut Vec<Unsealed>) {
        while self.open.len() > self.max_open || self.size > self.max_size {
            let Some(group) = self.remove_first() else {
                return;
            };
            out.extend(self.close(group));
        }
    }

    fn remove_first(&mut self) -> Option<Group> {
        let (_, id) = self.order.pop_first()?;
        let group = self.open.remove(&id)?;
        self.size -= group.aggregator.size();
        Some(group)
    }

    fn close(&mut self, mut group: Group) -> Option<Unsealed> {
        let unsealed = group.aggregator.finish();
        if self.spare.len() < SPARE {
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

    /// Takes all groups out, still open, the one opened first before the others.
    pub(super) fn take_all(&mut self) -> Vec<(GroupId, Group)> {
        let mut open = core::mem::take(&mut self.open);
        self.size = 0;
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
