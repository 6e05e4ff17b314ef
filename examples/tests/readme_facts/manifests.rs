//! The files of the repository, above all the manifests.

use std::fs;
use std::path::{Path, PathBuf};

/// A package of the workspace.
pub struct Package {
    /// Its folder, from the root of the workspace.
    pub folder: String,
    pub manifest: Manifest,
}

/// As much of TOML as the manifests use: tables of `key = value`, where a value is a text, `true`, `false` or a list of
/// texts. Whatever is written in another way is not found.
pub struct Manifest {
    text: String,
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A text file of the repository.
#[track_caller]
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The manifest of the workspace.
pub fn workspace() -> Manifest {
    Manifest::read("Cargo.toml")
}

/// What the packages share: the text behind this key.
#[track_caller]
pub fn shared(key: &str) -> String {
    workspace().text("workspace.package", key)
}

/// All packages, in the order of the root manifest.
pub fn packages() -> Vec<Package> {
    let folders = workspace().list("workspace", "members").into_iter();
    folders
        .map(|folder| Package { manifest: Manifest::read(&format!("{folder}/Cargo.toml")), folder })
        .collect()
}

/// The library crates, in the order of the root manifest: all that may be published.
pub fn library_crates() -> Vec<Package> {
    packages().into_iter().filter(|package| !package.manifest.says("package", "publish = false")).collect()
}

impl Package {
    #[track_caller]
    pub fn name(&self) -> String {
        self.manifest.text("package", "name")
    }

    /// The text of its `lib.rs`.
    #[track_caller]
    pub fn crate_page(&self) -> String {
        read(&format!("{}/src/lib.rs", self.folder))
    }
}

impl Manifest {
    #[track_caller]
    fn read(path: &str) -> Self {
        Self { text: format!("\n{}", read(path)) }
    }

    /// Whether a table has this line.
    pub fn says(&self, table: &str, line: &str) -> bool {
        self.table(table).lines().any(|other| other == line)
    }

    /// The text behind a key.
    #[track_caller]
    pub fn text(&self, table: &str, key: &str) -> String {
        let quoted = self.value(table, key).and_then(|value| value.strip_prefix('"')?.split_once('"'));
        quoted.unwrap_or_else(|| panic!("no text {key} in [{table}] of{}", self.text)).0.to_owned()
    }

    /// The texts in the list behind a key; none where there is no such key.
    pub fn list(&self, table: &str, key: &str) -> Vec<String> {
        let list = self.value(table, key).and_then(|value| value.strip_prefix('[')?.split_once(']'));
        list.map_or("", |(items, _)| items).split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The keys of a table, in order.
    pub fn keys(&self, table: &str) -> Vec<String> {
        self.table(table).lines().filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())).collect()
    }

    /// What stands behind a key, up to the end of its table.
    fn value(&self, table: &str, key: &str) -> Option<&str> {
        Some(self.table(table).split_once(&format!("\n{key} = "))?.1)
    }

    /// The lines below the head of a table, each behind its line break.
    fn table(&self, name: &str) -> &str {
        let head = format!("\n[{name}]");
        self.text.split_once(&head).map_or("", |(_, rest)| rest.split("\n[").next().unwrap_or_default())
    }
}
