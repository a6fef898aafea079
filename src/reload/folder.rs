//! Reading a rules folder from disk: bytes and names. Reading blocks, so async code calls it on a blocking thread.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fault::FolderFault;
use super::region::{Region, Regions};
use super::survey::{RuleFile, Survey, THE_FOLDER, at_file, is_gone};
use super::withheld::withheld;
use crate::disk;
use crate::language::diagnostic::Diagnostic;
use crate::language::source::{RuleSource, SourceFile};
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// Bytes of all rule files together.
const LARGEST_FOLDER: u64 = 64 << 20;
/// How often a folder is listed again because something went away meanwhile.
const TRIES: usize = 5;

/// A rules folder as it was read.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    pub source: RuleSource,
    /// What is wrong with the folder itself; an error among them refuses the set.
    pub faults: Vec<Diagnostic>,
    /// The files that lie outside, behind links: none of their text is ever shown.
    outside: HashSet<Arc<str>>,
}

/// The rules folder is not there, or cannot be listed.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the rules folder {}: {source}", path.display())]
pub struct FolderUnreadable {
    pub path: PathBuf,
    pub source: io::Error,
}

impl FolderUnreadable {
    pub fn message(&self, lang: Lang) -> String {
        let (path, reason) = (self.path.display(), self.source.localized(lang));
        let text = lang.pick(
            format!("the rules folder {path} cannot be read: {reason}"),
            format!("无法读取规则文件夹 {path}：{reason}"),
        );
        if self.source.kind() != io::ErrorKind::NotFound {
            return text;
        }
        // what `init` makes where it is not told otherwise
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
        let name = match self.path.to_str() {
            Some("rules") => String::new(),
            Some(path) if path.chars().all(is_plain) => format!(" {path}"),
            _ => format!(" \"{path}\""),
        };
        let next = lang.pick(
            format!("`fanreply init{name}` writes a first one there"),
            format!("运行 `fanreply init{name}` 可以在那里生成第一个规则文件夹"),
        );
        format!("{text}\n{next}")
    }
}

impl Folder {
    /// What is left of a folder that could be read before.
    pub(super) fn gone(unreadable: FolderUnreadable) -> Self {
        let fault = FolderFault::Unreadable { reason: (&unreadable.source).into() };
        Self { faults: vec![at_file(THE_FOLDER, fault)], ..Self::default() }
    }

    /// Takes the words of files that lie outside the folder out of what is said about them: a link may lead to a
    /// secret. What was found there, and where, is left.
    pub fn withhold(&self, diagnostics: &mut [Diagnostic]) {
        diagnostics.iter_mut().filter(|found| self.outside.contains(&found.place.file)).for_each(withheld);
    }
}

/// Reads every rule file below `path`, or the single file there. Names that begin with `.` or `_` are
/// skipped; links are followed as `region.rs` says.
///
/// # Errors
/// See [`FolderUnreadable`]; all else is a fault in the result.
pub fn read_folder(path: &Path) -> Result<Folder, FolderUnreadable> {
    let unreadable = |source| FolderUnreadable { path: path.to_owned(), source };
    let mut tries = 1;
    loop {
        let (folder, vanished) = read_once(path).map_err(unreadable)?;
        // what went away each time is simply not there
        if !vanished || tries == TRIES {
            return Ok(folder);
        }
        tries += 1;
    }
}

fn read_once(path: &Path) -> io::Result<(Folder, bool)> {
    let survey = Survey::of(path)?;
    let (mut faults, mut vanished) = (survey.faults, survey.vanished);
    let mut files = Vec::with_capacity(survey.files.len());
    let mut room = LARGEST_FOLDER;
    let mut outside = HashSet::new();
    for file in &survey.files {
        let name = &file.name;
        match read_file(file, &survey.regions, room) {
            Ok(bytes) if bytes.len() as u64 > room => {
                faults.push(at_file(name, FolderFault::TooLarge { megabytes: LARGEST_FOLDER >> 20 }));
                break;
            }
            Ok(bytes) => {
                room -= bytes.len() as u64;
                files.push(SourceFile { path: name.clone(), bytes: bytes.into() });
                if file.region != Region::Inside {
                    outside.insert(name.clone());
                }
            }
            Err(error) if is_gone(&error) => vanished = true,
            Err(error) => faults.push(at_file(name, FolderFault::Unreadable { reason: (&error).into() })),
        }
    }
    if files.is_empty() && !faults.iter().any(Diagnostic::is_error) {
        faults.push(at_file(THE_FOLDER, FolderFault::NoRuleFile {}));
    }
    Ok((Folder { source: RuleSource::new(files), faults, outside }, vanished))
}

