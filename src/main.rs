//! The `fanreply` binary: hands its arguments to [`fanreply::cli`] and exits with what that returns.
//! It holds no logic of its own.

fn main() -> std::process::ExitCode {
    fanreply::cli::run()
}
