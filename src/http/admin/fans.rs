//! What is kept about a fan.

use std::sync::Arc;

use axum::extract::State;
use hyper::{StatusCode, Uri};

use super::Admin;
use crate::http::answer::{self, Answer};
use crate::http::query::Query;
use crate::model::id::UserId;
use crate::view::forgotten::Forgotten;

/// `POST /api/forget?sender=`
pub async fn forget(State(admin): State<Arc<Admin>>, uri: Uri) -> Answer {
    let sender = match UserId::from_uid(Query::of(&uri).get("sender")) {
        Ok(sender) => sender,
        Err(fault) => return answer::text(StatusCode::BAD_REQUEST, format!("sender: {fault}\n")),
    };
    let answers = admin.responder.forget(sender);
    match admin.responder.erase(sender).await {
        Ok(rows) => answer::json(StatusCode::OK, &Forgotten { answers, rows }),
        Err(fault) => answer::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{fault}\n")),
    }
}
