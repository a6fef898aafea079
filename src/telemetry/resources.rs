//! What the system says of this process, under the names that Prometheus gives it in every program. Where the
//! system has no `/proc` it says nothing, and nothing is guessed.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// Reads what the system says whenever it is asked.
#[derive(Debug)]
pub(super) struct Resources;

/// One look.
struct Usage {
    cpu_seconds: f64,
    threads: f64,
    /// In Unix time.
    started: Option<f64>,
    resident_bytes: f64,
    virtual_bytes: f64,
    open_fds: Option<f64>,
    max_fds: Option<f64>,
}

impl Collector for Resources {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Some(usage) = Usage::now() else { return Ok(()) };
        let cpu = ConstCounter::new(usage.cpu_seconds);
        let help = "Processor time used, of user and system";
        let kind = cpu.metric_type();
        cpu.encode(encoder.encode_descriptor("process_cpu", help, Some(&Unit::Seconds), kind)?)?;
        let (seconds, bytes) = (Some(Unit::Seconds), Some(Unit::Bytes));
        for (name, help, unit, value) in [
            ("process_start_time", "When the process began, in Unix time", seconds, usage.started),
            ("process_resident_memory", "Memory in use", bytes.clone(), Some(usage.resident_bytes)),
            ("process_virtual_memory", "Address space in use", bytes, Some(usage.virtual_bytes)),
            ("process_open_fds", "File descriptors open now", None, usage.open_fds),
            ("process_max_fds", "File descriptors that may be open", None, usage.max_fds),
            ("process_threads", "Threads that run now", None, Some(usage.threads)),
        ] {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit.as_ref(), gauge.metric_type())?)?;
        }
        Ok(())
    }
}

impl Usage {
    fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        // proc_pid_stat(5): a name in brackets, which may hold anything, then fields from the third on
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
        let ticks = rustix::param::clock_ticks_per_second() as f64;
        let began = || fs::read_to_string("/proc/stat").ok().and_then(|text| after(&text, "btime "));
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        Some(Self {
            cpu_seconds: (field(14)? + field(15)?) / ticks,
            threads: field(20)?,
            started: began().zip(field(22)).map(|(boot, since)| boot + since / ticks),
            resident_bytes: field(24)? * rustix::param::page_size() as f64,
            virtual_bytes: field(23)?,
            // the look itself has one open
            open_fds: fs::read_dir("/proc/self/fd").ok().map(|open| open.count().saturating_sub(1) as f64),
            max_fds: after(&limits, "Max open files"),
        })
    }
}

/// The first number behind this word, in the line that begins with it.
fn after(text: &str, word: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(word))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_system_knows_this_process() {
        let usage = Usage::now().unwrap();
        assert!(usage.cpu_seconds >= 0.0 && usage.threads >= 1.0);
        assert!(usage.resident_bytes > 1e6 && usage.resident_bytes < usage.virtual_bytes);
        assert!(usage.open_fds.unwrap() >= 3.0 && usage.open_fds < usage.max_fds);
        // what is written now is as old as now
        let file = tempfile::NamedTempFile::new().unwrap();
        let now = file.as_file().metadata().unwrap().modified().unwrap();
        let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
        let age = now - usage.started.unwrap();
        assert!((-2.0..3_600.0).contains(&age), "{age}");
    }

    #[test]
    fn a_number_stands_behind_its_word() {
        assert_eq!(after("cpu 1\nbtime 17\n", "btime "), Some(17.0));
        assert_eq!(after("Max open files            unlimited            x files", "Max open files"), None);
    }
}
