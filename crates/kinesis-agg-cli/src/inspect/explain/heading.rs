//! What stands above the bytes of a record.

use crate::inspect::InspectOptions;
use crate::inspect::facts::{Aggregate, Facts};
use crate::inspect::line::{Line, Tone};
use crate::inspect::list::Row;
use crate::inspect::text::{percent, preview};
use crate::number::{counted, thousands};

/// Columns before fields, and before their values.
const INDENT: usize = 2;
const NAME: usize = 21;

const SEPARATOR: &str = " · ";

/// The record's number, what it is, its keys, and what is to be said about it.
pub(super) fn heading(row: Row<'_>, options: InspectOptions) -> Vec<Line> {
    let width = options.width;
    let mut lines = vec![title(row, width)];
    for (name, value) in [
        ("partition key", &row.found.partition_key),
        ("explicit hash key", &row.found.explicit_hash_key),
        ("sequence number", &row.found.sequence_number),
    ] {
        if let Some(value) = value {
            let room = width.saturating_sub(NAME);
            lines.push(field(name, Tone::Key, preview(value.as_bytes(), room)));
        }
    }
    lines.extend(span(row));
    if options.range.is_some() {
        let (tone, text) = row.kcl_words();
        lines.push(field("the KCL", tone, text));
    }
    lines.extend(row.notes(width, INDENT));
    lines
}

/// From where to where the hash keys of an aggregate reach.
fn span(row: Row<'_>) -> Vec<Line> {
    let Some(span) = row.aggregate().and_then(|aggregate| aggregate.span) else {
        return Vec::new();
    };
    let ends = if span.start() == span.end() {
        vec![("hash key", span.start())]
    } else {
        vec![
            ("lowest hash key", span.start()),
            ("highest hash key", span.end()),
        ]
    };
    let lines = ends.into_iter();
    Vec::from_iter(lines.map(|(name, key)| field(name, Tone::Plain, key.to_string())))
}

/// As many of the facts as the line has room for.
fn title(row: Row<'_>, width: usize) -> Line {
    let mut line = Line::of(Tone::Strong, format!("Record {}", thousands(row.record)));
    line.push(Tone::Quiet, SEPARATOR);
    let (tone, kind) = row.kind();
    line.push(tone, kind);
    let mut facts = Vec::new();
    if let Facts::Aggregate(aggregate) = row.facts {
        facts.push(counted(
            aggregate.user_records,
            "user record",
            "user records",
        ));
        facts.push(counted(
            aggregate.distinct_keys(),
            "distinct key",
            "distinct keys",
        ));
    }
    if let Ok(blob) = &row.found.blob {
        facts.push(counted(blob.len() as u64, "byte", "bytes"));
    }
    if let Some(packing) = row.aggregate().map(Aggregate::packing) {
        facts.push(percent(packing.overhead(), packing.bytes) + " overhead");
    }
    for fact in facts {
        if line.width() + SEPARATOR.len() + fact.len() <= width {
            line.push(Tone::Quiet, SEPARATOR);
            line.push(Tone::Plain, fact);
        }
    }
    line
}

fn field(name: &str, tone: Tone, value: String) -> Line {
    let mut line = Line::default();
    line.fill(INDENT);
    line.push(Tone::Quiet, name);
    line.fill(NAME);
    line.push(tone, value);
    line
}
