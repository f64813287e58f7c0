//! What the program tells about itself: manual pages and completions.

use std::fs;

use crate::program::run;

const COMMANDS: [&str; 6] = [
    "deaggregate",
    "aggregate",
    "inspect",
    "verify",
    "completions",
    "man",
];

/// Each shell gets a script that knows all commands.
#[test]
fn completions_of_each_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&format!("completions {shell}"), "");
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{shell}");
        for command in COMMANDS {
            assert!(ran.stdout.contains(command), "{shell}: {command}");
        }
        let has_values = ran.stdout.contains("get-records");
        let knows_values = ["bash", "zsh", "fish"].contains(&shell);
        assert_eq!(has_values, knows_values, "{shell}");
    }
    assert_eq!(run("completions csh", "").code, 2);
}

/// What bash completes behind `words`, the last of which was begun.
#[cfg(unix)]
fn completed(words: &[&str]) -> Vec<String> {
    let script = run("completions bash", "").stdout;
    let words = words.join(" ");
    let test = format!(
        "{script}\nCOMP_WORDS=({words} \"\")\n[[ \"{words}\" == *- ]] && COMP_WORDS=({words})\n\
         COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
         _kinesis__agg kinesis-agg \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
         printf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &test])
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    stdout.lines().map(str::to_owned).collect()
}

/// In bash subcommands, options and their values complete.
#[test]
#[cfg(unix)]
fn bash_completes() {
    for (words, expected) in [
        (&["kinesis-agg"][..], "inspect"),
        (&["kinesis-agg", "inspect", "--"], "--explain"),
        (&["kinesis-agg", "deaggregate", "--to"], "get-records"),
        (&["kinesis-agg", "aggregate", "--group-by"], "pinned"),
        (&["kinesis-agg", "completions"], "zsh"),
    ] {
        let found = completed(words);
        assert!(
            found.iter().any(|word| word == expected),
            "{words:?}: {found:?}"
        );
    }
}

/// A page for the program, and one for each command.
#[test]
fn manual_pages() {
    let page = run("man", "").stdout;
    assert!(page.contains(".TH kinesis-agg 1"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let ran = run(&format!("man --folder {}", pages.display()), "");
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    for command in COMMANDS {
        let page = fs::read_to_string(pages.join(format!("kinesis-agg-{command}.1"))).unwrap();
        assert!(page.contains(command), "{command}");
    }
    let ran = run("man --folder /dev/null/x", "");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
}
