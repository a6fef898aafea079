//! What is known of rules folders and of the looks at them. Only what serves now has a hash here.

use std::path::Path;

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;

use super::Metrics;
use super::register::Register;
use crate::telemetry::labels::{FolderLabels, ReloadLabels, RulesLabels};

#[derive(Debug)]
pub(super) struct Reloading {
    reloads: Family<ReloadLabels, Counter>,
    successful: Family<FolderLabels, Gauge>,
    success_time: Family<FolderLabels, Gauge>,
    rules: Family<FolderLabels, Gauge>,
    serving: Family<RulesLabels, Gauge>,
}

impl Reloading {
    pub fn joining(register: &mut Register) -> Self {
        Self {
            reloads: register.add("reloads", "Looks at a changed rules folder, by result"),
            successful: register.add(
                "last_reload_successful",
                "Whether the rules folder as it is now could be put in service",
            ),
            success_time: register.seconds(
                "last_reload_success_timestamp",
                "When a rules folder was last put in service, in Unix time",
            ),
            rules: register.add("rules", "Rules in service"),
            serving: register.add(
                "rules_info",
                "The hash of the rules in service, which other servers with the same rules show too",
            ),
        }
    }

    pub fn begin_at_zero(&self) {
        for result in [ReloadLabels::SUCCESS, ReloadLabels::REFUSED] {
            drop(self.reloads.get_or_create(&result));
        }
    }
}

impl Metrics {
    /// A rules folder was put in service.
    pub fn reload_succeeded(&self, folder: &Path, at: Timestamp) {
        let (reloading, labels) = (&self.0.reloading, FolderLabels::of(folder));
        reloading.reloads.get_or_create(&ReloadLabels::SUCCESS).inc();
        reloading.successful.get_or_create(&labels).set(1);
        reloading.success_time.get_or_create(&labels).set(at.as_second());
    }

    /// A rules folder was refused; what served before still serves.
    pub fn reload_refused(&self, folder: &Path) {
        let reloading = &self.0.reloading;
        reloading.reloads.get_or_create(&ReloadLabels::REFUSED).inc();
        reloading.successful.get_or_create(&FolderLabels::of(folder)).set(0);
    }

    /// What of a folder serves, also when it comes from the last good set: how many rules, and their hash in
    /// place of the former one.
    pub fn rules_in_service(&self, folder: &Path, rules: usize, former: Option<&str>, hash: Option<&str>) {
        let rules = i64::try_from(rules).unwrap_or(i64::MAX);
        self.0.reloading.rules.get_or_create(&FolderLabels::of(folder)).set(rules);
        let serving = &self.0.reloading.serving;
        if let Some(former) = former {
            serving.remove(&RulesLabels::of(folder, former));
        }
        if let Some(hash) = hash {
            serving.get_or_create(&RulesLabels::of(folder, hash)).set(1);
        }
    }
}
