//! The admin listener: what an operator may see and do, one file a group of routes. The [`guard`] stands before
//! all of them.

mod fans;
pub mod guard;
mod proof;
mod rules;
pub mod status;

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use hyper::body::Incoming;
use hyper::header::ALLOW;
use hyper::http::request::Parts;
use hyper::service::Service;
use hyper::{Method, Request, StatusCode};
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;

use self::guard::{Guard, admit};
use super::answer::{self, Answer};
use super::server::Client;
use crate::data_dir::proof::Proof;
use crate::deliver::measure::Gauges;
use crate::model::query::Query;
use crate::reload::LiveRules;
use crate::respond::fan_data::FanData;
use crate::telemetry::Metrics;
use crate::words::lang::Lang;

/// What the routes work with.
pub struct Admin {
    pub folders: Vec<Arc<LiveRules>>,
    pub fan_data: FanData,
    pub gauges: Gauges,
    pub metrics: Metrics,
    pub proof: Proof,
    /// Reloads that may be asked for at once.
    pub reloads: Arc<Semaphore>,
    pub lang: Lang,
}

/// The routes, behind the guard.
pub fn router(admin: Admin, guard: Guard) -> Router {
    let routes = Router::new()
        .route("/", get(status::front_page))
        .route("/metrics", get(status::metrics))
        .route("/api/status", get(status::status))
        .route(proof::PATH, get(proof::proof))
        .route("/api/reload", post(status::reload))
        .route("/api/rules/history", get(rules::history))
        .route("/api/rules/restore", post(rules::restore))
        .route("/api/messages/recent", get(fans::recent))
        .route("/api/forget", post(fans::forget))
        .method_not_allowed_fallback(not_allowed)
        .with_state(Arc::new(admin));
    // a layer on the routes themselves would get `Allow` added to its refusals: strangers would learn the paths
    Router::new().fallback_service(routes).layer(from_fn_with_state(Arc::new(guard), admit))
}

/// The answer to one request of this client.
pub async fn answer(router: Router, mut request: Request<Incoming>, client: Client) -> Response {
    request.extensions_mut().insert(client.address);
    let Ok(answer) = TowerToHyperService::new(router).call(request).await;
    answer
}

/// A path is read or acted on, never both.
async fn not_allowed(method: Method) -> Answer {
    let allowed = if method == Method::POST { "GET" } else { "POST" };
    answer::with(answer::empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, allowed)
}

/// The language that `?lang=` asks for, or the operator's.
impl FromRequestParts<Arc<Admin>> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, admin: &Arc<Admin>) -> Result<Self, Infallible> {
        Ok(match Query::of(head.uri.query()).get("lang") {
            "" => admin.lang,
            lang => Self::of_locale(lang),
        })
    }
}
