//! Ctrl-C: what was read is out, and the exit code is 130.

#![cfg(unix)]

use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::program::{lines, program};

fn kill(signal: &str, child: u32) {
    let status = Command::new("kill")
        .args([signal, &child.to_string()])
        .status();
    assert!(status.unwrap().success());
}

/// Kills the child if this is not dropped in time: a program that ignores
/// Ctrl-C fails the test, and does not stop it for ever.
fn bounded(child: &Child) -> Sender<()> {
    let child = child.id();
    let (alive, dropped) = mpsc::channel();
    thread::spawn(move || {
        if dropped.recv_timeout(Duration::from_secs(90)) == Err(RecvTimeoutError::Timeout) {
            kill("-KILL", child);
        }
    });
    alive
}

/// While it waits for input: aggregates that are open come out, and documents are
/// closed.
#[test]
fn what_was_read_is_out() {
    let line = b"{\"PartitionKey\":\"k\",\"Data\":\"aGk=\"}\n";
    // What is to be seen before Ctrl-C: then all lines were read.
    for (arguments, word, times, records) in [
        ("deaggregate --threads 1", "\n", 3, 3),
        ("deaggregate --threads 4", "\n", 3, 3),
        ("deaggregate --to lambda", "partitionKey", 3, 3),
        // One of two user records is out, one of one is open.
        ("aggregate --max-count 2", "\n", 1, 2),
    ] {
        let mut child = program(arguments).spawn().unwrap();
        let bound = bounded(&child);
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdin.write_all(&line.repeat(3)).unwrap();
        let mut out = String::new();
        while out.matches(word).count() < times {
            let mut byte = [0];
            stdout.read_exact(&mut byte).unwrap();
            out.push(char::from(byte[0]));
        }
        kill("-INT", child.id());
        stdout.read_to_string(&mut out).unwrap();
        let mut said = String::new();
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        drop(bound);
        assert_eq!(
            child.wait().unwrap().code(),
            Some(130),
            "{arguments}: {said}"
        );
        assert!(
            said.ends_with("kinesis-agg: stopped by Ctrl-C; everything read so far was written\n"),
            "{said}"
        );
        let lines = lines(&out);
        let found = match lines[0].get("Records") {
            Some(list) => list.as_array().unwrap().len(),
            None => lines.len(),
        };
        assert_eq!(found, records, "{arguments}");
        drop(stdin);
    }
}
