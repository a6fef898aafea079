//! Telemetry: how logging starts, and the metrics of one server. No message, secret or name of a sender becomes a
//! label.

pub mod escape;
mod exposition;
mod labels;
mod lines;
mod metrics;
mod resources;

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt;
use std::io::{self, IsTerminal};
use std::thread;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use jiff::tz::TimeZone;

use crate::clock::Clock;
use escape::Form;
use lines::Lines;

pub use exposition::Exposition;
pub use labels::{Ignored, Listener, Refusal, TokenState};
pub use metrics::Metrics;

/// How log lines are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// Logging could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LoggingFault {
    #[error("\"{filter}\" is no log filter: {source}; write info, or fanreply=debug,info")]
    BadFilter { filter: String, source: tracing_subscriber::filter::ParseError },
    #[error("logging was started before: {0}")]
    Started(#[from] TryInitError),
    #[error("the log needs a thread: {0}")]
    NoThread(io::Error),
}

/// The log that runs. When it is dropped, it waits until what was said is written, a second at most.
#[derive(Debug)]
pub struct Log(Lines);

impl Log {
    /// Writes a text of the program's own between the lines of the log, and waits no more than they do.
    pub fn say(&self, text: &str) {
        self.0.say(text);
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.finish();
    }
}

/// Sends log lines to stderr from now on, for the whole program; nothing that logs waits for it. Colours are
/// for terminals whose user has not set `NO_COLOR`. Lines for people have the time of this zone, those for machines UTC.
///
/// # Errors
/// The filter means nothing, logging runs already, or the system gives us no thread.
pub fn start_logging(filter: &str, format: LogFormat, zone: TimeZone) -> Result<Log, LoggingFault> {
    let filter = parse_filter(filter)?;
    let colours = wants_colours();
    let form = match format {
        LogFormat::Text => Form::Line,
        LogFormat::Json => Form::Json,
    };
    let lines = Lines::to(io::stderr(), form, colours).map_err(LoggingFault::NoThread)?;
    let log = Log(lines.clone());
    let written = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || lines.clone());
    // it would be told on the very place that cannot be written to, by a macro that panics there
    let written = written.log_internal_errors(false);
    match format {
        LogFormat::Text => written.with_ansi(colours).with_timer(LocalTime(zone)).finish().try_init()?,
        LogFormat::Json => written.json().flatten_event(true).finish().try_init()?,
    }
    Ok(log)
}

/// The time of a line for people, with its offset: `2026-11-23T12:00:00.123+08:00`.
struct LocalTime(TimeZone);

impl FormatTime for LocalTime {
    fn format_time(&self, w: &mut Writer<'_>) -> fmt::Result {
        let now = Clock::System.now().to_zoned_datetime(self.0.clone());
        write!(w, "{}", now.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"))
    }
}

/// Has panics told in the log from now on, in its form. They are printed as ever where the filter lets no
/// error through. The hook itself must not panic, for that would end the program: a line that cannot be
/// written is lost.
pub fn log_panics() {
    let as_ever = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !tracing::enabled!(tracing::Level::ERROR) {
            return as_ever(panic);
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let current = thread::current();
        // written when RUST_BACKTRACE asks for it
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace);
        tracing::error!(
            place,
            thread = current.name().unwrap_or_default(),
            backtrace = backtrace.as_ref().map(tracing::field::display),
            "panicked: {}",
            panic.payload_as_str().unwrap_or_default()
        );
    }));
}

fn parse_filter(filter: &str) -> Result<EnvFilter, LoggingFault> {
    // a filter that speaks of some parts of the program only leaves the others as they are without one
    let speaks_of_all = filter.split(',').any(|part| part.trim().parse::<LevelFilter>().is_ok());
    let whole = if speaks_of_all { filter.to_owned() } else { format!("info,{filter}") };
    EnvFilter::builder()
        .parse(whole)
        .map_err(|source| LoggingFault::BadFilter { filter: filter.to_owned(), source })
}

fn wants_colours() -> bool {
    // https://no-color.org: set and not empty
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_means_nothing_is_refused_with_an_example() {
        assert!(parse_filter("info").is_ok());
        for (filter, most) in
            [("off", "off"), ("h2=warn", "info"), ("fanreply=debug,error", "debug"), ("nothing=off", "info")]
        {
            let hint = parse_filter(filter).unwrap().max_level_hint().map(|level| level.to_string());
            assert_eq!(hint.as_deref(), Some(most), "{filter}");
        }
        assert!(parse_filter("fanreply=debug,hyper=warn,info").is_ok());
        let fault = parse_filter("fanreply=loud").unwrap_err().to_string();
        assert!(fault.contains("fanreply=loud") && fault.contains("fanreply=debug,info"), "{fault}");
    }

    #[test]
    fn logging_starts_once_and_says_so_the_second_time() {
        let _log = start_logging("warn", LogFormat::Json, TimeZone::UTC).unwrap();
        assert!(matches!(
            start_logging("warn", LogFormat::Text, TimeZone::UTC),
            Err(LoggingFault::Started(_))
        ));
    }
}
