//! The same facts for machines: a JSON object a line, nothing shortened.
//!
//! One line for each Kinesis record, and one for the summary, whose only field
//! is `Summary`. Where a key is not UTF-8 it has U+FFFD, as the KCL shows it.

mod layout;
mod summary;

use std::io::{self, Write};

use kinesis_agg::NotAggregated;
use serde::Serialize;
use serde_json::ser::Formatter;

use super::InspectOptions;
use super::facts::{Aggregate, Facts};
use super::list::{Kcl, Row};
use crate::content::Content;
use crate::notice::is_printable;
use layout::Pieces;
pub(super) use summary::write as write_summary;

/// Writes the line of one record.
pub(super) fn write_record(
    row: Row<'_>,
    options: InspectOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_line(&Record::of(row, options), out)
}

fn write_line(line: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Harmless);
    line.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// JSON that may reach a terminal: whatever is not printable is escaped, which
/// means the same to a parser.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, one)) = rest.char_indices().find(|(_, one)| !is_printable(*one)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in one.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + one.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Record<'r> {
    #[serde(rename = "Record")]
    number: u64,
    file: &'r str,
    place: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition_key: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explicit_hash_key: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
    aggregated: bool,
    #[serde(flatten)]
    inside: Inside<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kcl: Option<Kcl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<Pieces<'r>>,
}

/// What only some kinds of records have.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Inside<'r> {
    Aggregate(InAggregate),
    Other(NoAggregate<'r>),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct InAggregate {
    user_records: u64,
    distinct_partition_keys: u64,
    with_explicit_hash_key: u64,
    tags: u64,
    nested_aggregates: u64,
    unplaceable: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    out_of_range: Option<u64>,
    data_bytes: u64,
    key_bytes: u64,
    protobuf_bytes: u64,
    frame_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash_key_span: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NoAggregate<'r> {
    not_aggregated: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut_short: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

impl<'r> Record<'r> {
    fn of(row: Row<'r>, options: InspectOptions) -> Self {
        let range = options.range.is_some();
        let blob = row.found.blob.as_ref().ok();
        let Row {
            record,
            found,
            facts,
        } = row;
        Self {
            number: record,
            file: found.file,
            place: found.place.to_string(),
            kind: kind(facts),
            partition_key: found.partition_key.as_deref(),
            explicit_hash_key: found.explicit_hash_key.as_deref(),
            sequence_number: found.sequence_number.as_deref(),
            bytes: blob.map(|blob| blob.len()),
            aggregated: row.aggregate().is_some(),
            inside: inside(facts, range),
            kcl: row.kcl().filter(|_| range),
            layout: blob.filter(|_| options.explain).map(|blob| Pieces(blob)),
        }
    }
}

const fn kind(facts: &Facts<'_>) -> &'static str {
    match facts {
        Facts::Aggregate(_) => "aggregate",
        Facts::Plain(_) => "plain",
        Facts::Damaged { .. } => "damaged",
        Facts::Unread(..) => "unread",
    }
}

fn inside<'r>(facts: &'r Facts<'r>, range: bool) -> Inside<'r> {
    let none = NoAggregate {
        not_aggregated: NotAggregated::Magic.name(),
        message: None,
        offset: None,
        cut_short: None,
        content: None,
    };
    Inside::Other(match facts {
        Facts::Aggregate(aggregate) => return Inside::Aggregate(in_aggregate(aggregate, range)),
        Facts::Plain(content) => NoAggregate {
            content: Some(*content),
            ..none
        },
        Facts::Damaged { reason, is_cut } => NoAggregate {
            cut_short: Some(*is_cut),
            not_aggregated: reason.name(),
            message: Some(reason.to_string()),
            offset: reason.offset(),
            ..none
        },
        Facts::Unread(name, why) => NoAggregate {
            not_aggregated: name,
            message: Some((*why).to_owned()),
            ..none
        },
    })
}

fn in_aggregate(aggregate: &Aggregate<'_>, range: bool) -> InAggregate {
    let packing = aggregate.packing();
    InAggregate {
        user_records: aggregate.user_records,
        distinct_partition_keys: aggregate.distinct_keys(),
        with_explicit_hash_key: aggregate.with_explicit_hash_key,
        tags: aggregate.tags,
        nested_aggregates: aggregate.nested,
        unplaceable: aggregate.unplaceable,
        out_of_range: range.then_some(aggregate.outside),
        data_bytes: packing.data,
        key_bytes: packing.keys,
        protobuf_bytes: packing.protobuf(),
        frame_bytes: packing.frame,
        hash_key_span: aggregate.span.map(|span| span.to_string()),
    }
}
