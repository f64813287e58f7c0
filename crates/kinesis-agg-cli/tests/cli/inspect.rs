//! `inspect` as a program: its formats, its options, its exit codes. What it
//! prints is compared next to the code that prints it.

use kinesis_agg_testkit::{TestRecord, naive};

use crate::program::{base64, example, program, run, wait};

/// Any format is inspected; a damaged record ends in exit code 1.
#[test]
fn any_format_is_inspected() {
    let blob = naive::encode(&[TestRecord::new("customer-7", b"1")]);
    for input in [
        blob.clone(),
        base64(&blob).into_bytes(),
        crate::program::kinesis_record(&blob).into_bytes(),
        crate::program::lambda_event(&[&blob])
            .to_string()
            .into_bytes(),
    ] {
        let ran = run("inspect", &input);
        assert_eq!((ran.code, &*ran.stderr), (0, ""));
        assert!(ran.stdout.contains("aggregate "), "{}", ran.stdout);
        let ran = run("inspect --explain", &input);
        assert!(
            ran.stdout.contains("partition key 0: customer-7"),
            "{}",
            ran.stdout
        );
        let lines = run("inspect --json", &input).fine();
        assert_eq!(lines.len(), 2);
        assert!(lines[1].get("Summary").is_some(), "{}", lines[1]);
    }
    for input in ["84mawgo=", "{\"Data\":\"!\"}", "{\"Records\":[{}]}"] {
        assert_eq!(run("inspect", input).code, 1, "{input}");
    }
}

/// Colours where they are asked for; never to a pipe of their own accord.
#[test]
fn colours() {
    let event = example("lambda-event.json");
    let has_colour = |arguments: &str| {
        let ran = run(&format!("inspect {arguments} {event}"), "");
        ran.stdout.contains('\u{1b}')
    };
    assert!(!has_colour(""));
    assert!(!has_colour("--color never"));
    assert!(has_colour("--color always"));
}

/// The width is that which was asked for, or the environment's.
#[test]
fn widths() {
    let event = example("lambda-event.json");
    let longest = |arguments: &str, columns: &str| {
        let mut child = program(&format!("inspect {arguments} {event}"));
        let ran = wait(child.env("COLUMNS", columns).spawn().unwrap());
        ran.stdout
            .lines()
            .map(|line| line.chars().count())
            .max()
            .unwrap()
    };
    assert!(longest("", "80") <= 80);
    assert!(longest("", "200") > 80);
    assert!(longest("--width 100", "200") <= 100);
}

/// Nothing that a record holds reaches the terminal as it is.
#[test]
fn records_cannot_move_the_cursor() {
    let nasty = "\u{1b}[2J\u{202e}\r";
    let blob = naive::encode(&[TestRecord::new(nasty, nasty.as_bytes())]);
    let line =
        serde_json::json!({"PartitionKey": nasty, "SequenceNumber": nasty, "Data": base64(blob)});
    for arguments in [
        "inspect",
        "inspect --explain",
        "inspect --color always --explain",
    ] {
        let ran = run(arguments, line.to_string());
        let seen = ran.stdout.replace("\u{1b}[", "<").replace('\n', "");
        let odd = seen
            .chars()
            .find(|char| char.is_control() || *char == '\u{202e}');
        assert_eq!(odd, None, "{arguments}: {}", ran.stdout.escape_debug());
        assert!(!ran.stdout.contains("\u{1b}[2J"), "{arguments}");
    }
}
