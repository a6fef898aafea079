//! The real binary in processes of their own, as an operator runs it. It knows nothing of what is inside.
#![allow(dead_code)] // each test program uses a part of it

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::support::Ground;

/// The binary, in an environment that is the ground's alone.
pub fn fanreply(ground: &Ground, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    command.arg0("fanreply");
    let variables = ground.variables().iter().map(|(name, value)| (name, value));
    command.env_clear().env("LANG", "C.UTF-8").envs(variables);
    command.current_dir(ground.path("")).args(arguments);
    command
}

/// A server that runs; it is killed when it is dropped.
pub struct Server {
    child: Child,
    /// Kept open: a server that cannot write its pages is another test.
    _stdout: BufReader<ChildStdout>,
    /// Its listeners, as URLs.
    pub public: String,
    pub admin: String,
}

impl Server {
    /// Returns when messages are answered. It blocks. What the server says goes to the ground's `log`.
    pub fn start(ground: &Ground) -> Self {
        Self::start_logging_to(
            ground,
            OpenOptions::new().create(true).append(true).open(log(ground)).unwrap(),
        )
    }

    /// As [`Self::start`], with another place for what the server says.
    pub fn start_logging_to(ground: &Ground, log: impl Into<Stdio>) -> Self {
        let mut command = fanreply(ground, &["serve"]);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        // the first screen is printed when messages are answered
        while !line.contains("fanreply push") {
            line.clear();
            let read = stdout.read_line(&mut line).unwrap();
            assert!(read > 0, "the server ended: {}", said(ground));
        }
        let noted: Value =
            serde_json::from_slice(&fs::read(ground.path("data/listen.json")).unwrap()).unwrap();
        let url = |listener: &str| format!("http://{}", noted[listener].as_str().unwrap());
        Self { child, _stdout: stdout, public: url("public"), admin: url("admin") }
    }

    /// `kill -9`, whatever it is doing.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let asked = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// Asks it to stop, and waits; its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.signal("TERM");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The memory that a server has, in MiB.
pub fn memory(server: &Server) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    kibibytes.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

/// What all servers of this ground said, the last of it.
pub fn said(ground: &Ground) -> String {
    let all = fs::read(log(ground)).unwrap_or_default();
    String::from_utf8_lossy(&all[all.len().saturating_sub(4_000)..]).into_owned()
}

fn log(ground: &Ground) -> impl AsRef<Path> {
    ground.path("log")
}
