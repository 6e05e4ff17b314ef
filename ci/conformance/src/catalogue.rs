//! What there is to prove: the requirements of TR-369 1.4.1 and the tests of TP-469 1.4.

const REQUIREMENTS: &str = include_str!("../../../docs/conformance/requirements.tsv");
const TESTS: &str = include_str!("../../../docs/conformance/tests.tsv");
const NOT_OBEYED: &str = include_str!("../../../docs/conformance/not-obeyed.tsv");

/// The two lists, in the order of the standard, and what of the first is not obeyed.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// The requirements of TR-369.
    pub requirements: Vec<Requirement>,
    /// The tests of TP-469.
    pub tests: Vec<Tp469Test>,
    /// Requirements and whole chapters that the project does not obey.
    pub not_obeyed: Vec<NotObeyed>,
}

/// A requirement or a chapter that the project does not obey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotObeyed {
    /// Such as `R-REG.0`, or the name of a chapter, such as `mtp-mqtt`.
    pub what: String,
    /// Why, in a few words.
    pub reason: String,
}

/// A requirement of TR-369.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Such as `R-GET.1a`.
    pub id: String,
    /// The chapter that it stands in.
    pub chapter: String,
    /// `MUST`, `SHOULD`, `MAY`.
    pub level: String,
    /// What it asks for, in our words.
    pub meaning: String,
    /// Which part of a product it is about.
    pub class: String,
    /// Whether the standard still wants it.
    pub is_active: bool,
}

/// A test of TP-469.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tp469Test {
    /// Such as `1.46`.
    pub id: String,
    /// `Mandatory`, `Conditional`, or why there is no such test any more.
    pub status: String,
    /// What it is about, in our words.
    pub subject: String,
    /// Which part of a product it is about.
    pub class: String,
}

impl Tp469Test {
    /// Whether products are still tested by it.
    pub fn is_active(&self) -> bool {
        matches!(&*self.status, "Mandatory" | "Conditional")
    }
}

impl Catalogue {
    /// The lists in `docs/conformance/`.
    pub fn of_the_standard() -> Self {
        let requirements =
            rows(REQUIREMENTS).map(|[id, chapter, level, meaning, class, status]| Requirement {
                id: id.into(),
                chapter: chapter.into(),
                level: level.into(),
                meaning: meaning.into(),
                class: class.into(),
                is_active: status == "active",
            });
        let tests = rows(TESTS).map(|[id, status, subject, class]| Tp469Test {
            id: id.into(),
            status: status.into(),
            subject: subject.into(),
            class: class.into(),
        });
        let not_obeyed =
            rows(NOT_OBEYED).map(|[what, reason]| NotObeyed { what: what.into(), reason: reason.into() });
        Self {
            requirements: requirements.collect(),
            tests: tests.collect(),
            not_obeyed: not_obeyed.collect(),
        }
    }

    /// Why the project does not obey a requirement; what is said of itself goes before what is said of its chapter.
    pub fn reason_not_to_obey(&self, requirement: &Requirement) -> Option<&str> {
        let reason = |what: &str| Some(&*self.not_obeyed.iter().find(|row| row.what == what)?.reason);
        reason(&requirement.id).or_else(|| reason(&requirement.chapter))
    }

    /// Whether the standard has a requirement with this identifier.
    pub fn has_requirement(&self, id: &str) -> bool {
        self.requirements.iter().any(|requirement| requirement.id == id)
    }
}

/// The rows of a table of tab-separated cells, without its head; missing cells are empty.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).map(|line| {
        let mut cells = line.split('\t');
        core::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_lists_are_whole_and_each_id_stands_once() {
        let catalogue = Catalogue::of_the_standard();
        assert_eq!(catalogue.requirements.len(), 402);
        assert_eq!(catalogue.tests.len(), 230);
        let ids: BTreeSet<_> = catalogue.requirements.iter().map(|requirement| &requirement.id).collect();
        assert_eq!(ids.len(), 402);
        let ids: BTreeSet<_> = catalogue.tests.iter().map(|test| &test.id).collect();
        assert_eq!(ids.len(), 230);
    }

    #[test]
    fn coap_is_obsolete_and_get_is_not() {
        let catalogue = Catalogue::of_the_standard();
        let find = |id| catalogue.requirements.iter().find(|requirement| requirement.id == id).unwrap();
        assert!(find("R-GET.1a").is_active);
        assert_eq!(find("R-GET.1a").chapter, "messages");
        assert!(!find("R-COAP.0").is_active);
    }
}
