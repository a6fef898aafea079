//! A histogram of times that takes no lock: every answer notes how long it took.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// How many times lie at or below each of `N` upper bounds in seconds, and beyond all of them. Clones are one histogram.
#[derive(Clone, Debug)]
pub(super) struct Times<const N: usize>(Arc<Noted<N>>);

#[derive(Debug)]
struct Noted<const N: usize> {
    bounds: [f64; N],
    within: [AtomicU64; N],
    beyond: AtomicU64,
    nanoseconds: AtomicU64,
}

impl<const N: usize> Times<N> {
    pub fn new(bounds: [f64; N]) -> Self {
        let within = std::array::from_fn(|_| AtomicU64::default());
        Self(Arc::new(Noted {
            bounds,
            within,
            beyond: AtomicU64::default(),
            nanoseconds: AtomicU64::default(),
        }))
    }

    pub fn note(&self, time: Duration) {
        let noted = &*self.0;
        let seconds = time.as_secs_f64();
        let bucket = noted.bounds.iter().position(|bound| seconds <= *bound);
        let count = bucket.map_or(&noted.beyond, |bucket| &noted.within[bucket]);
        count.fetch_add(1, Ordering::Relaxed);
        noted.nanoseconds.fetch_add(time.as_nanos() as u64, Ordering::Relaxed);
    }
}

impl<const N: usize> EncodeMetric for Times<N> {
    fn encode(&self, mut encoder: MetricEncoder) -> fmt::Result {
        let noted = &*self.0;
        let within = noted.bounds.iter().copied().zip(&noted.within);
        let all = within.chain([(f64::INFINITY, &noted.beyond)]);
        let buckets: Vec<(f64, u64)> =
            all.map(|(bound, count)| (bound, count.load(Ordering::Relaxed))).collect();
        let seconds = Duration::from_nanos(noted.nanoseconds.load(Ordering::Relaxed)).as_secs_f64();
        let count = buckets.iter().map(|(_, count)| count).sum();
        encoder.encode_histogram::<NoLabelSet>(seconds, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
