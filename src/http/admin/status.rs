//! How the server stands: its rules folders, looking at them now, and its metrics.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use hyper::StatusCode;
use hyper::header::{ACCEPT, HeaderMap, LOCATION};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Admin;
use crate::http::answer::{self, Answer};
use crate::reload::LiveRules;
use crate::telemetry::Exposition;
use crate::view::folder::{Folder, Folders};
use crate::words::lang::Lang;

/// How long the answer to a reload waits for it: less than a request may take.
const RELOAD_TIME: Duration = Duration::from_secs(8);

/// One at work and one that waits for it.
pub const MOST_RELOADS: usize = 2;

/// `GET /`
pub async fn front_page(State(admin): State<Arc<Admin>>) -> Answer {
    let mut page = String::from("fanreply\n\n");
    for folder in &admin.folders {
        let rules = folder.report().rules;
        let _ = writeln!(page, "{}: {rules} rules in service", folder.folder().display());
    }
    page.push_str(
        "\n/metrics  /api/status  /api/messages/recent  POST /api/reload  /api/rules/history  POST /api/rules/restore?number=N  POST /api/forget?sender=ID\n",
    );
    answer::text(StatusCode::OK, page)
}

/// `GET /api/status`
pub async fn status(State(admin): State<Arc<Admin>>, lang: Lang) -> Answer {
    let folders = admin.folders.iter().map(|folder| Folder::of(folder, &folder.report(), lang));
    answer::json(StatusCode::OK, &folders.collect::<Folders>())
}

/// `POST /api/reload`: one folder after another; one that is broken keeps no other back. Rules that take longer to load
/// are loaded all the same: then the answer is 202, and `/api/status` tells how the folders stand.
pub async fn reload(State(admin): State<Arc<Admin>>, lang: Lang) -> Answer {
    reload_within(RELOAD_TIME, &admin.folders, &admin.reloads, lang).await
}

async fn reload_within(
    time: Duration,
    folders: &[Arc<LiveRules>],
    reloads: &Arc<Semaphore>,
    lang: Lang,
) -> Answer {
    // whoever comes while one waits finds what he wants already asked for
    let is_loading = match reloads.clone().try_acquire_owned() {
        Err(_) => true,
        Ok(permit) => {
            let folders = folders.to_vec();
            // a task of its own goes on when nobody waits for it
            let reloads = tokio::spawn(async move {
                for folder in &folders {
                    folder.reload().await;
                }
                drop(permit);
            });
            timeout(time, reloads).await.is_err()
        }
    };
    let stand: Folders = folders.iter().map(|folder| Folder::of(folder, &folder.report(), lang)).collect();
    let status = match (is_loading, stand.ok) {
        (true, _) => StatusCode::ACCEPTED,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let answer = answer::json(status, &stand);
    if is_loading { answer::with(answer, LOCATION, "/api/status") } else { answer }
}

/// `GET /metrics`, for Prometheus.
pub async fn metrics(State(admin): State<Arc<Admin>>, headers: HeaderMap) -> Answer {
    admin.gauges.measure().await;
    let accepted = headers.get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    let form = Exposition::accepted(accepted.unwrap_or_default());
    answer::of(StatusCode::OK, form.content_type(), form.of(admin.metrics.encode()))
}

#[cfg(test)]
mod tests {
    use tokio::sync::Mutex;

    use super::*;
    use crate::language::source::RuleSource;
    use crate::language::surroundings::Surroundings;
    use crate::language::{Loaded, load};
    use crate::telemetry::Metrics;

    /// No rules are loaded while somebody holds it.
    static GATE: Mutex<()> = Mutex::const_new(());

    fn behind_the_gate(source: &RuleSource, surroundings: &Surroundings) -> Loaded {
        let _passed = GATE.blocking_lock();
        load(source, surroundings)
    }

    #[tokio::test]
    async fn a_load_that_takes_long_goes_on_after_its_answer() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| std::fs::write(folder.path().join("a.yaml"), text).unwrap();
        write("rules: [{when: {keyword: 你好}, reply: 您好}]\n");
        let surroundings = Surroundings::default();
        let live = LiveRules::open(folder.path(), None, surroundings, behind_the_gate, Metrics::new());
        let live = live.await.unwrap();
        write("rules: [{when: {keyword: 再见}, reply: 再见}]\n");
        let (former, mut looks, closed) = (live.report(), live.looks(), GATE.lock().await);
        let reloads = Arc::new(Semaphore::new(MOST_RELOADS));
        let again = async |time| reload_within(time, std::slice::from_ref(&live), &reloads, Lang::En).await;
        let answer = again(Duration::from_millis(20)).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        assert_eq!(answer.headers()[LOCATION], "/api/status");
        assert_eq!(live.report().serving, former.serving);
        assert_eq!(again(Duration::from_millis(20)).await.status(), StatusCode::ACCEPTED);
        // one works and one waits: the third is answered at once
        assert_eq!(again(Duration::from_secs(3600)).await.status(), StatusCode::ACCEPTED);
        drop(closed);
        looks.changed().await.unwrap();
        assert_ne!(live.report().serving, former.serving);
    }
}
