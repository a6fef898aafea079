//! What is known of the program itself and its connections.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;

use super::Metrics;
use super::register::Register;
use crate::telemetry::labels::{Listener, ListenerLabels};
use crate::telemetry::lines;

#[derive(Debug)]
pub(super) struct Serving {
    open_connections: Family<ListenerLabels, Gauge>,
    turned_away: Family<ListenerLabels, Counter>,
}

impl Serving {
    pub fn joining(register: &mut Register) -> Self {
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        register.info("build", "The program that runs", Info::new(version));
        register.collected(LostLines);
        Self {
            open_connections: register.add("open_connections", "Connections open now"),
            turned_away: register
                .add("turned_away_connections", "Connections closed because too many were open"),
        }
    }

    pub fn begin_at_zero(&self) {
        for listener in Listener::ALL {
            let labels = ListenerLabels { listener };
            drop(self.open_connections.get_or_create(&labels));
            drop(self.turned_away.get_or_create(&labels));
        }
    }
}

/// One number for all servers of the program, since they share its log.
#[derive(Debug)]
struct LostLines;

impl Collector for LostLines {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let lost = ConstCounter::new(lines::lost());
        let help = "Lines of the log that nobody took in time, or that could not be written";
        lost.encode(encoder.encode_descriptor("log_lines_lost", help, None, lost.metric_type())?)
    }
}

impl Metrics {
    pub fn open_connections(&self, listener: Listener, open: usize) {
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.0.serving.open_connections.get_or_create(&ListenerLabels { listener }).set(open);
    }

    /// So many connections were closed because too many were open.
    pub fn turned_away(&self, listener: Listener, count: usize) {
        let labels = ListenerLabels { listener };
        self.0.serving.turned_away.get_or_create(&labels).inc_by(count as u64);
    }
}
