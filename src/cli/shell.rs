//! What the shell and `man` want to know of the commands.

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Args;
use super::{Failure, output};

/// Prints the script that completes the commands in a shell.
pub(super) fn completions(shell: Shell) -> Result<bool, Failure> {
    let mut command = Args::command();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "counterflow", &mut script);
    output::stdout(&String::from_utf8_lossy(&script))?;
    Ok(true)
}

/// Prints the manual: a page for the program and one behind it for each command, as roff.
pub(super) fn man() -> Result<bool, Failure> {
    let mut program = Args::command();
    program.build();
    let mut pages = Vec::new();
    page(&program, &mut pages).map_err(|error| Failure::io("manual", error))?;
    output::stdout(&String::from_utf8_lossy(&pages))?;
    Ok(true)
}

fn page(command: &Command, pages: &mut Vec<u8>) -> std::io::Result<()> {
    Man::new(command.clone()).render(pages)?;
    let mut commands = command.get_subcommands().filter(|inner| inner.get_name() != "help");
    commands.try_for_each(|inner| page(inner, pages))
}
