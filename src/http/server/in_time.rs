//! A limit in time that costs nothing where the work is done at once.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

/// The output of the future, unless it takes longer.
///
/// It is polled twice at once, and only if both polls are pending is a timer set: the body of a small request
/// comes right behind its head, and then there is nothing left to wait for.
pub async fn in_time<F: Future + Unpin>(within: Duration, mut future: F) -> Option<F::Output> {
    let mut is_second = false;
    let early = poll_fn(|cx| match std::pin::Pin::new(&mut future).poll(cx) {
        Poll::Pending if !is_second => {
            is_second = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
        polled => Poll::Ready(polled),
    });
    match early.await {
        Poll::Ready(output) => Some(output),
        Poll::Pending => timeout(within, future).await.ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::pin::pin;

    use tokio::task::yield_now;
    use tokio::time::{Instant, sleep};

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn what_comes_in_time_is_passed_on_and_nothing_else() {
        assert_eq!(in_time(Duration::ZERO, ready(1)).await, Some(1));
        let soon = pin!(async {
            yield_now().await;
            2
        });
        assert_eq!(in_time(Duration::ZERO, soon).await, Some(2), "the second poll");
        let late = pin!(async {
            sleep(LONG).await;
            3
        });
        assert_eq!(in_time(2 * LONG, late).await, Some(3));
        let began = Instant::now();
        assert_eq!(in_time(LONG, pending::<()>()).await, None);
        assert_eq!(began.elapsed(), LONG);
    }
}
