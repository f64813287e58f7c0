//! What all user records of one Kinesis record share, and the fields that do not
//! count, which are carried along.

use std::borrow::Cow;

use kinesis_agg::Tags;

use super::item::{Item, Payload, Text};
use crate::record::outer_role;
use crate::shape::{Role, Shape};
use crate::text::Object;
use crate::{JsonTag, Record, json, time};

/// What all user records of one Kinesis record share: made by
/// [`Writer::outer`](super::Writer::outer), written with each.
#[derive(Clone, Debug, Default)]
pub struct Outer<'a> {
    /// As JSON: a string or a number.
    pub(super) sequence_number: Option<&'a str>,
    pub(super) timestamp: Option<Cow<'a, str>>,
    /// That of the object inside, where both have one.
    pub(super) inner_timestamp: Option<Cow<'a, str>>,
    pub(super) record_id: Option<&'a str>,
    pub(super) partition_key: Option<&'a str>,
    pub(super) explicit_hash_key: Option<&'a str>,
    pub(super) shard_id: Option<Cow<'a, str>>,
    /// Of a record that is a user record already; as JSON where they are no tags.
    pub(super) tags: Vec<JsonTag<'a>>,
    pub(super) odd_tags: Option<&'a str>,
    /// Fields that do not count, each with a comma in front: of the record's own
    /// object, and of the one inside.
    pub(super) others: String,
    pub(super) inner_others: String,
    /// Fields around the keys came along: none is made up.
    pub(super) has_envelope: bool,
    /// Stands for a sequence number that nobody told.
    pub(super) number: u64,
}

/// What stands in the object `kinesis` of Lambda, and flat in a pipe's record.
const IN_KINESIS: [&str; 2] = ["kinesisSchemaVersion", "encryptionType"];

impl<'a> Outer<'a> {
    /// What `record` tells, to be written in the shape `to`.
    pub(super) fn of(record: &Record<'a>, to: Shape) -> Self {
        let from = record.shape;
        let time = |value: Option<&'a str>| value.map(|value| time::convert(value, from, to));
        let tags = record.tags();
        let odd_tags = record.tags.filter(|_| tags.is_err());
        let mut outer = Self {
            sequence_number: record.sequence_number.filter(|json| is_number(json)),
            timestamp: time(record.timestamp),
            inner_timestamp: time(record.inner_timestamp),
            record_id: record.record_id,
            partition_key: record.partition_key.filter(|key| *key != "null"),
            explicit_hash_key: record.explicit_hash_key.filter(|key| *key != "null"),
            tags: tags.unwrap_or_default(),
            odd_tags,
            ..Self::default()
        };
        if from != to && !to.is_sdk() {
            outer.shard_id = record.shard_id();
        }
        outer.keep_others(record, to);
        outer
    }

    /// Keeps the fields that do not count, where `to` has a place for them.
    fn keep_others(&mut self, record: &Record<'a>, to: Shape) {
        let from = record.shape;
        let pair = (from, to);
        let is_same = from == to;
        let is_event = matches!(
            pair,
            (Shape::Lambda, Shape::Pipes) | (Shape::Pipes, Shape::Lambda)
        );
        let is_sdk = from.is_sdk() && to.is_sdk();
        self.has_envelope = is_same || is_event;
        if !record.has_others || to == Shape::PutRecords || !(self.has_envelope || is_sdk) {
            return;
        }
        let inner = record.inner.filter(|inner| inner.starts_with('{'));
        let in_kinesis =
            |name: &str| pair == (Shape::Pipes, Shape::Lambda) && IN_KINESIS.contains(&name);
        self.others = others(record.object, |name| match outer_role(from, name) {
            Role::Other if in_kinesis(name) => Role::Note,
            role => role,
        });
        self.inner_others = match inner {
            Some(inner) => others(inner, |name| from.role(name)),
            None => others(record.object, |name| {
                if in_kinesis(name) {
                    Role::Other
                } else {
                    Role::Note
                }
            }),
        };
        if pair == (Shape::Lambda, Shape::Pipes) {
            self.others
                .insert_str(0, &std::mem::take(&mut self.inner_others));
        }
    }

    /// Whether somebody told its sequence number.
    pub(super) const fn is_numbered(&self) -> bool {
        self.sequence_number.is_some()
    }

    /// An item with the keys of this record.
    pub(super) fn item<'i>(&'i self, data: Payload<'i>) -> Item<'i> {
        Item {
            outer: self,
            partition_key: self.partition_key.map(Text::Json),
            explicit_hash_key: self.explicit_hash_key.map(Text::Json),
            data,
            sub_sequence_number: None,
            tags: Tags::default(),
            placement: None,
            aggregated: None,
        }
    }

    /// The sequence number as text; a made-up one where nobody told.
    pub(super) fn number_text(&self) -> Cow<'_, str> {
        match self.sequence_number {
            Some(json) => json::text(json).unwrap_or(Cow::Borrowed(json)),
            None => Cow::Owned(self.number.to_string()),
        }
    }
}

/// Whether a sequence number is a string, or a number that stands for itself.
fn is_number(json: &str) -> bool {
    json.bytes()
        .next()
        .is_some_and(|byte| byte == b'"' || byte.is_ascii_digit())
}

/// The fields of `object` that do not count, each with a comma in front.
fn others(object: &str, role: impl Fn(&str) -> Role) -> String {
    let mut others = String::new();
    let walked = json::each_field(object, |name, value| {
        if role(&json::name(name)) == Role::Other {
            for part in [",", name, ":", value] {
                others.push_str(part);
            }
        }
    });
    debug_assert!(walked.is_ok(), "{walked:?}");
    others
}

/// The fields that do not count, in a line of NDJSON for a record that passes
/// through: those of the object that has its keys, or, where there is none, its
/// own.
pub(super) fn others_in_line(record: &Record<'_>, line: &mut Object<'_>) {
    let inner = record.inner.filter(|inner| inner.starts_with('{'));
    let object = inner.unwrap_or(record.object);
    let role = |name: &str| match (Shape::Ndjson.role(name), inner) {
        (Role::Other, Some(_)) => record.shape.role(name),
        (Role::Other, None) => outer_role(record.shape, name),
        // It would stand in the line twice.
        (role, _) => role,
    };
    if record.has_others {
        line.fields(&others(object, role));
    }
}
