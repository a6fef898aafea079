//! What is kept of fans: their recorded messages, and erasing all of it.

use std::sync::Arc;

use axum::extract::State;
use hyper::header::{HeaderValue, LINK};
use hyper::{StatusCode, Uri};

use super::Admin;
use crate::http::answer::{self, Answer};
use crate::model::query::Query;
use crate::platform;
use crate::view::forgotten::Forgotten;

/// Recorded messages in one answer; each is some hundred bytes.
const RECENT_AT_ONCE: u32 = 2_000;
const JSON_LINES: &str = "application/jsonl; charset=utf-8";

/// `GET /api/messages/recent?after=`: the oldest first, as lines of JSON. Where there may be more, a `Link` leads
/// on.
pub async fn recent(State(admin): State<Arc<Admin>>, uri: Uri) -> Answer {
    let after = match Query::of(uri.query()).get("after") {
        "" => 0,
        number => match number.parse() {
            Ok(number) => number,
            Err(_) => return answer::text(StatusCode::BAD_REQUEST, "after: not a number\n"),
        },
    };
    let lines = match admin.fan_data.recent_after(after, RECENT_AT_ONCE).await {
        Ok(Some(lines)) => lines,
        Ok(None) => return answer::text(StatusCode::NOT_FOUND, "messages are not recorded\n"),
        Err(fault) => return answer::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{fault}\n")),
    };
    let body: String = lines.iter().flat_map(|(_, line)| [line, "\n"]).collect();
    let mut answer = answer::of(StatusCode::OK, JSON_LINES, body);
    let last = lines.last().filter(|_| lines.len() == RECENT_AT_ONCE as usize);
    let next = last.map(|(number, _)| format!("</api/messages/recent?after={number}>; rel=\"next\""));
    if let Some(next) = next.and_then(|next| HeaderValue::try_from(next).ok()) {
        answer.headers_mut().insert(LINK, next);
    }
    answer
}

/// `POST /api/forget?sender=`
pub async fn forget(State(admin): State<Arc<Admin>>, uri: Uri) -> Answer {
    let sender = match platform::read_id(Query::of(uri.query()).get("sender")) {
        Ok(sender) => sender,
        Err(fault) => return answer::text(StatusCode::BAD_REQUEST, format!("sender: {fault}\n")),
    };
    match admin.fan_data.forget(sender).await {
        Ok(erased) => answer::json(StatusCode::OK, &Forgotten::of(erased)),
        Err(fault) => answer::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{fault}\n")),
    }
}
