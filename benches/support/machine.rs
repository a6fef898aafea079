//! Whether the machine was quiet enough to believe what was measured on it.

use std::fs;

/// Beside the bench, at most this share of all processor time may have been in use or taken away.
const TOLERATED: f64 = 0.05;

/// Processor time since the machine started, in ticks: of everything, of other programs, and taken by others on the host.
#[derive(Clone, Copy)]
struct Ticks {
    all: f64,
    busy: f64,
    stolen: f64,
    own: f64,
}

/// Watches the machine from now on.
pub struct Watch(Ticks);

impl Ticks {
    fn now() -> Self {
        // proc_stat(5): user nice system idle iowait irq softirq steal …
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        let cpu = stat.lines().next().unwrap_or_default();
        let ticks: Vec<f64> = cpu.split_whitespace().skip(1).filter_map(|ticks| ticks.parse().ok()).collect();
        let at = |number: usize| ticks.get(number).copied().unwrap_or_default();
        let all = ticks.iter().take(8).sum();
        Self { all, busy: all - at(3) - at(4) - at(7), stolen: at(7), own: own() }
    }
}

/// Of this process and those that it started and that are still there.
fn own() -> f64 {
    let of = |pid: &str| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
        // proc_pid_stat(5): utime and stime are the 14th and 15th field
        fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
    };
    let children = fs::read_to_string(format!("/proc/self/task/{}/children", std::process::id()));
    of("self") + children.unwrap_or_default().split_whitespace().map(of).sum::<f64>()
}

impl Watch {
    pub fn begin() -> Self {
        Self(Ticks::now())
    }

    /// Says how much of the machine others had meanwhile, and loudly where that is too much.
    pub fn judge(&self) {
        let (then, now) = (self.0, Ticks::now());
        let all = now.all - then.all;
        let others = ((now.busy - then.busy) - (now.own - then.own)).max(0.0) / all;
        let stolen = (now.stolen - then.stolen) / all;
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        println!(
            "meanwhile other programs had {:.0} % of this machine, and other machines {:.0} %; load average {}",
            others * 100.0,
            stolen * 100.0,
            load.split_whitespace().next().unwrap_or("unknown"),
        );
        if others + stolen > TOLERATED {
            println!("TOO BUSY TO JUDGE: believe the ratios with care, and no figure by itself");
        }
    }
}