/// At most one byte more than there is room for, which tells that the file is too large.
fn read_file(file: &RuleFile, regions: &Regions, room: u64) -> io::Result<Vec<u8>> {
    for _ in 0..TRIES {
        let open = disk::open(&file.path)?;
        let identity = disk::identity(&open.metadata()?);
        if identity == file.identity || is_still(file, identity, regions)? {
            return disk::read_to(open, room);
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Whether the file of this identity, which came under this name after the look, lies where the former one lay: a
/// link that was turned elsewhere meanwhile is not taken for what it was.
fn is_still(file: &RuleFile, identity: (u64, u64), regions: &Regions) -> io::Result<bool> {
    let real = fs::canonicalize(&file.path)?;
    Ok(disk::identity(&fs::metadata(&real)?) == identity && regions.of(&real) == file.region)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn names(folder: &Folder) -> Vec<&str> {
        folder.source.files().iter().map(|file| &*file.path).collect()
    }

    fn faults(folder: &Folder) -> Vec<(u16, &str)> {
        let mut faults: Vec<_> =
            folder.faults.iter().map(|found| (found.fault.code().0, &*found.place.file)).collect();
        faults.sort();
        faults
    }

    #[test]
    fn every_rule_file_below_is_read_in_natural_order() {
        let dir = folder_with(&[("10.yaml", "a"), ("2.YML", "b"), ("b/1.yaml", "c"), ("notes.md", "d")]);
        let folder = read_folder(dir.path()).unwrap();
        assert_eq!(names(&folder), ["2.YML", "10.yaml", "b/1.yaml"]);
        assert!(folder.faults.is_empty());
    }

    #[test]
    fn names_that_begin_with_a_dot_or_a_line_are_skipped() {
        let dir = folder_with(&[("a.yaml", ""), (".b.yaml", ""), ("_c.yaml", ""), ("_old/d.yaml.txt", "")]);
        let folder = read_folder(dir.path()).unwrap();
        assert_eq!(names(&folder), ["a.yaml"]);
        assert!(folder.faults.is_empty());
    }

    #[test]
    fn a_single_file_is_a_folder_of_one() {
        let dir = folder_with(&[("a.yaml", "x"), ("b.yaml", "")]);
        assert_eq!(names(&read_folder(&dir.path().join("a.yaml")).unwrap()), ["a.yaml"]);
    }

    #[test]
    fn links_are_followed_and_a_circle_of_them_ends() {
        let dir = folder_with(&[("..2026/a.yaml", "x"), ("in/b.yaml", ""), ("in/deep/c.yaml", "")]);
        symlink("..2026", dir.path().join("..data")).unwrap();
        symlink("..data/a.yaml", dir.path().join("a.yaml")).unwrap();
        symlink("..", dir.path().join("in/up")).unwrap();
        symlink("../../in", dir.path().join("in/deep/again")).unwrap();
        let folder = read_folder(dir.path()).unwrap();
        assert_eq!(names(&folder), ["a.yaml", "in/b.yaml", "in/deep/c.yaml"]);
        assert!(folder.faults.is_empty());
    }

    #[test]
    fn what_would_silently_not_be_read_is_pointed_out() {
        let dir = folder_with(&[("a.yaml", ""), ("b.yaml.txt", ""), ("in/c。yaml", ""), ("d.yaml.docx", "")]);
        fs::write(dir.path().join(std::ffi::OsStr::from_bytes(b"\xC4\xE3.yaml")), "").unwrap();
        symlink("nowhere", dir.path().join("e.yaml")).unwrap();
        // it opens, and reading it fails, also for root
        symlink("/proc/self/mem", dir.path().join("f.yaml")).unwrap();
        let folder = read_folder(dir.path()).unwrap();
        assert_eq!(
            faults(&folder),
            [
                (160, "b.yaml.txt"),
                (160, "in/c。yaml"),
                (161, "d.yaml.docx"),
                (162, "f.yaml"),
                (163, "e.yaml"),
                (167, "\u{FFFD}\u{FFFD}.yaml"),
                (171, "f.yaml")
            ]
        );
    }

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let dir = folder_with(&[("a.yaml", "")]);
        let made = std::process::Command::new("mkfifo").arg(dir.path().join("p.yaml")).status().unwrap();
        assert!(made.success());
        assert_eq!(faults(&read_folder(dir.path()).unwrap()), [(162, "p.yaml")]);
    }

    #[test]
    fn a_pipe_that_takes_the_place_of_a_file_after_the_look_is_not_waited_for() {
        let dir = folder_with(&[("a.yaml", "")]);
        let survey = Survey::of(dir.path()).unwrap();
        let file = &survey.files[0];
        fs::remove_file(&file.path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&file.path).status().unwrap();
        assert!(made.success());
        let refused = read_file(file, &survey.regions, 9).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_link_that_is_turned_elsewhere_after_the_look_is_not_read() {
        let above = folder_with(&[("rules/in.yaml", "in"), ("beside.yaml", "beside")]);
        let link = above.path().join("rules/a.yaml");
        symlink("in.yaml", &link).unwrap();
        let survey = Survey::of(&above.path().join("rules")).unwrap();
        let file = survey.files.iter().find(|file| &*file.name == "a.yaml").unwrap();
        assert_eq!(read_file(file, &survey.regions, 9).unwrap(), b"in");
        fs::remove_file(&link).unwrap();
        symlink("../beside.yaml", &link).unwrap();
        assert!(is_gone(&read_file(file, &survey.regions, 9).unwrap_err()));
    }

    #[test]
    fn links_lead_beside_the_rules_folder_and_what_leads_farther_is_warned_of() {
        let above = folder_with(&[
            ("deep/er/rules/a.yaml", ""),
            ("deep/er/shared/b.yaml", ""),
            ("far/c.yaml", ""),
            ("d.yaml", ""),
        ]);
        let rules = above.path().join("deep/er/rules");
        for (to, link) in [("../shared", "s"), ("../../../far", "f"), ("../../../d.yaml", "d.yaml")] {
            symlink(to, rules.join(link)).unwrap();
        }
        let folder = read_folder(&rules).unwrap();
        assert_eq!(names(&folder), ["a.yaml", "d.yaml", "f/c.yaml", "s/b.yaml"]);
        assert_eq!(faults(&folder), [(171, "d.yaml"), (171, "f")]);
        // the folder itself may be a link, as that of git-sync
        symlink("deep/er/rules", above.path().join("current")).unwrap();
        assert_eq!(faults(&read_folder(&above.path().join("current")).unwrap()), []);
    }

    #[test]
    fn a_link_to_a_folder_above_ends_at_once() {
        let above = folder_with(&[("rules/a.yaml", ""), ("b.yaml", "")]);
        let rules = above.path().join("rules");
        symlink("/", rules.join("root")).unwrap();
        symlink("..", rules.join("up")).unwrap();
        let folder = read_folder(&rules).unwrap();
        assert_eq!((names(&folder), faults(&folder)), (vec!["a.yaml"], vec![(170, "root"), (170, "up")]));
    }

    #[test]
    fn a_folder_is_walked_once_whatever_leads_to_it_and_always_under_the_same_name() {
        let dir = folder_with(&[("z/a.yaml", ""), ("z/deep/b.yaml", ""), ("..data/c/d.yaml", "")]);
        for (to, link) in
            [("z", "a"), ("z/deep", "b"), ("../z", "z/back"), ("..data/c", "2"), ("..data/c", "10")]
        {
            symlink(to, dir.path().join(link)).unwrap();
        }
        assert_eq!(names(&read_folder(dir.path()).unwrap()), ["2/d.yaml", "z/a.yaml", "z/deep/b.yaml"]);
    }

    /// Ten thousand links: with work for each pair of them it takes a minute.
    #[test]
    fn folders_that_link_to_one_another_cost_a_look_a_link() {
        let above = folder_with(&[("rules/a.yaml", "")]);
        let folder = |number: usize| above.path().join(format!("beside/{number}"));
        (0..100).for_each(|number| fs::create_dir_all(folder(number)).unwrap());
        for from in (0..100).map(folder).chain([above.path().join("rules")]) {
            (0..100).for_each(|to| symlink(folder(to), from.join(to.to_string())).unwrap());
        }
        let began = std::time::Instant::now();
        assert_eq!(names(&read_folder(&above.path().join("rules")).unwrap()), ["a.yaml"]);
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }

    #[test]
    fn far_from_the_rules_folder_little_is_walked() {
        let above = folder_with(&[("x/y/rules/a.yaml", "")]);
        fs::create_dir(above.path().join("far")).unwrap();
        for file in 0..=super::super::survey::MOST_FAR {
            fs::write(above.path().join(format!("far/{file}")), "").unwrap();
        }
        symlink("../../../far", above.path().join("x/y/rules/far")).unwrap();
        let folder = read_folder(&above.path().join("x/y/rules")).unwrap();
        assert_eq!(faults(&folder), [(164, "far"), (171, "far")]);
    }

    #[test]
    fn a_folder_is_bounded_in_depth_number_and_size() {
        let dir = folder_with(&[(&format!("{}a.yaml", "d/".repeat(17)), "")]);
        assert_eq!(faults(&read_folder(dir.path()).unwrap())[0].0, 166);

        let dir = tempfile::tempdir().unwrap();
        for file in 0..=super::super::survey::MOST_FILES {
            fs::write(dir.path().join(format!("{file}.yaml")), "").unwrap();
        }
        assert_eq!(faults(&read_folder(dir.path()).unwrap()), [(164, ".")]);

        let dir = folder_with(&[("a.yaml", "")]);
        fs::File::create(dir.path().join("b.yaml")).unwrap().set_len(LARGEST_FOLDER + 1).unwrap();
        assert_eq!(faults(&read_folder(dir.path()).unwrap()), [(165, "b.yaml")]);
    }

    #[test]
    fn a_folder_without_rules_says_so_and_a_missing_one_is_an_error() {
        let dir = folder_with(&[("README.md", "")]);
        assert_eq!(faults(&read_folder(dir.path()).unwrap()), [(169, ".")]);
        let missing = read_folder(&dir.path().join("no")).unwrap_err();
        let said = missing.message(Lang::Zh);
        assert!(said.contains("不存在\n运行 `fanreply init "), "{said}");
    }
}
