//! What a careful reader would question in a data model.

mod defaults;
mod facets;
mod profiles;
mod structure;
mod units;

use core::fmt;

use usp_schema::Schema;

use crate::image::ImageOptions;
use crate::warning::{MAX_WARNINGS, Warning, WarningKind};
use crate::{CodegenError, ErrorKind, Model};

/// Something questionable in a data model, found by [`Model::lint`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(crate) rule: Rule,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) item: String,
    pub(crate) message: String,
}

/// What a [`Finding`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The reader warned of it.
    Reader,
    /// A reference leads nowhere.
    Reference,
    /// A default is not a value of its parameter.
    Default,
    /// A table has no unique key.
    MissingKey,
    /// A unique key, or an attribute that names a parameter, names one that does not exist or is of the wrong type.
    UnknownParameter,
    /// A pattern is no regular expression of XML Schema.
    Pattern,
    /// Bounds that no value can keep, or a facet that the type does not have.
    Facet,
    /// A value is twice in an enumeration.
    Enumeration,
    /// A unit that is not known, perhaps misspelled.
    Units,
    /// A profile asks for something that does not exist.
    Profile,
    /// No schema image can be made of the model, for a reason that no other rule names.
    Image,
}

impl Rule {
    /// A short name of the rule, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Reference => "reference",
            Self::Default => "default",
            Self::MissingKey => "missing-key",
            Self::UnknownParameter => "unknown-parameter",
            Self::Pattern => "pattern",
            Self::Facet => "facet",
            Self::Enumeration => "enumeration",
            Self::Units => "units",
            Self::Profile => "profile",
            Self::Image => "image",
        }
    }

    /// Whether the model contradicts itself, so that an Agent or a Controller would stumble over it. The other rules
    /// are matters of taste, of what is told elsewhere, or of what no program runs by.
    fn is_contradiction(self) -> bool {
        match self {
            Self::Default | Self::UnknownParameter | Self::Pattern | Self::Facet | Self::Enumeration => true,
            Self::Reader | Self::Reference | Self::MissingKey | Self::Units | Self::Profile | Self::Image => {
                false
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Finding {
    /// What it is about.
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// The file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, counted from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// Path or name of the element concerned.
    pub fn item(&self) -> &str {
        &self.item
    }

    /// What is questionable, and what would be better.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}: {}", self.file, self.line, self.rule, self.item, self.message)
    }
}

impl Model {
    /// Looks for what is questionable, sorted by file and line. Deleted elements are left alone.
    ///
    /// ```
    /// use usp_codegen::{Model, Rule};
    ///
    /// let model = Model::from_xml("demo.xml", r#"
    ///     <document><model name="Device:1.0"><object name="Device.">
    ///       <parameter name="Level"><syntax><int><range minInclusive="1"/></int><default type="object" value="0"/></syntax></parameter>
    ///     </object></model></document>"#)?;
    /// let findings = model.lint();
    /// assert_eq!(findings[0].rule(), Rule::Default);
    /// assert_eq!(findings[0].item(), "Device.Level");
    /// # Ok::<(), usp_codegen::CodegenError>(())
    /// ```
    pub fn lint(&self) -> Vec<Finding> {
        let mut findings = Findings::new(self);
        for warning in self.warnings() {
            let rule = if warning.is_reference() { Rule::Reference } else { Rule::Reader };
            let place = (warning.file(), warning.line());
            findings.add_at(rule, place, warning.item(), warning.message().to_owned());
        }
        structure::check(self, &mut findings);
        facets::check(self, &mut findings);
        profiles::check(self, &mut findings);
        match self.to_schema(&ImageOptions::new()) {
            Ok(schema) => defaults::check(self, &schema, &mut findings),
            Err(error) => findings.add_image_error(&error),
        }
        findings.sorted()
    }

    /// What [`lint`](Self::lint) finds to contradict itself, given an image of the model: what whoever generates from
    /// the model has to hear without asking for it.
    pub(crate) fn contradictions(&self, schema: &Schema) -> Vec<Warning> {
        let mut findings = Findings::new(self);
        structure::check(self, &mut findings);
        facets::check(self, &mut findings);
        defaults::check(self, schema, &mut findings);
        let found = findings.sorted().into_iter().filter(|finding| finding.rule.is_contradiction());
        let mut warnings: Vec<Warning> = found.take(MAX_WARNINGS + 1).map(Warning::from).collect();
        if let Some(last) = warnings.get_mut(MAX_WARNINGS) {
            last.message = "there is more that contradicts itself, which usp-codegen lint lists".to_owned();
        }
        warnings
    }
}

impl From<Finding> for Warning {
    fn from(finding: Finding) -> Self {
        let Finding { rule: _, file, line, item, message } = finding;
        Self { file, line, item, message, kind: WarningKind::Element }
    }
}

/// Findings of one model.
struct Findings<'m> {
    model: &'m Model,
    found: Vec<Finding>,
}

impl<'m> Findings<'m> {
    fn new(model: &'m Model) -> Self {
        Self { model, found: Vec::new() }
    }

    /// Why no image can be made, unless something was found already that says it in other words.
    fn add_image_error(&mut self, error: &CodegenError) {
        let named = self.found.iter().any(|finding| {
            matches!(finding.rule, Rule::UnknownParameter | Rule::Pattern)
                && matches!(error.kind(), ErrorKind::Image(_))
        });
        if !named {
            let model = self.model;
            let file = error.file().map_or_else(|| model.file().into(), |file| file.to_string_lossy());
            let place = (&*file, error.line().unwrap_or(1));
            self.add_at(Rule::Image, place, model.name(), error.kind().to_string());
        }
    }

    /// What was found, by file and line.
    fn sorted(mut self) -> Vec<Finding> {
        self.found
            .sort_by(|a, b| (&a.file, a.line, &a.item, a.rule).cmp(&(&b.file, b.line, &b.item, b.rule)));
        self.found
    }

    fn add(&mut self, rule: Rule, line: u32, item: &str, message: String) {
        self.add_at(rule, self.model.location(line), item, message);
    }

    /// Adds a finding whose file and line in it are known.
    fn add_at(&mut self, rule: Rule, (file, line): (&str, u32), item: &str, message: String) {
        self.found.push(Finding { rule, file: file.to_owned(), line, item: item.to_owned(), message });
    }
}
