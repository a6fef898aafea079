//! How the server stands: its rules folders, looking at them now, and its metrics.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::State;
use hyper::StatusCode;
use hyper::header::{ACCEPT, HeaderMap};

use super::Admin;
use crate::http::answer::{self, Answer};
use crate::telemetry::Exposition;
use crate::view::folder::{Folder, Folders};
use crate::words::lang::Lang;

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

/// `POST /api/reload`: every folder by itself; one that is broken keeps no other back.
pub async fn reload(State(admin): State<Arc<Admin>>, lang: Lang) -> Answer {
    let mut folders = Vec::with_capacity(admin.folders.len());
    for folder in &admin.folders {
        let report = folder.reload().await;
        folders.push(Folder::of(folder, &report, lang));
    }
    let folders: Folders = folders.into_iter().collect();
    let status = if folders.ok { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    answer::json(status, &folders)
}

/// `GET /metrics`, for Prometheus.
pub async fn metrics(State(admin): State<Arc<Admin>>, headers: HeaderMap) -> Answer {
    admin.gauges.measure().await;
    let accepted = headers.get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    let form = Exposition::accepted(accepted.unwrap_or_default());
    answer::of(StatusCode::OK, form.content_type(), form.of(admin.metrics.encode()))
}
