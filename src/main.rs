//! The `fanreply` binary: hands its arguments to [`fanreply::cli`] and exits with what that returns.

fn main() -> std::process::ExitCode {
    fanreply::cli::run()
}
