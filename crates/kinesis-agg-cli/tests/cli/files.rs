//! Many files, folders, and what stops at the first fault.

use std::fs;

use crate::program::{run, wait};

fn line(number: usize) -> String {
    format!(
        "{{\"PartitionKey\":\"k\",\"Data\":\"{}\"}}\n",
        crate::program::base64(number.to_string())
    )
}

/// A folder is all files in it and in the folders inside, by name; each has its
/// own format.
#[test]
fn folders_are_walked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir_all(path.join("b/c")).unwrap();
    fs::write(path.join("a.ndjson"), line(1)).unwrap();
    fs::write(path.join("b/1.b64"), "Mg==\n").unwrap();
    fs::write(path.join("b/c/x"), line(3)).unwrap();
    fs::write(path.join("b/empty"), "").unwrap();
    fs::write(path.join("z.bin"), b"\x00").unwrap();
    // Hidden ones are left alone.
    fs::create_dir_all(path.join(".git")).unwrap();
    fs::write(path.join(".git/HEAD"), "what?").unwrap();
    fs::write(path.join(".DS_Store"), b"\x01").unwrap();
    let ran = run(
        &format!("deaggregate --to data --data hex {}", path.display()),
        "",
    );
    assert_eq!(
        (ran.code, &*ran.stdout),
        (0, "31\n32\n33\n00\n"),
        "{}",
        ran.stderr
    );
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(
        run(&format!("deaggregate {}", empty.path().display()), "").stdout,
        ""
    );
}

/// What is no file is named and left alone, and holds nothing up.
#[test]
#[cfg(unix)]
fn pipes_in_folders_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("a"))
        .status();
    assert!(made.unwrap().success());
    fs::write(folder.path().join("b"), line(1)).unwrap();
    let ran = run(&format!("deaggregate {}", folder.path().display()), "");
    assert_eq!((ran.code, ran.lines().len()), (0, 1));
    assert!(
        ran.stderr.ends_with("a: no file, left alone\n"),
        "{}",
        ran.stderr
    );
}

/// Thousands of files are read one after the other, none left open.
#[test]
fn many_files() {
    let folder = tempfile::tempdir().unwrap();
    let count = 3000;
    for number in 0..count {
        fs::write(folder.path().join(format!("{number:05}")), line(number)).unwrap();
    }
    let of_folder = run(&format!("deaggregate {}", folder.path().display()), "").fine();
    assert_eq!(of_folder.len(), count);
    let mut named = crate::program::program("deaggregate");
    named.args((0..count).map(|number| folder.path().join(format!("{number:05}"))));
    let of_names = wait(named.spawn().unwrap()).fine();
    assert_eq!(of_names, of_folder);
}

/// --strict stops at the first fault with exit code 4; what came before is out.
#[test]
fn strict_stops_at_the_first_fault() {
    let input = format!("{}what?\n{}", line(1), line(2));
    for (command, lines) in [("deaggregate", 2), ("aggregate --group-by none", 1)] {
        let ran = run(&format!("{command} --strict"), &input);
        assert_eq!(
            (ran.code, ran.lines().len()),
            (4, lines),
            "{command}: {}",
            ran.stdout
        );
        let said = ran.said();
        let last = said.lines().last().unwrap();
        assert_eq!(
            last, "kinesis-agg: stopped there, as --strict says",
            "{command}"
        );
    }
    let damaged = "{\"Data\":\"84mawgoBYQ==\"}\n".to_owned() + &line(1);
    let ran = run("deaggregate --strict", damaged);
    assert_eq!((ran.code, ran.lines().len()), (4, 1));
}

/// --quiet says nothing of faults; the exit code tells.
#[test]
fn quiet_says_nothing() {
    let input = format!("{}what?\n", line(1));
    for command in ["deaggregate", "aggregate --group-by none"] {
        let ran = run(&format!("{command} --quiet"), &input);
        assert_eq!((ran.code, &*ran.stderr), (1, ""), "{command}");
    }
    // A file that cannot be read is why some is missing.
    let ran = run("deaggregate --quiet no-such-file", "");
    assert_eq!((ran.code, ran.stderr.lines().count()), (3, 1));
}
