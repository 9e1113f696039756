//! The `goals` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    goals::cli::main()
}
