//! The folder of a plan: there as a whole or not at all, and never in place of somebody else's files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Listed;
use crate::error::{Error, Place, Result};

/// The file that says that a folder is ours, and what we put into it.
pub const MANIFEST: &str = "plan.json";
/// The file for people.
pub const README: &str = "README.md";
/// The folder in it with the lists for loaders.
pub const IDS: &str = "ids";

/// What the manifest says.
#[derive(Debug, Serialize)]
pub struct Manifest<'a> {
    /// `synclens`.
    pub tool: &'static str,
    /// Its version.
    pub version: &'static str,
    /// `retry` or `rollback`.
    pub plan: &'static str,
    /// The job.
    pub job_id: &'a str,
    /// The newest time of the data.
    pub as_of: Option<&'a str>,
    /// The lists of records, in the order in which they are used.
    pub files: &'a [Listed],
    /// Audit rows of the job by what became of them here; they add up to `rows`.
    pub counts: &'a [(String, u64)],
    /// All audit rows that the plan accounts for.
    pub rows: u64,
}

/// A folder that is being filled under a passing name, beside its place.
pub struct Folder {
    place: PathBuf,
    passing: tempfile::TempDir,
}

impl Folder {
    /// Begins a folder for `place`.
    ///
    /// # Errors
    /// There is something at `place` that a plan may not replace, or the folder above cannot be written to.
    pub fn begin(place: &Path) -> Result<Folder> {
        let place = if place.exists() {
            check(place)?;
            place.canonicalize().place(|| format!("cannot find '{}'", place.display()))?
        } else {
            place.to_path_buf()
        };
        let above = above(&place);
        fs::create_dir_all(&above).place(|| format!("cannot make the folder '{}'", above.display()))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".synclens-");
        // A passing folder is for its owner only; a plan is as public as any folder that the user makes.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let passing = builder.tempdir_in(&above).place(|| format!("cannot write into '{}'", above.display()))?;
        Ok(Folder { place, passing })
    }

    /// Makes the folder for the lists for loaders, if it is not there.
    pub fn make_ids(&self) -> Result<()> {
        fs::create_dir_all(self.path(IDS)).place(|| format!("cannot make the folder '{IDS}'"))
    }

    /// Where a file is written while the folder is unfinished.
    pub fn path(&self, file: &str) -> PathBuf {
        self.passing.path().join(file)
    }

    /// Writes a file of text.
    pub fn write(&self, file: &str, text: &str) -> Result<()> {
        fs::write(self.path(file), text).place(|| format!("cannot write '{file}'"))
    }

    /// Adds the manifest and puts the folder into its place.
    pub fn finish(self, manifest: &Manifest) -> Result<()> {
        let text = serde_json::to_string_pretty(manifest).place(|| "cannot write the manifest".into())?;
        self.write(MANIFEST, &(text + "\n"))?;
        let place = || format!("cannot put the files into '{}'", self.place.display());
        if !self.place.exists() {
            return fs::rename(self.passing.path(), &self.place).place(place);
        }
        // Again, since it may have been filled meanwhile.
        check(&self.place)?;
        let aside = tempfile::Builder::new().prefix(".synclens-").tempdir_in(above(&self.place)).place(place)?;
        let old = aside.path().join("old");
        fs::rename(&self.place, &old).place(place)?;
        if let Err(error) = fs::rename(self.passing.path(), &self.place) {
            fs::rename(&old, &self.place).place(place)?;
            return Err(error).place(place);
        }
        Ok(())
    }
}

fn above(place: &Path) -> PathBuf {
    place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf()
}

