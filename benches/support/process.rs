//! A server in a process of its own, and what the system knows of it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Process {
    /// Starts a program that listens on this address, and waits until it does.
    pub fn start(program: &Path, prepare: impl FnOnce(&mut Command, SocketAddr)) -> Self {
        // free a moment ago, and nobody else hurries for it
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let mut command = Command::new(program);
        command.stdout(Stdio::null());
        prepare(&mut command, address);
        let child = command.spawn().unwrap();
        while TcpStream::connect(address).is_err() {
            sleep(Duration::from_millis(10));
        }
        Self { child, address }
    }

    /// `fanreply serve` with these rules in a folder that is made for it.
    pub fn serving(program: &Path, folder: &Path, rules: &str) -> Self {
        fs::create_dir_all(folder.join("rules")).unwrap();
        fs::write(folder.join("rules/a.yaml"), rules).unwrap();
        Self::start(program, |command, address| {
            command
                .arg("serve")
                .current_dir(folder)
                .env("FANREPLY_LISTEN", address.to_string())
                .env("FANREPLY_ADMIN_LISTEN", "127.0.0.1:0")
                .env("FANREPLY_APP_SECRET", SECRET)
                .env("FANREPLY_RULES", folder.join("rules"))
                .env("FANREPLY_DATA", folder.join("data"))
                .env("FANREPLY_LOG", "error");
        })
    }

    /// Processor time that all its threads have used.
    pub fn cpu(&self) -> Duration {
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        let nanoseconds = threads.filter_map(|thread| {
            let stat = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            stat.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    /// Memory that is no mapped file.
    pub fn anonymous_mib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
