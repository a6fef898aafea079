//! The container engine at hand: docker, podman, or podman after a builder that `FANREPLY_IMAGE_BUILDER`
//! names. It knows what both engines have in common, and removes at the end what it made.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

const TAG: &str = "localhost/fanreply:test";
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The engine that built the image, once for all tests.
static BUILT: LazyLock<Option<Engine>> = LazyLock::new(Engine::find_and_build_or_say);

#[derive(Clone, Copy, Debug)]
pub struct Engine(&'static str);

impl Engine {
    /// None where the image cannot be built; that is said, also of tests that pass.
    pub fn with_image() -> Option<Self> {
        *BUILT
    }

    fn find_and_build_or_say() -> Option<Self> {
        let reason = match Self::find_and_build() {
            Ok(engine) => return Some(engine),
            Err(reason) => reason,
        };
        let how = "start docker, install podman (Debian: apt-get install podman), or name a program in \
                   FANREPLY_IMAGE_BUILDER that builds for podman when it is called with --no-run -t TAG FOLDER";
        let _ =
            writeln!(io::stderr(), "\nNOT TESTED: the image is neither built nor run here: {reason}\n{how}");
        None
    }

    fn find_and_build() -> Result<Self, String> {
        let (engine, mut build) = match env::var_os("FANREPLY_IMAGE_BUILDER").filter(|name| !name.is_empty())
        {
            Some(builder) => {
                let mut build = Command::new(builder);
                build.arg("--no-run");
                (Self("podman"), build)
            }
            None => Self::find()?,
        };
        // it takes minutes, so what it says is shown
        let built = build.args(["-t", TAG, ROOT]).stdin(Stdio::null()).status().unwrap();
        assert!(built.success(), "the image is not built: {build:?}");
        Ok(engine)
    }

    /// The first that runs here and has the base image, and how it builds.
    fn find() -> Result<(Self, Command), String> {
        let engine = ["docker", "podman"].map(Self).into_iter().find(|engine| engine.run(&["info"]).is_ok());
        let engine = engine.ok_or("neither docker nor podman runs")?;
        let dockerfile = fs::read_to_string(Path::new(ROOT).join("Dockerfile")).unwrap();
        let base = dockerfile.lines().find_map(|line| line.strip_prefix("FROM ")?.split(' ').next()).unwrap();
        if engine.run(&["image", "inspect", base]).is_err() {
            let no_base = |error| format!("{} has no {base}: {error}", engine.0);
            engine.run(&["pull", base]).map_err(no_base)?;
        }
        let mut build = Command::new(engine.0);
        build.arg("build");
        // podman's own format has no HEALTHCHECK
        if engine.0 == "podman" {
            build.args(["--format", "docker"]);
        }
        Ok((engine, build))
    }

    fn output(self, arguments: &[&str]) -> io::Result<Output> {
        Command::new(self.0).args(arguments).stdin(Stdio::null()).output()
    }

    /// What the engine prints. Errors: what it says when it fails.
    pub fn run(self, arguments: &[&str]) -> Result<String, String> {
        let output = self.output(arguments).map_err(|error| error.to_string())?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    pub fn inspect_image(self) -> Value {
        let text = self.run(&["image", "inspect", TAG]).unwrap();
        let images: Value = serde_json::from_str(&text).unwrap();
        images[0].clone()
    }

    /// The image's paths and the numbers of their owners, such as `0/0`.
    pub fn paths(self) -> Vec<(String, String)> {
        let container = Container { engine: self, id: self.run(&["create", TAG]).unwrap() };
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("image.tar");
        self.run(&["export", "-o", archive.to_str().unwrap(), &container.id]).unwrap();
        let listed = Command::new("tar").args(["--numeric-owner", "-tvf"]).arg(&archive).output().unwrap();
        assert!(listed.status.success());
        let listed = String::from_utf8(listed.stdout).unwrap();
        let entry = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[words.len() - 1].to_owned(), words[1].to_owned())
        };
        listed.lines().map(entry).collect()
    }

    /// Runs the image to its end, without any network: its exit code and all that it said.
    pub fn run_to_end(self, options: &[&str], arguments: &[&str]) -> (Option<i32>, String) {
        let rest =
            [&["run", "--rm", "--network=none", "--no-healthcheck"], options, &[TAG], arguments].concat();
        let output = self.output(&rest).unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }

    /// A container as an operator should run it: nothing can be written but its volumes, nothing is allowed.
    pub fn create(self, options: &[&str]) -> Container {
        // the health check is called by the tests: not every machine can time it
        let strict =
            ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--no-healthcheck"];
        // podman would put writable folders into a read-only root
        let stricter: &[&str] = if self.0 == "podman" { &["--read-only-tmpfs=false"] } else { &[] };
        let rest = [&["create"], &strict[..], stricter, options, &[TAG]].concat();
        Container { engine: self, id: self.run(&rest).unwrap() }
    }

    /// A new volume, empty and owned by root.
    pub fn volume(self) -> Volume {
        Volume { engine: self, name: self.run(&["volume", "create"]).unwrap() }
    }
}

/// A container; it is removed when it is dropped.
pub struct Container {
    engine: Engine,
    id: String,
}

impl Container {
    pub fn start(self) -> Self {
        self.engine.run(&["start", &self.id]).unwrap();
        self
    }

    /// Writes its data folder into an archive.
    pub fn back_up(&self, archive: &Path) {
        let data = format!("{}:/data/.", self.id);
        let archive = File::create(archive).unwrap();
        let copied = Command::new(self.engine.0).args(["cp", &data, "-"]).stdout(archive).status().unwrap();
        assert!(copied.success());
    }

    /// Puts an archive into its data folder.
    pub fn restore(&self, archive: &Path) {
        let data = format!("{}:/data", self.id);
        let archive = File::open(archive).unwrap();
        let copied = Command::new(self.engine.0).args(["cp", "-", &data]).stdin(archive).status().unwrap();
        assert!(copied.success());
    }

    /// Runs another program in it.
    pub fn exec(&self, arguments: &[&str]) -> Result<String, String> {
        self.engine.run(&[&["exec", &self.id], arguments].concat())
    }

    /// All that it said.
    pub fn said(&self) -> String {
        let output = self.engine.output(&["logs", &self.id]).unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }

    /// Asks it to stop, and kills it after ten seconds: its exit code.
    pub fn stop(&self) -> String {
        self.engine.run(&["stop", "-t", "10", &self.id]).unwrap();
        self.engine.run(&["inspect", "--format", "{{.State.ExitCode}}", &self.id]).unwrap()
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = self.engine.run(&["rm", "-f", "-v", &self.id]);
    }
}

/// A named volume; it is removed when it is dropped.
pub struct Volume {
    engine: Engine,
    name: String,
}

impl Volume {
    pub fn at(&self, path: &str) -> String {
        format!("--volume={}:{path}", self.name)
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        let _ = self.engine.run(&["volume", "rm", "-f", &self.name]);
    }
}

/// An option that mounts a folder or file of this machine, read-only.
pub fn mounted(from: &Path, to: &str) -> String {
    format!("--volume={}:{to}:ro", from.display())
}
