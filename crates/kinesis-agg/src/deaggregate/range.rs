//! What happens to user records outside the hash key range that was asked for,
//! and the count of it.

/// What happens to user records outside the hash key range that was asked for.
///
/// A shard's reader asks for the shard's range, since an aggregate may hold user
/// records that belong to another shard: one that was packed before a split and
/// landed after it. Which policy is right depends on what the producer does with
/// those.
///
/// How often a user record of a straddling aggregate is seen by the readers of
/// all shards together, by what wrote it:
///
/// | producer | sends again | `KeepAll` | `KeepInRange` | `DropAggregate` |
/// |---|---|---|---|---|
/// | KPL 0.15.11 and later | the user records out of range | in range once, others twice | once | **in range never**, others once |
/// | KPL before 0.15.11 | the whole aggregate | twice | in range twice, others once | once |
/// | this crate, with its rule of delivery | the whole aggregate | twice | in range twice, others once | once |
/// | the modules of kinesis-aggregation | nothing | once | in range once, **others never** | **never** |
///
/// A KPL of 0.15.11 or later sends the whole aggregate again while it does not
/// know the shard yet: then its row is that of the older ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RangePolicy {
    /// Hands out everything; each user record tells whether it is in range.
    #[default]
    KeepAll,
    /// Judges each user record on its own. Unplaceable ones are kept: the
    /// reader of no other shard would keep them.
    KeepInRange,
    /// One user record out of range or unplaceable drops its whole aggregate,
    /// as in the KCL.
    DropAggregate,
}

/// What became of the blobs of a batch and of the user records in them.
///
/// Nothing is dropped without being counted here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Blobs in all.
    pub blobs: usize,
    /// Blobs that are plain records: they do not start with the magic.
    pub plain: usize,
    /// Blobs that start with the magic and are not aggregated all the same;
    /// they pass through as the plain ones do.
    pub damaged: usize,
    /// Aggregates without any user record.
    pub empty: usize,
    /// Aggregates dropped whole by [`RangePolicy::DropAggregate`].
    pub dropped_aggregates: usize,
    /// User records handed out.
    pub user_records: usize,
    /// User records not handed out, by either policy.
    pub dropped_user_records: usize,
    /// User records out of range, handed out or not.
    pub out_of_range: usize,
    /// User records whose explicit hash key is no hash key, handed out or not.
    /// 0 when no range was asked for.
    pub unplaceable: usize,
}
