//! For trying `inspect` until the readers feed it: whole files, NDJSON or Lambda.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;

use crate::args::Inspect;
use crate::exit::{Failure, Outcome};
use crate::inspect::{Found, InspectOptions, Inspector};
use crate::notice::Place;

pub(crate) fn run(options: &Inspect) -> Result<Outcome, Failure> {
    let mut inspector = Inspector::new(InspectOptions {
        explain: options.explain,
        all: options.all,
        json: options.json,
        color: options.color,
        width: options.width,
        range: options.hash_key_range,
    });
    let mut out = std::io::stdout().lock();
    for file in &options.files {
        let text = std::fs::read(file).unwrap_or_default();
        let values = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
        for (line, value) in values.flatten().enumerate() {
            let place = Place::line(line as u64 + 1);
            let records = match value.get("Records").and_then(Value::as_array) {
                Some(records) => Vec::from_iter(records.iter().map(|record| &record["kinesis"])),
                None => vec![&value],
            };
            let in_event = value.get("Records").is_some();
            for (number, record) in records.into_iter().enumerate() {
                let field = |name: &str| {
                    let lower = name[..1].to_lowercase() + &name[1..];
                    let value = record.get(name).or(record.get(lower));
                    value.and_then(Value::as_str)
                };
                let blob = field("Data").and_then(|data| BASE64_STANDARD.decode(data).ok());
                let found = Found {
                    file: &file.display().to_string(),
                    place: if in_event {
                        place.record(number)
                    } else {
                        place
                    },
                    partition_key: field("PartitionKey").map(Cow::Borrowed),
                    explicit_hash_key: field("ExplicitHashKey").map(Cow::Borrowed),
                    sequence_number: field("SequenceNumber").map(Cow::Borrowed),
                    blob: blob
                        .as_deref()
                        .ok_or(("bad-data", "Data is no base64".to_owned())),
                };
                inspector.record(&found, &mut out).map_err(Failure::Write)?;
            }
        }
    }
    inspector.finish(&mut out).map_err(Failure::Write)?;
    Ok(Outcome::Fine)
}
