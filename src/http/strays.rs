//! Requests that the platform signed and that arrive at a path where nothing is: most likely a proxy in front changes
//! the path, and no fan is answered until somebody is told.

use crate::words::log::said;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::warn;

/// One line in the log for each of them would be a flood.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(60);

/// Warns of such requests now and then.
#[derive(Debug, Default)]
pub struct Strays(Mutex<Option<Instant>>);

impl Strays {
    /// Notes a request at this path. `is_signed` is asked only where a warning is due.
    pub fn note(&self, path: &str, is_signed: impl FnOnce() -> bool) {
        let mut warned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_some_and(|at| at.elapsed() < BETWEEN_WARNINGS) || !is_signed() {
            return;
        }
        *warned = Some(Instant::now());
        let path: String = path.chars().take(200).collect();
        warn!(
            ?path,
            "{}",
            said(
                "the platform pushes to a path where nothing is; fans get no answer. the path must be /callback or \
                 /callback/NAME: if that is what the account's developer settings say, a proxy in front changes it (in \
                 nginx, by what stands behind the port in proxy_pass)",
                "平台推送到了一个不存在的路径，粉丝得不到回复。路径应该是 /callback 或 /callback/名字：如果开发者模式里就是这样填的，\
                 那就是前面的代理改了路径（nginx 要看 proxy_pass 里端口后面写了什么）"
            )
        );
    }
}
