use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::image::ImageOptions;
use crate::rust::{RustOptions, rust_source};
use crate::{CodegenError, ErrorKind, Model, Warning};

/// Generates a schema image and typed Rust, from a build script.
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), usp_codegen::CodegenError> {
///     usp_codegen::Config::new()
///         .model("models/device.xml")
///         .types("Device.IP.")
///         .types("Device.LocalAgent.Subscription.")
///         .generate()
/// }
/// ```
///
/// The crate then includes what was generated:
///
/// ```text
/// pub mod model {
///     include!(concat!(env!("OUT_DIR"), "/model.rs"));
/// }
/// ```
///
/// The image holds the whole model; types are generated for the chosen sub-trees only, because they cost time to
/// compile: all 822 objects of TR-181 2.19.1 take half a minute in a release build, seven sub-trees a few seconds,
/// and the image alone nothing to speak of. A crate of its own for generated code keeps even that out of each build.
#[derive(Debug, Clone)]
#[must_use = "nothing is generated until generate() is called"]
pub struct Config {
    model: Option<PathBuf>,
    types: Vec<String>,
    out_dir: Option<PathBuf>,
    out_file: String,
    crate_path: String,
    serde: bool,
    image: ImageOptions,
    cargo_lines: bool,
}

/// What was generated, still in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Generated {
    /// Rust source. It includes the image from a file beside it.
    pub source: String,
    /// The schema image.
    pub image: Vec<u8>,
    /// The files that were read.
    pub inputs: Vec<PathBuf>,
    /// What is odd about them: what the reader warned of ([`Model::warnings`]), and what contradicts itself by
    /// [`Model::lint`]: bounds that no value keeps, defaults that are no values, values that are there twice, keys and
    /// attributes that name what does not exist.
    pub warnings: Vec<Warning>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            model: None,
            types: Vec::new(),
            out_dir: None,
            out_file: "model".to_owned(),
            crate_path: "::usp_datamodel".to_owned(),
            serde: false,
            image: ImageOptions::new(),
            cargo_lines: true,
        }
    }
}

impl Config {
    /// No model yet, and no types.
    pub fn new() -> Self {
        Self::default()
    }

    /// The TR-106 file to read: a full file, or one that imports others, such as a vendor's. A relative path counts
    /// from where the program runs; for a build script that is the folder of its Cargo.toml.
    pub fn model(mut self, path: impl Into<PathBuf>) -> Self {
        self.model = Some(path.into());
        self
    }

    /// Generates types for the sub-tree at this path, such as `Device.IP.`, or for one command or event, such as
    /// `Device.Reboot()` or `Device.Boot!`. May be called again for more.
    pub fn types(mut self, path: impl Into<String>) -> Self {
        self.types.push(path.into());
        self
    }

