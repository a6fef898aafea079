//! Bind mounts, as containers use them, and a place to mount anything. A test that needs one runs itself again in a mount namespace of its
//! own, where root may mount, and elsewhere whoever may have a user namespace. It never passes in silence
//! where the system refuses both.
#![allow(dead_code)] // each test program uses a part of it

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

const INSIDE: &str = "FANREPLY_TEST_HAS_OWN_MOUNTS";

/// Whether this is the inner run of the test with this name, which may mount. The outer one starts it, and
/// fails when it fails.
pub fn inside(test: &str) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    let ways: [&[&str]; 2] = [&["--mount"], &["--mount", "--map-root-user"]];
    let Some(flags) = ways.into_iter().find(|flags| is_allowed(flags)) else {
        // what is written directly is shown, also of a test that passes
        let how = "run it as root, or where user namespaces are allowed (util-linux: unshare --mount --map-root-user)";
        let _ = writeln!(io::stderr(), "\nNOT TESTED: {test} may not mount anything here; {how}");
        return false;
    };
    let mut inner = Command::new("unshare");
    inner.args(flags).arg(env::current_exe().unwrap()).args([test, "--exact", "--nocapture"]);
    let output = inner.env(INSIDE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    println!("{said}");
    // without a test of this name nothing fails either
    assert!(output.status.success() && said.contains("1 passed"), "{test} failed inside");
    false
}

fn is_allowed(flags: &[&str]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mounted = Command::new("unshare")
        .args(flags)
        .args(["mount", "--bind"])
        .args([folder.path(), folder.path()])
        .output();
    mounted.is_ok_and(|output| output.status.success())
}

/// A bind mount, taken away again at the end, so that temporary folders can be removed.
pub struct Bound(PathBuf);

impl Bound {
    pub fn onto(from: &Path, to: &Path) -> Self {
        mount(&["--bind"], &[from, to]);
        Self(to.to_owned())
    }

    /// Nothing can be changed through it; where it leads to, everything can.
    pub fn read_only(from: &Path, to: &Path) -> Self {
        let bound = Self::onto(from, to);
        mount(&["-o", "remount,bind,ro"], &[to]);
        bound
    }
}

fn mount(options: &[&str], paths: &[&Path]) {
    let output = Command::new("mount").args(options).args(paths).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Drop for Bound {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
