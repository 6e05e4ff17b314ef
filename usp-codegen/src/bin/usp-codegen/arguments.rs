use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use usp_codegen::ElementKind;

/// Generates from TR-106 data models, and shows, checks and compares them.
///
/// MODEL is a full TR-106 file (*-full.xml), the root of split sources (imported files are looked for beside it) or a
/// vendor's file that imports them; for list, tree and diff also a schema image.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 success; 1 lint or diff found something, or search nothing; \
                                 2 wrong usage; 3 a file cannot be read or written."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) action: Action,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Write typed Rust and the schema image beside it
    Generate {
        /// TR-106 file, full or the root of split ones
        model: PathBuf,
        /// Sub-tree, command or event to generate types for, such as Device.IP.; may be given again
        #[arg(long = "types", value_name = "PATH")]
        types: Vec<String>,
        /// Where the files go
        #[arg(long, value_name = "DIR", default_value = ".")]
        out_dir: PathBuf,
        /// Name of the files without their endings
        #[arg(long, value_name = "NAME", default_value = "model")]
        out_file: String,
        /// Path of the crate usp_datamodel for generated code
        #[arg(long, value_name = "PATH", default_value = "::usp_datamodel")]
        crate_path: String,
        /// Implement serde's traits
        #[arg(long)]
        serde: bool,
        /// Put deleted elements in as well
        #[arg(long)]
        deleted: bool,
    },
    /// Write a schema image
    Image {
        /// TR-106 file, full or the root of split ones
        model: PathBuf,
        /// The image
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Put in only this sub-tree, parameter, command or event; may be given again
        #[arg(long, value_name = "PATH")]
        select: Vec<String>,
        /// Put in only what this profile asks for, such as IPInterface:2; may be given again
        #[arg(long, value_name = "NAME")]
        profile: Vec<String>,
        /// Put descriptions in as well
        #[arg(long)]
        descriptions: bool,
        /// Put deleted elements in as well
        #[arg(long)]
        deleted: bool,
    },
    /// Find what is questionable in a model
    Lint {
        /// TR-106 file, full or the root of split ones
        model: PathBuf,
    },
    /// List the elements of a model
    List {
        /// TR-106 file or schema image
        model: PathBuf,
        /// Only this kind
        #[arg(long)]
        kind: Option<Kind>,
        /// How; a table on a terminal and tsv elsewhere if nothing is said
        #[arg(long)]
        format: Option<Format>,
        /// Show deleted elements as well
        #[arg(long)]
        deleted: bool,
    },
    /// Show a model as a tree
    Tree {
        /// TR-106 file or schema image
        model: PathBuf,
        /// Only what is below this object
        path: Option<String>,
        /// Only so many levels
        #[arg(long, value_name = "LEVELS")]
        depth: Option<usize>,
        /// Show deleted elements as well
        #[arg(long)]
        deleted: bool,
    },
    /// Find elements whose path or description has all of these words
    Search {
        /// TR-106 file, full or the root of split ones
        model: PathBuf,
        /// Words, in any case
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Tell what is added, removed and changed
    Diff {
        /// The model before
        old: PathBuf,
        /// The model after
        new: PathBuf,
    },
    /// Show what an implementation of a profile must have
    Profile {
        /// TR-106 file, full or the root of split ones
        model: PathBuf,
        /// The profile, such as IPPing:2
        name: String,
    },
}

/// What `list` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Objects,
    Parameters,
    Commands,
    Events,
    Arguments,
    Profiles,
    Types,
}

impl Kind {
    /// Argument objects belong to the arguments.
    pub(crate) fn has(self, kind: ElementKind) -> bool {
        match self {
            Self::Objects => kind == ElementKind::Object,
            Self::Parameters => kind == ElementKind::Parameter,
            Self::Commands => kind == ElementKind::Command,
            Self::Events => kind == ElementKind::Event,
            Self::Arguments => matches!(kind, ElementKind::Argument | ElementKind::ArgumentObject),
            Self::Profiles => kind == ElementKind::Profile,
            Self::Types => kind == ElementKind::Type,
        }
    }
}

/// How `list` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns, for people
    Table,
    /// A header and a line for each element, fields parted by tabs
    Tsv,
    /// An object on a line for each element
    Json,
}
