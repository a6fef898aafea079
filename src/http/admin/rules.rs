//! The sets of rules that served, and bringing a former one back.

use std::sync::Arc;

use axum::extract::State;
use hyper::{StatusCode, Uri};

use super::Admin;
use crate::http::answer::{self, Answer};
use crate::model::query::Query;
use crate::reload::RestoreFault;
use crate::view::folder::{Folder, Folders};
use crate::view::history::FolderHistory;
use crate::words::lang::Lang;

/// `GET /api/rules/history`: of every folder.
pub async fn history(State(admin): State<Arc<Admin>>, lang: Lang) -> Answer {
    let mut histories = Vec::with_capacity(admin.folders.len());
    for folder in &admin.folders {
        match FolderHistory::of(folder).await {
            Ok(history) => histories.push(history),
            Err(fault) => {
                return answer::text(StatusCode::INTERNAL_SERVER_ERROR, fault.message(lang) + "\n");
            }
        }
    }
    answer::json(StatusCode::OK, &histories)
}

/// `POST /api/rules/restore?number=`: in whichever folder the set served.
pub async fn restore(State(admin): State<Arc<Admin>>, uri: Uri, lang: Lang) -> Answer {
    let Ok(number) = Query::of(uri.query()).get("number").parse() else {
        return answer::text(StatusCode::BAD_REQUEST, "number: not a number\n");
    };
    for folder in &admin.folders {
        match folder.restore(number).await {
            Ok(report) => {
                let folders: Folders = [Folder::of(folder, &report, lang)].into_iter().collect();
                return answer::json(StatusCode::OK, &folders);
            }
            Err(RestoreFault::Unknown { .. }) => {}
            Err(fault) => {
                let status = match fault {
                    RestoreFault::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                return answer::text(status, fault.message(lang) + "\n");
            }
        }
    }
    answer::text(StatusCode::NOT_FOUND, RestoreFault::Unknown { number }.message(lang) + "\n")
}
