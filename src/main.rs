//! The `counterflow` binary: hands everything to [`cli`].

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
