//! Many threads: the same output, messages and exit code, in the same order.

use std::io::{BufRead, BufReader, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use kinesis_agg_testkit::{TestRecord, naive};

use crate::program::{Ran, base64, example, kinesis_record, lambda_event, program, run, wait};

/// What becomes of `stdin` with this many threads.
fn ran(arguments: &str, threads: usize, stdin: &[u8]) -> Ran {
    run(&format!("{arguments} --threads {threads}"), stdin)
}

/// The same with any number of threads.
#[track_caller]
fn same(arguments: &str, stdin: &[u8]) -> Ran {
    let one = ran(arguments, 1, stdin);
    for threads in [2, 4, 13] {
        let many = ran(arguments, threads, stdin);
        assert!(one == many, "{arguments}: other with {threads} threads");
    }
    one
}

/// An aggregate of `count` user records.
fn aggregate(count: usize) -> Vec<u8> {
    let records = Vec::from_iter((0..count).map(|number| {
        let key = format!("key-{}", number % 7);
        TestRecord::new(&key, format!("data {number}").as_bytes())
    }));
    naive::encode(&records)
}

/// Many chunks of lines: aggregates small and large, plain records, damaged ones, and
/// what is none, with faults of each kind that has a place.
fn lines() -> Vec<u8> {
    let mut damaged = aggregate(3);
    damaged[6] ^= 1;
    let pieces = [
        kinesis_record(aggregate(2)),
        kinesis_record(aggregate(100)),
        kinesis_record("plain"),
        kinesis_record(&damaged),
        "{\"PartitionKey\":\"k\"}\n".to_owned(),
        "{\"Data\":\"aGk=\",}\n".to_owned(),
        "\n".to_owned(),
        "{\"Data\":\"?\"}{\"Data\":\"aGk=\"}\n".to_owned(),
        kinesis_record(aggregate(0)),
    ];
    let numbers = (0..2000_usize).map(|number| number * 31 % 97 % pieces.len());
    let text = String::from_iter(numbers.map(|number| &*pieces[number]));
    text.into_bytes()
}

/// Lines, documents and bare data, with faults in the midst, in all formats.
#[test]
fn any_number_of_threads_does_the_same() {
    let lines = lines();
    let blobs = [&*aggregate(40), b"plain", &aggregate(3)];
    let event = lambda_event(&blobs).to_string();
    let events = format!("{event}\n{{\"Records\":[{{\"kinesis\":7}}]}}\n{event}").repeat(400);
    let base64 = format!("{}\n?\n\n{}\n", base64(aggregate(9)), base64("plain")).repeat(900);
    let range = "--hash-key-range 0-170141183460469231731687303715884105727";
    for (arguments, input, code) in [
        ("deaggregate", &*lines, 1),
        ("deaggregate --to data", &lines, 1),
        ("deaggregate --data utf8 --quiet", &lines, 1),
        ("deaggregate --to put-records --quiet", events.as_bytes(), 1),
        ("deaggregate", events.as_bytes(), 1),
        ("deaggregate --from base64", base64.as_bytes(), 1),
        ("deaggregate --strict", &lines, 4),
        ("deaggregate", b"", 0),
        ("verify", &lines, 4),
        ("verify --json", events.as_bytes(), 4),
    ] {
        let ran = same(arguments, input);
        assert_eq!(ran.code, code, "{arguments}");
    }
    for policy in ["keep-in-range", "drop-aggregate"] {
        let ran = same(
            &format!("deaggregate {range} --range-policy {policy}"),
            &lines,
        );
        assert!(ran.stderr.contains("user records dropped"), "{policy}");
    }
    same(&format!("verify {range}"), &lines);
}

/// What ends the input ends it at the same place: a malformed record with --strict, a
/// line that is too long, a file that is missing.
#[test]
fn failures_come_at_their_place() {
    let plain = kinesis_record("plain").repeat(2000);
    for (bad, arguments, code) in [
        ("what?\n".to_owned(), "deaggregate --strict", 4),
        ("x".repeat(5000), "deaggregate --max-line 4000", 4),
        ("x".repeat(5000), "verify --max-line 4000", 4),
    ] {
        let input = format!("{plain}{bad}\n{plain}what?\n{plain}");
        let ran = same(arguments, input.as_bytes());
        assert_eq!(ran.code, code, "{arguments}");
        let expected = if arguments.starts_with("verify") {
            0
        } else {
            2000 + usize::from(arguments.ends_with("strict"))
        };
        assert_eq!(ran.lines().len(), expected, "{arguments}");
        assert!(ran.stderr.contains("<stdin>:2001"), "{}", ran.stderr);
    }
    let event = example("lambda-event.json");
    let ran = same(
        &format!("deaggregate {event} missing {event} - none"),
        plain.as_bytes(),
    );
    assert_eq!(ran.code, 3);
    let said = ran.stderr.lines().map(|line| line.split(": ").nth(1));
    assert_eq!(Vec::from_iter(said.flatten()), ["missing", "none"]);
}

/// Whoever writes slowly gets each answer before the next question.
#[test]
fn nothing_that_came_in_stays_behind() {
    for threads in [1, 2, 5] {
        let mut child = program(&format!("deaggregate --threads {threads}"))
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        for number in 0..20 {
            let data = base64(format!("question {number}"));
            writeln!(stdin, "{{\"Data\":\"{data}\"}}").unwrap();
            let mut answer = String::new();
            stdout.read_line(&mut answer).unwrap();
            assert!(answer.contains(&data), "{answer}");
        }
        drop(stdin);
        assert_eq!(wait(child).code, 0);
    }
}

/// When nobody reads the output it ends, even if a thread waits for input that does
/// not come.
#[test]
fn broken_pipes_end_all_threads() {
    for threads in [1, 2, 8] {
        let mut child = program(&format!("deaggregate --threads {threads}"))
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = kinesis_record(aggregate(100)).repeat(1000);
        let feeder = thread::spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
            stdin
        });
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut [0]).unwrap();
        drop(stdout);
        let since = Instant::now();
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None if since.elapsed() > Duration::from_mins(1) => {
                    child.kill().unwrap();
                    panic!("{threads} threads do not end");
                }
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        assert_eq!(status.code(), Some(0), "{threads}");
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!(said, "", "{threads}");
        drop(feeder.join().unwrap());
    }
}
