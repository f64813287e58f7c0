//! A function on a Kinesis stream that fails for some user records, and tells
//! Lambda from where on to deliver again.
//!
//! `cargo run -p kinesis-agg-examples --example partial_batch`
//!
//! The answer names the *outer* sequence number: all user records of that Kinesis
//! record come again, and so does all behind it. Whoever must not do the work twice
//! keeps (sequence number, sub-sequence number) of what is done, as here.

use std::collections::HashSet;
use std::error::Error;

use kinesis_agg::Deaggregator;
use kinesis_agg_events::{BatchResponse, EventRecords, EventUserRecord};

const EVENT: &[u8] = include_bytes!("data/lambda-event.json");

/// What is done, over all deliveries. In production a table with a time to live.
#[derive(Default)]
struct Done(HashSet<(String, Option<u64>)>);

impl Done {
    fn key(user_record: &EventUserRecord<'_, '_>) -> (String, Option<u64>) {
        let number = user_record.sequence_number.as_deref().unwrap_or_default();
        (number.to_owned(), user_record.sub_sequence_number)
    }
}

/// Handles one delivery of `event`: what a Lambda runtime would call.
fn handle(event: &[u8], done: &mut Done, broken: bool) -> Result<BatchResponse, Box<dyn Error>> {
    let mut response = BatchResponse::new();
    let mut buffer = Vec::new();
    let records = EventRecords::decode(event, &mut buffer)?;
    let mut deaggregator = Deaggregator::new();
    for user_record in records.deaggregate(&mut deaggregator).user_records() {
        match user_record {
            Ok(user_record) if done.0.contains(&Done::key(&user_record)) => {}
            Ok(user_record) => match work(&user_record, broken) {
                Ok(()) => drop(done.0.insert(Done::key(&user_record))),
                Err(why) => {
                    println!("  failed: {why}");
                    response.fail(&user_record.sequence_number.unwrap_or_default());
                }
            },
            // A record that cannot be read would come again for ever: put it aside.
            Err(unreadable) => println!("  put aside: {unreadable}"),
        }
    }
    Ok(response)
}

/// Fails for one key while the database is down.
fn work(user_record: &EventUserRecord<'_, '_>, broken: bool) -> Result<(), String> {
    let key = user_record.partition_key.as_deref().unwrap_or_default();
    if broken && key == "u09m5os3af" {
        return Err(format!("{key}: the database is down"));
    }
    println!("  {key}: {} bytes", user_record.data.len());
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut done = Done::default();
    for (delivery, broken) in [(1, true), (2, false)] {
        println!("delivery {delivery}");
        let response = handle(EVENT, &mut done, broken)?;
        println!("  answer: {}", serde_json::to_string(&response)?);
    }
    // Each user record was worked on once, though some came twice.
    assert_eq!(done.0.len(), 13);
    Ok(())
}
