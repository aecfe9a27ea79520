//! The command line: the only place with files, standard streams and exit codes.
//!
//! Exit status, whatever the format: 0 no error (warnings and infos allowed), 1 at least one error, 2 usage or I/O.

mod args;
mod build;
mod check;
mod init;
mod input;
mod list;
mod output;
mod plan;
mod shell;
mod sink;
mod today;
mod walk;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// Something that is not a finding: a file that cannot be read, a folder that cannot be written.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// Reading or writing failed.
    #[error("{path}: {error}")]
    Io {
        /// What was read or written.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The request makes no sense.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    fn io(path: impl std::fmt::Display, error: std::io::Error) -> Self {
        Self::Io { path: path.to_string(), error }
    }
}

/// The stack of a thread, in bytes: as much as the main thread has.
const STACK: usize = 8 * 1024 * 1024;

/// Makes this thread one of those that share the work. One that only waited would cost another in its place, whose memory the
/// system's allocator grows by single pages.
fn share_work() {
    // Where there are such threads already, they are used as they are.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK).use_current_thread().build_global();
}

/// Runs the command that the arguments ask for.
pub(crate) fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are asked for and go to standard output; anything else is a wrong usage.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match args.command {
        Command::Build(options) => build::run(&options),
        Command::Plan(options) => plan::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Review { action: args::ReviewAction::Init(options) } => init::review(options),
        Command::Profile { action: args::ProfileAction::Init } => init::profile(),
        Command::Explain { code } => list::explain(&code),
        Command::Rules => list::rules(),
        Command::Patterns { action } => list::patterns(action.unwrap_or(args::ListAction::List)),
        Command::Connectors { action } => list::connectors(action.unwrap_or(args::ListAction::List)),
        Command::Schema { name } => list::schema(&name),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man => shell::man(),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) if args.exit_zero => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            output::error_line(&failure.to_string());
            ExitCode::from(2)
        }
    }
}
