//! How the commands beside the server find it, and know that it is theirs.

use std::path::Path;

use tracing::error;

use crate::data_dir::listening::{Listening, note_listening};
use crate::data_dir::proof::Proof;
use crate::words::log::{self, said};

/// Writes down where the server listens and how it proves itself; where that fails, the log says what comes of it.
pub(super) fn make_known(data: &Path, listening: Listening) -> Proof {
    let proof = Proof::of_server(data, listening).unwrap_or_else(|fault| {
        error!(
            fault = fault.message(log::lang()),
            "{}",
            said(
                "the commands beside the server will not believe that it is theirs",
                "本机的其他命令会认不出这个服务"
            )
        );
        Proof::nobody_knows(listening)
    });
    if let Err(fault) = note_listening(data, &listening) {
        error!(
            fault = fault.message(log::lang()),
            "{}",
            said("the commands beside the server will not find it", "本机的其他命令会找不到这个服务")
        );
    }
    proof
}
