//! A disk of a few megabytes that can be full and be read-only. A test that needs one first goes inside
//! mounts of its own (`own_mounts.rs`).
#![allow(dead_code)] // each test program uses a part of it

use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk in memory; it is taken away again at the end.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one of four megabytes on a folder.
    pub fn on(folder: &Path) -> Self {
        let mut mount = Command::new("mount");
        let output = mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self(folder.to_owned())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// With other options: `ro`, `rw`.
    pub fn remount(&self, how: &str) -> bool {
        // of the mount and not of the disk, which a user namespace may not change
        let options = format!("remount,bind,{how}");
        Command::new("mount").args(["-o", &options]).arg(self.path()).status().unwrap().success()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
