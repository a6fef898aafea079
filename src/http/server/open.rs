//! The connections that are open, whose they are, and which of them give way when there is no room for
//! another: those that have waited longest for a request. One with a request in hand is never cut for a newcomer.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use super::{Connections, Limits};
use crate::http::network::network_of;
use crate::words::log::said;

/// When there is no room, one connection of this many is cut at once: looking at all of them for each newcomer would
/// cost more than serving it.
const SHARE: usize = 16;
/// So many beats go into the time that a client has for the head of a request. It is cut up to one beat later.
const BEATS: u32 = 40;

/// Whether a connection waits for a request of its client, or has one in hand that is not answered yet.
#[derive(Clone, Debug)]
pub struct RequestState {
    /// The moment since which it waits for a request, with [`BODY`] where the head has come; or [`IN_HAND`].
    waiting: Arc<AtomicU64>,
    /// Counts the moments of all connections.
    moments: Arc<AtomicU64>,
}

const IN_HAND: u64 = u64::MAX;
/// In place of a moment: it is about to be cut, and no request is taken from it.
const CUT: u64 = u64::MAX - 1;
const BODY: u64 = 1 << 63;

impl RequestState {
    fn waiting(moments: &Arc<AtomicU64>) -> Self {
        let now = moments.fetch_add(1, Ordering::Relaxed);
        Self { waiting: Arc::new(AtomicU64::new(now)), moments: moments.clone() }
    }

    /// The head of a request has arrived, and its body is to come. False where the connection was cut meanwhile: then the
    /// request must not be taken.
    pub fn head_received(&self) -> bool {
        self.waiting.fetch_or(BODY, Ordering::Relaxed) != CUT
    }

    /// A whole request has arrived. False where the connection was cut meanwhile.
    pub fn received(&self) -> bool {
        self.waiting.swap(IN_HAND, Ordering::Relaxed) != CUT
    }