    /// Where the files go, if not to `OUT_DIR`.
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self
    }

    /// The name of the files without their endings, `model` if nothing is said: `model.rs` and `model.image`.
    pub fn out_file(mut self, name: impl Into<String>) -> Self {
        self.out_file = name.into();
        self
    }

    /// The path of the crate `usp_datamodel` for generated code, `::usp_datamodel` if nothing is said. Needed where
    /// that crate is renamed or re-exported.
    pub fn crate_path(mut self, path: impl Into<String>) -> Self {
        self.crate_path = path.into();
        self
    }

    /// Whether structs and enumerations implement serde's `Serialize` and `Deserialize`, under the names and with the
    /// texts of the data model. They do not by default: deriving them for all of TR-181 takes a minute. The crate needs
    /// `serde` with its feature `derive`, and `usp-datamodel` with its feature `serde`.
    pub fn serde(mut self, implement: bool) -> Self {
        self.serde = implement;
        self
    }

    /// What goes into the image; all but what is deleted, without descriptions, if nothing is said. Types can be
    /// generated for what is in it.
    pub fn image(mut self, options: ImageOptions) -> Self {
        self.image = options;
        self
    }

    /// Whether elements that the file marks as deleted are put in as well; they are not by default.
    pub fn include_deleted(mut self, include: bool) -> Self {
        self.image = self.image.include_deleted(include);
        self
    }

    /// Whether to print lines for cargo: which files to watch (`cargo:rerun-if-changed`) and what is odd about them
    /// (`cargo:warning`). It is done by default.
    pub fn cargo_lines(mut self, print: bool) -> Self {
        self.cargo_lines = print;
        self
    }

    /// Reads the model and writes the files.
    ///
    /// A file that would not change is left alone, so that cargo does not build again what depends on it. Both are
    /// written beside their places, under names that end in `.new`, before either is put there. If that fails, nothing
    /// is changed and nothing left behind.
    ///
    /// # Errors
    ///
    /// As [`render`](Self::render), and if a file cannot be written or there is no `OUT_DIR`.
    pub fn generate(&self) -> Result<(), CodegenError> {
        let out_dir = match &self.out_dir {
            Some(path) => path.clone(),
            None => {
                env::var_os("OUT_DIR").map(PathBuf::from).ok_or(CodegenError::new(ErrorKind::NoOutDir))?
            }
        };
        let generated = self.render()?;
        if self.cargo_lines {
            for line in generated.cargo_lines() {
                println!("{line}");
            }
        }
        self.write(&generated, &out_dir)
    }

    /// Writes what [`render`](Self::render) made into a folder, as [`generate`](Self::generate) does, and prints
    /// nothing. A program that is no build script shows the warnings in its own way in between.
    ///
    /// # Errors
    ///
    /// If a file cannot be written.
    pub fn write(&self, generated: &Generated, out_dir: &Path) -> Result<(), CodegenError> {
        let place = |ending| out_dir.join(format!("{}.{ending}", self.out_file));
        write_changed(&[(place("image"), &generated.image), (place("rs"), generated.source.as_bytes())])
    }

    /// Reads the model and makes source and image of it, without writing anything.
    ///
    /// # Errors
    ///
    /// If no model was given or it cannot be read, if a chosen path is not in it, or if an option has a value that
    /// cannot be used.
    pub fn render(&self) -> Result<Generated, CodegenError> {
        let path = self.model.as_deref().ok_or(CodegenError::new(ErrorKind::NoModelFile))?;
        self.check_options()?;
        let model = Model::from_file(path)?;
        let schema = model.to_schema(&self.image)?;
        let options = RustOptions {
            crate_path: self.crate_path.clone(),
            serde: self.serde,
            image_file: format!("{}.image", self.out_file),
            types: self.types.clone(),
            image: self.image.clone(),
        };
        let source = rust_source(&model, &schema, &options)?;
        let image = schema.as_bytes().to_vec();
        let inputs = model.files().map(PathBuf::from).collect();
        let mut warnings = model.warnings().to_vec();
        warnings.extend(model.contradictions(&schema));
        Ok(Generated { source, image, inputs, warnings })
    }

    fn check_options(&self) -> Result<(), CodegenError> {
        let bad = |option, value: &str, reason| {
            CodegenError::new(ErrorKind::BadOption { option, value: value.to_owned(), reason })
        };
        let plain = |name: &str| {
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        };
        if self.out_file.is_empty() || !plain(&self.out_file) {
            let reason = "a file name is letters, digits, dots, hyphens and underscores";
            return Err(bad("out_file", &self.out_file, reason));
        }
        let path = self.crate_path.strip_prefix("::").unwrap_or(&self.crate_path);
        let is_identifier = |part: &str| {
            let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
            part.bytes().next().is_some_and(letter)
                && part.bytes().all(|byte| letter(byte) || byte.is_ascii_digit())
        };
        if !path.split("::").all(is_identifier) {
            return Err(bad("crate_path", &self.crate_path, "a path is identifiers parted by ::"));
        }
        Ok(())
    }
}

impl Generated {
    /// The lines that tell cargo which files to watch and what is odd about them.
    pub fn cargo_lines(&self) -> impl Iterator<Item = String> {
        let watch = self.inputs.iter().map(|input| format!("cargo:rerun-if-changed={}", input.display()));
        let warn = self.warnings.iter().map(|warning| format!("cargo:warning={warning}"));
        watch.chain(warn).map(|line| line.replace('\n', " "))
    }
}

/// Writes files that belong together, each whole or not at all, and leaves those alone that have these contents already.
fn write_changed(files: &[(PathBuf, &[u8])]) -> Result<(), CodegenError> {
    let changed: Vec<_> = files
        .iter()
        .filter(|(path, contents)| fs::read(path).ok().as_deref() != Some(*contents))
        .map(|(path, contents)| (path, beside(path), *contents))
        .collect();
    let failed =
        |error, path: &PathBuf| CodegenError::in_file(ErrorKind::Write(error), &path.to_string_lossy());
    let write = |unfinished: &PathBuf, contents| {
        let mut file = fs::File::create(unfinished)?;
        file.write_all(contents)
    };
    let written = changed.iter().try_for_each(|(path, unfinished, contents)| {
        write(unfinished, contents).map_err(|error| failed(error, path))
    });
    let placed = written.and_then(|()| {
        changed.iter().try_for_each(|(path, unfinished, _)| {
            fs::rename(unfinished, path).map_err(|error| failed(error, path))
        })
    });
    if placed.is_err() {
        for (_, unfinished, _) in &changed {
            // What was not written need not go.
            let _ = fs::remove_file(unfinished);
        }
    }
    placed
}

/// Where a file is written before it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    PathBuf::from(unfinished)
}