/// Refuses to replace what an earlier plan did not write.
fn check(place: &Path) -> Result<()> {
    #[derive(Deserialize)]
    struct Ours {
        tool: String,
        files: Vec<Named>,
    }
    #[derive(Deserialize)]
    struct Named {
        file: String,
        ids: Option<String>,
    }
    let refuse = |what: &str| {
        Err(Error::new(format!("'{}' {what}, so nothing is written", place.display()))
            .hint("name a folder that is new, empty, or from an earlier run"))
    };
    if !place.is_dir() {
        return refuse("is a file");
    }
    let mut there = names(place)?;
    if place.join(IDS).is_dir() {
        there.retain(|name| name != IDS);
        there.extend(names(&place.join(IDS))?.into_iter().map(|name| format!("{IDS}/{name}")));
    }
    if there.is_empty() {
        return Ok(());
    }
    let manifest = fs::read_to_string(place.join(MANIFEST)).ok().and_then(|text| serde_json::from_str::<Ours>(&text).ok());
    let Some(manifest) = manifest.filter(|manifest| manifest.tool == env!("CARGO_PKG_NAME")) else {
        return refuse("holds files that are not from an earlier plan");
    };
    let lists = manifest.files.iter().flat_map(|named| [Some(&named.file), named.ids.as_ref()]).flatten().map(String::as_str);
    let ours: BTreeSet<&str> = lists.chain([MANIFEST, README]).collect();
    match there.iter().find(|name| !ours.contains(name.as_str())) {
        Some(other) => refuse(&format!("holds '{}', which is not from an earlier plan", other.escape_debug())),
        None => Ok(()),
    }
}

fn names(folder: &Path) -> Result<Vec<String>> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect())
        .place(|| format!("cannot read the folder '{}'", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(place: &Path, file: &str) -> Result<()> {
        let folder = Folder::begin(place)?;
        folder.write(file, "x")?;
        folder.make_ids()?;
        folder.write(&format!("{IDS}/{file}"), "x")?;
        let files = [Listed {
            file: file.into(),
            ids: Some(format!("{IDS}/{file}")),
            class: "now".into(),
            object: "Account".into(),
            rows: 1,
        }];
        folder.finish(&Manifest {
            tool: "synclens",
            version: "0",
            plan: "retry",
            job_id: "J",
            as_of: None,
            files: &files,
            counts: &[],
            rows: 1,
        })
    }

    fn sorted(folder: &Path) -> Vec<String> {
        let mut names = names(folder).expect("a folder");
        names.sort();
        names
    }

    #[test]
    fn a_plan_replaces_an_earlier_plan_and_nothing_else() {
        let work = tempfile::tempdir().expect("a folder");
        let place = work.path().join("deep/plan");
        written(&place, "1.csv").expect("a new folder");
        written(&place, "2.csv").expect("an earlier plan");
        assert_eq!(sorted(&place), ["2.csv", IDS, "plan.json"]);
        fs::write(place.join("ids/mine.csv"), "x").expect("a file");
        let error = written(&place, "3.csv").expect_err("it holds a file of the user");
        assert!(error.to_string().contains("'ids/mine.csv'"), "{error}");
        fs::remove_file(place.join("ids/mine.csv")).expect("a file");
        fs::write(place.join("mine.txt"), "x").expect("a file");
        let error = written(&place, "3.csv").expect_err("it holds a file of the user");
        assert!(error.to_string().contains("mine.txt"), "{error}");
        assert_eq!(sorted(&place), ["2.csv", IDS, "mine.txt", "plan.json"]);
        assert_eq!(sorted(&work.path().join("deep")), ["plan"], "nothing is left beside it");
    }

    #[test]
    fn an_empty_folder_is_taken_and_a_strange_one_is_not() {
        let work = tempfile::tempdir().expect("a folder");
        let place = work.path().join("plan");
        fs::create_dir(&place).expect("a folder");
        written(&place, "1.csv").expect("an empty folder");
        let other = work.path().join("other");
        fs::create_dir(&other).expect("a folder");
        fs::write(other.join(MANIFEST), "{\"tool\": \"else\", \"files\": []}").expect("a file");
        assert!(written(&other, "1.csv").is_err());
        assert!(written(&other.join(MANIFEST), "1.csv").is_err());
        assert_eq!(sorted(&other), [MANIFEST]);
    }

    #[test]
    fn an_unfinished_folder_leaves_nothing() {
        let work = tempfile::tempdir().expect("a folder");
        let folder = Folder::begin(&work.path().join("plan")).expect("a folder");
        folder.write("1.csv", "x").expect("a file");
        drop(folder);
        assert_eq!(sorted(work.path()), Vec::<String>::new());
    }
}
