//! The wire against the platform's samples, against hostile bodies, and against itself.

mod hostile;
mod replies;
mod round_trip;
mod samples;

use std::fs;
use std::path::PathBuf;

/// The samples of one folder below `fixtures/protocol`, by file name.
fn samples_in(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol").join(folder);
    let mut samples: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
        })
        .collect();
    samples.sort();
    samples
}

fn sample(path: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/protocol").join(path)).unwrap()
}
