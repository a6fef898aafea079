//! The proof that this is the server of its data folder, for commands that have not said their password yet.

use std::sync::Arc;

use axum::extract::State;
use hyper::{StatusCode, Uri};

use super::Admin;
use crate::data_dir::proof::LONGEST_CHALLENGE;
use crate::http::answer::{self, Answer};
use crate::model::query::Query;

/// Where it is asked for, without a password.
pub const PATH: &str = "/api/proof";

/// `GET /api/proof?challenge=`
pub async fn proof(State(admin): State<Arc<Admin>>, uri: Uri) -> Answer {
    match Query::of(uri.query()).get("challenge") {
        challenge if challenge.len() > LONGEST_CHALLENGE => {
            answer::text(StatusCode::BAD_REQUEST, "challenge: too long\n")
        }
        challenge => answer::text(StatusCode::OK, admin.proof.answer(challenge) + "\n"),
    }
}
