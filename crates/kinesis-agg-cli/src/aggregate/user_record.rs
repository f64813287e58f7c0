//! A line of NDJSON: a user record.
//!
//! ```json
//! {"PartitionKey":"customer-7","ExplicitHashKey":"7","Data":"Y2xpY2s=",
//!  "Tags":[{"Key":"source","Value":"web"}]}
//! ```
//!
//! Partition key and data must be there; fields of other names are ignored.
//! Whether Kinesis takes the keys is for the library to say.

use std::borrow::Cow;

use kinesis_agg::{NewUserRecord, Tag};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::data;
use crate::json;

/// Memory that is used again for each line.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    data: Vec<u8>,
}

/// Why a line was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Where in the line, from 1, if that is known.
    pub(super) column: Option<u64>,
    pub(super) what: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line<'a> {
    #[serde(borrow)]
    partition_key: Option<Text<'a>>,
    explicit_hash_key: Option<Text<'a>>,
    data: Option<&'a RawValue>,
    tags: Option<Vec<LineTag<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LineTag<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    value: Option<Text<'a>>,
}

impl LineTag<'_> {
    fn as_tag(&self) -> Tag<'_> {
        let value = self.value.as_ref().map(|Text(value)| &**value);
        Tag::new(&self.key.0, value)
    }
}

/// A string that borrows from the line when nothing in it is escaped.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Scratch {
    /// Hands the user record in `line` to `take`.
    pub(super) fn with_user_record<T>(
        &mut self,
        line: &[u8],
        take: impl FnOnce(NewUserRecord<'_>) -> Result<T, String>,
    ) -> Result<T, Refusal> {
        let text = line;
        let line = parse(text)?;
        let refusal = |what: &str| Refusal {
            column: None,
            what: what.to_owned(),
        };
        let Text(partition_key) = line
            .partition_key
            .ok_or(refusal("it has no PartitionKey"))?;
        let data = line.data.ok_or_else(|| refusal(no_data(text)))?;
        self.data.clear();
        data::decode(data, &mut self.data).map_err(|bad| refusal(&bad.to_string()))?;
        let tags = line.tags.unwrap_or_default();
        let tags = Vec::from_iter(tags.iter().map(LineTag::as_tag));

        let mut user_record = NewUserRecord::new(&partition_key, &self.data).with_tags(&tags);
        if let Some(Text(key)) = &line.explicit_hash_key {
            user_record = user_record.with_explicit_hash_key(key);
        }
        take(user_record).map_err(|what| refusal(&what))
    }
}

/// Why there is no data in `line`, which was read before.
fn no_data(line: &[u8]) -> &'static str {
    let mut is_lower_case = false;
    let walked = json::each_field(str::from_utf8(line).unwrap_or_default(), |name, _| {
        is_lower_case |= name == "\"data\"";
    });
    debug_assert!(walked.is_ok(), "{walked:?}");
    if is_lower_case {
        "it has no Data, but data: fields are named as in the AWS SDKs"
    } else {
        "it has no Data"
    }
}

fn parse(line: &[u8]) -> Result<Line<'_>, Refusal> {
    let refusal = |column: usize, what: String| Refusal {
        column: Some(column as u64),
        what: format!("no user record: {what}"),
    };
    let text = str::from_utf8(line)
        .map_err(|error| refusal(error.valid_up_to() + 1, "no UTF-8".to_owned()))?;
    if !text.trim_ascii_start().starts_with('{') {
        return Err(refusal(1, "no JSON object".to_owned()));
    }
    serde_json::from_str(text).map_err(|error| refusal(error.column().max(1), json::told(&error)))
}
