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
    match admin.fan_data.forget(sender).await {
        Ok(erased) => answer::json(StatusCode::OK, &Forgotten::of(erased)),
        Err(fault) => answer::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{fault}\n")),
    }
}
