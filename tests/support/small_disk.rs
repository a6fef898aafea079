//! A disk of a few megabytes that can be full and be read-only. It exists only where mounting is allowed.
#![allow(dead_code)] // each test program uses a part of it

use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk in memory; it is taken away again at the end.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one of four megabytes on a folder. `None`, with the reason printed, where that is refused.
    pub fn on(folder: &Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        match mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(folder).output() {
            Ok(output) if output.status.success() => return Some(Self(folder.to_owned())),
            Ok(output) => eprintln!("skipped: {}", String::from_utf8_lossy(&output.stderr)),
            Err(error) => eprintln!("skipped: {error}"),
        }
        None
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// With other options: `ro`, `rw`.
    pub fn remount(&self, how: &str) -> bool {
        let options = format!("remount,{how}");
        Command::new("mount").args(["-o", &options]).arg(self.path()).status().unwrap().success()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
