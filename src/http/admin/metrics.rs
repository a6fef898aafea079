//! `GET /metrics`, for Prometheus.

use std::sync::Arc;

use axum::extract::State;
use hyper::StatusCode;
use hyper::header::{ACCEPT, HeaderMap};

use super::Admin;
use crate::http::answer::{self, Answer};
use crate::telemetry::Exposition;

pub async fn show(State(admin): State<Arc<Admin>>, headers: HeaderMap) -> Answer {
    admin.gauges.measure().await;
    let accepted = headers.get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    let form = Exposition::accepted(accepted.unwrap_or_default());
    answer::of(StatusCode::OK, form.content_type(), form.of(admin.metrics.encode()))
}
