//! The last line: the summary.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use kinesis_agg::{HashKeyRange, Key};
use serde::Serialize;

use super::write_line;
use crate::content::Content;
use crate::cost::Cost;
use crate::inspect::histogram::{Class, Histogram};
use crate::inspect::keys::Tally;
use crate::inspect::totals::{Dropped, Totals};

/// Keys in each list of those under which most stands.
const TOP: usize = 20;

/// Writes the line.
pub(in crate::inspect) fn write(
    totals: &Totals,
    range: Option<HashKeyRange>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let summary = Summary::of(totals, range);
    write_line(&Line { summary }, out)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line<'t> {
    summary: Summary<'t>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Summary<'t> {
    kinesis_records: u64,
    aggregates: u64,
    empty_aggregates: u64,
    plain: &'t BTreeMap<Content, u64>,
    damaged: &'t BTreeMap<&'static str, u64>,
    unread: &'t BTreeMap<Box<str>, u64>,
    user_records: u64,
    user_records_in_aggregates: u64,
    with_explicit_hash_key: u64,
    unplaceable: u64,
    nested_aggregates: u64,
    tags: u64,
    distinct_partition_keys: u64,
    /// User records of keys that came when too many were known.
    user_records_of_other_keys: u64,
    user_record_sizes: Vec<Classes>,
    user_records_of_aggregates: Vec<Classes>,
    top_by_user_records: Vec<TopKey<'t>>,
    top_by_bytes: Vec<TopKey<'t>>,
    packing: Packing,
    cost: Costs,
    #[serde(skip_serializing_if = "Option::is_none")]
    kcl: Option<KclLine>,
}

/// How many numbers there are from one to another, both included.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Classes {
    from: u64,
    to: u64,
    count: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TopKey<'t> {
    partition_key: Cow<'t, str>,
    user_records: u64,
    data_bytes: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Packing {
    bytes: u64,
    data_bytes: u64,
    key_bytes: u64,
    protobuf_bytes: u64,
    frame_bytes: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Costs {
    one_by_one: CostLine,
    as_it_is: CostLine,
    records_without_partition_key: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CostLine {
    kinesis_records: u64,
    bytes: u64,
    put_payload_units: u64,
    bytes_in_whole_kb: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct KclLine {
    hash_key_range: String,
    dropped_aggregates: u64,
    dropped_user_records: u64,
    out_of_range: u64,
    unplaceable: u64,
    in_range: u64,
}

impl<'t> Summary<'t> {
    fn of(totals: &'t Totals, range: Option<HashKeyRange>) -> Self {
        Self {
            kinesis_records: totals.records,
            aggregates: totals.aggregates,
            empty_aggregates: totals.empty,
            plain: &totals.plain,
            damaged: &totals.damaged,
            unread: &totals.unread,
            user_records: totals.all_user_records(),
            user_records_in_aggregates: totals.user_records,
            with_explicit_hash_key: totals.with_explicit_hash_key,
            unplaceable: totals.unplaceable,
            nested_aggregates: totals.nested,
            tags: totals.tags,
            distinct_partition_keys: totals.keys.len(),
            user_records_of_other_keys: totals.keys.others().user_records,
            user_record_sizes: classes(&totals.sizes),
            user_records_of_aggregates: classes(&totals.per_aggregate),
            top_by_user_records: top(totals, |tally| tally.user_records),
            top_by_bytes: top(totals, |tally| tally.bytes),
            packing: packing(totals),
            cost: costs(totals),
            kcl: range.map(|range| kcl(totals.dropped, range)),
        }
    }
}

fn classes(histogram: &Histogram) -> Vec<Classes> {
    let classes = histogram.classes(usize::MAX).into_iter();
    let line = |Class { low, high, count }| Classes {
        from: low,
        to: high,
        count,
    };
    classes.map(line).collect()
}

fn top(totals: &Totals, size: fn(&Tally) -> u64) -> Vec<TopKey<'_>> {
    let top = totals.keys.top(TOP, size).into_iter();
    let line = |(key, tally): (_, Tally)| TopKey {
        partition_key: Key::new(key).as_str(),
        user_records: tally.user_records,
        data_bytes: tally.bytes,
    };
    top.map(line).collect()
}

fn packing(totals: &Totals) -> Packing {
    let packing = totals.packing;
    Packing {
        bytes: packing.bytes,
        data_bytes: packing.data,
        key_bytes: packing.keys,
        protobuf_bytes: packing.protobuf(),
        frame_bytes: packing.frame,
    }
}

fn costs(totals: &Totals) -> Costs {
    let line = |cost: Cost| CostLine {
        kinesis_records: cost.records,
        bytes: cost.bytes,
        put_payload_units: cost.units,
        bytes_in_whole_kb: cost.rounded,
    };
    Costs {
        one_by_one: line(totals.single),
        as_it_is: line(totals.sent),
        records_without_partition_key: totals.without_key,
    }
}

fn kcl(dropped: Dropped, range: HashKeyRange) -> KclLine {
    KclLine {
        hash_key_range: range.to_string(),
        dropped_aggregates: dropped.aggregates,
        dropped_user_records: dropped.user_records,
        out_of_range: dropped.outside,
        unplaceable: dropped.unplaceable,
        in_range: dropped.inside(),
    }
}
