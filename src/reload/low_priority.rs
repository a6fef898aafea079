//! Work that steps back behind all other threads: answers by the former rules must not wait while new ones are loaded.

use std::panic::resume_unwind;
use std::thread;

use rustix::process::nice;

/// The lowest priority that a thread can give itself.
const LAST_IN_LINE: i32 = 19;

/// Does this on a thread of the lowest priority.
pub fn at_low_priority<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let stepping_back = || {
        // on Linux this concerns this thread alone; where it is refused, loading has the usual priority
        let _ = nice(LAST_IN_LINE);
        work()
    };
    thread::scope(|scope| scope.spawn(stepping_back).join()).unwrap_or_else(|panic| resume_unwind(panic))
}
