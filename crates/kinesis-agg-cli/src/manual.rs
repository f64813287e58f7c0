//! What the program tells about itself: manual pages, and completions of shells.

use std::fs;
use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::Cli;
use crate::exit::{Failure, Outcome};
use crate::output::Output;
use crate::reader::printable;

/// Prints the script that completes commands in `shell`.
pub(crate) fn completions(shell: Shell) -> Result<Outcome, Failure> {
    let mut output = Output::stdout();
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, &mut command, name, &mut output.buffer);
    if shell == Shell::Bash {
        mend_bash(&mut output.buffer);
    }
    output.flush()?;
    Ok(Outcome::Fine)
}

/// Mends the script for bash: `clap_complete` 4.6 writes the hyphen in the program's
/// name in one way where a subcommand is found, and in another where it is looked
/// up, so that nothing behind a subcommand completes.
fn mend_bash(script: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(script);
    let mended = text.replace("kinesis__subcmd__agg", "kinesis__agg");
    *script = mended.into_bytes();
}

/// Prints the manual page, or writes those of all commands to `folder`.
pub(crate) fn man(folder: Option<&Path>) -> Result<Outcome, Failure> {
    let Some(folder) = folder else {
        let mut output = Output::stdout();
        let page = Man::new(Cli::command());
        page.render(&mut output.buffer).map_err(Failure::Write)?;
        output.flush()?;
        return Ok(Outcome::Fine);
    };
    write_pages(folder).map_err(|error| Failure::Read {
        name: printable(folder),
        error,
    })?;
    Ok(Outcome::Fine)
}

fn write_pages(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)
}