    /// The request has its answer: the connection waits for the next one.
    pub fn answered(&self) {
        self.waiting.store(self.moments.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// More of an answer was taken: the time for the next request begins anew.
    pub fn written(&self) {
        if let Some(since) = self.waits_since().filter(|since| since & BODY == 0) {
            let now = self.moments.load(Ordering::Relaxed);
            // where another request has come meanwhile, it stays in hand
            let _ = self.waiting.compare_exchange(since, now, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn waits_since(&self) -> Option<u64> {
        Some(self.waiting.load(Ordering::Relaxed)).filter(|since| *since < CUT)
    }

    /// Whether it still waits for the same request as then; if so, none is taken any more, and it has to be cut.
    fn still_waits(&self, since: u64) -> bool {
        self.waiting.compare_exchange(since, CUT, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// The connections that are open.
pub struct Open<C> {
    limits: Limits,
    told: C,
    tasks: JoinSet<()>,
    connections: HashMap<Id, Connection>,
    per_client: HashMap<IpAddr, usize>,
    moments: Arc<AtomicU64>,
    /// The moments of the last beats, the oldest first.
    moments_of_beats: VecDeque<u64>,
}

struct Connection {
    client: IpAddr,
    state: RequestState,
    task: AbortHandle,
}

impl<C: Fn(Connections)> Open<C> {
    pub fn new(limits: Limits, told: C) -> Self {
        Self {
            limits,
            told,
            tasks: JoinSet::new(),
            connections: HashMap::new(),
            per_client: HashMap::new(),
            moments: Arc::default(),
            moments_of_beats: VecDeque::with_capacity(BEATS as usize + 1),
        }
    }

    /// Ticks when a [`beat`](Self::beat) is due.
    pub fn beats(&self) -> Interval {
        // a timer takes no less
        let mut beats = interval((self.limits.header_time / BEATS).max(Duration::from_millis(1)));
        // after a standstill nobody has less time than before
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beats
    }

    /// Cuts the connections that have waited for the head of a request for too long. One beat for all of them costs less than
    /// a timer for each request.
    pub fn beat(&mut self) {
        self.moments_of_beats.push_back(self.moments.fetch_add(1, Ordering::Relaxed));
        if self.moments_of_beats.len() <= BEATS as usize {
            return;
        }
        let Some(then) = self.moments_of_beats.pop_front() else { return };
        for connection in self.connections.values() {
            let since = connection.state.waits_since().filter(|since| *since <= then && since & BODY == 0);
            if since.is_some_and(|since| connection.state.still_waits(since)) {
                connection.task.abort();
            }
        }
    }

    /// Attends to one more connection, if there is room for it or can be made.
    pub fn add<F>(&mut self, client: IpAddr, attend: impl FnOnce(RequestState) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let client = network_of(client);
        let of_client = self.per_client.get(&client).copied().unwrap_or(0);
        let has_room = if of_client >= self.limits.per_client {
            self.cut_idle(of_client, |connection| connection.client == client)
        } else if self.connections.len() >= self.limits.connections {
            self.cut_idle(self.connections.len(), |_| true)
        } else {
            true
        };
        if !has_room {
            (self.told)(Connections::TurnedAway(1));
            return;
        }
        let state = RequestState::waiting(&self.moments);
        let task = self.tasks.spawn(attend(state.clone()));
        *self.per_client.entry(client).or_default() += 1;
        self.connections.insert(task.id(), Connection { client, state, task });
        (self.told)(Connections::Open(self.connections.len()));
    }

    /// Cuts a share of the connections that have waited longest for a request; whether there were any.
    pub fn make_room(&mut self) -> bool {
        self.cut_idle(self.connections.len(), |_| true)
    }

    fn cut_idle(&mut self, among: usize, belongs: impl Fn(&Connection) -> bool) -> bool {
        let waiting = |(id, connection): (&Id, &Connection)| {
            let since = connection.state.waits_since().filter(|_| belongs(connection))?;
            Some((since, *id))
        };
        let mut idle: Vec<(u64, Id)> = self.connections.iter().filter_map(waiting).collect();
        let share = among.div_ceil(SHARE).min(idle.len());
        if share > 0 {
            idle.select_nth_unstable_by_key(share - 1, |(since, _)| *since & !BODY);
        }
        let mut cut = 0;
        for (since, id) in &idle[..share] {
            if self.connections.get(id).is_some_and(|connection| connection.state.still_waits(*since))
                && let Some(connection) = self.forget(*id)
            {
                connection.task.abort();
                cut += 1;
            }
        }
        if cut > 0 {
            (self.told)(Connections::TurnedAway(cut));
        }
        cut > 0
    }

    /// Waits for a connection to end; nothing where none is open.
    pub async fn ended(&mut self) -> Option<()> {
        let ended = self.tasks.join_next_with_id().await?;
        let id = ended.map_or_else(|error: JoinError| error.id(), |(id, ())| id);
        if self.forget(id).is_some() {
            (self.told)(Connections::Open(self.connections.len()));
        }
        Some(())
    }

    fn forget(&mut self, id: Id) -> Option<Connection> {
        let connection = self.connections.remove(&id)?;
        if let Some(count) = self.per_client.get_mut(&connection.client) {
            *count -= 1;
            if *count == 0 {
                self.per_client.remove(&connection.client);
            }
        }
        Some(connection)
    }

    /// Waits for what is in flight, then cuts the rest.
    pub async fn drain(mut self) {
        let (mut beats, drain) = (self.beats(), self.limits.drain);
        let ended = async {
            loop {
                tokio::select! {
                    ended = self.ended() => if ended.is_none() { break },
                    // half a head must not hold up the stop
                    _ = beats.tick() => self.beat(),
                }
            }
        };
        if timeout(drain, ended).await.is_err() {
            tracing::warn!(
                connections = self.tasks.len(),
                "{}",
                said("cutting connections that did not end in time", "切断没有按时结束的连接")
            );
            self.tasks.shutdown().await;
        }
        (self.told)(Connections::Open(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_came_in_the_last_moment_is_not_cut() {
        let moments = Arc::default();
        let (early, late) = (RequestState::waiting(&moments), RequestState::waiting(&moments));
        let since = early.waits_since().unwrap();
        assert!(since < late.waits_since().unwrap());
        assert!(early.head_received() && early.received() && early.received());
        assert!(!early.still_waits(since));
        early.answered();
        assert!(early.waits_since() > late.waits_since(), "whoever has just been answered is the last to go");
        assert!(!early.still_waits(since), "he owes another request now");
        assert!(late.still_waits(late.waits_since().unwrap()));
        assert!(!late.head_received(), "no request is taken from one that is cut");
    }
}
