use core::cmp::Ordering;

/// The parts of a file name or specification such as `tr-181-2-19-1-usp.xml`.
///
/// The Broadband Forum names a document by kind and number, then issue, amendment and corrigendum as far as they are
/// given, then a label. An import may leave out the numbers that its specification has, and both may leave out the
/// corrigendum, which then is the highest that there is (TR-106 A.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DocumentName<'n> {
    /// Kind and number, such as `tr-181`.
    document: &'n str,
    /// Issue, amendment and corrigendum.
    numbers: [Option<u32>; 3],
    /// What follows, such as `-usp`.
    label: &'n str,
    /// From the first dot on, such as `.xml`.
    extension: &'n str,
}

impl<'n> DocumentName<'n> {
    /// Takes a file name apart, or the last part of a URN; none if it does not follow the rules.
    pub(super) fn parse(name: &'n str) -> Option<Self> {
        let (stem, extension) = name.split_at(name.find('.').unwrap_or(name.len()));
        let kind_end = stem.find('-')?;
        let kind = stem.get(..kind_end)?;
        if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return None;
        }
        let mut rest = stem.get(kind_end..)?;
        let number = leading_number(rest)?;
        let document = stem.get(..kind_end + 1 + number.len())?;
        rest = rest.get(1 + number.len()..)?;
        let mut numbers = [None; 3];
        for slot in &mut numbers {
            let Some(digits) = leading_number(rest) else { break };
            *slot = Some(digits.parse().ok()?);
            rest = rest.get(1 + digits.len()..)?;
        }
        if leading_number(rest).is_some() || !(rest.is_empty() || rest.starts_with('-')) {
            return None;
        }
        Some(Self { document, numbers, label: rest, extension })
    }

    /// The same name with the numbers of a specification where it has none of its own.
    pub(super) fn completed(mut self, specification: &str) -> Self {
        let last = specification.rsplit(':').next().unwrap_or(specification);
        if let Some(known) = DocumentName::parse(last) {
            for (own, known) in self.numbers.iter_mut().zip(known.numbers) {
                *own = own.or(known);
            }
        }
        self
    }

    /// Whether a file of this name may be what is meant by `self`.
    pub(super) fn admits(&self, file: &DocumentName<'_>) -> bool {
        (self.document, self.label, self.extension) == (file.document, file.label, file.extension)
            && self.numbers.iter().zip(file.numbers).all(|(meant, has)| meant.is_none() || *meant == has)
    }

    /// Which of two files is the newer one.
    pub(super) fn newer(&self, other: &DocumentName<'_>) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }

    /// Whether a specification names this document, numbers compared as far as both give them.
    pub(super) fn agrees(&self, other: &DocumentName<'_>) -> bool {
        self.document.eq_ignore_ascii_case(other.document)
            && self
                .numbers
                .iter()
                .zip(other.numbers)
                .all(|(own, other)| own.is_none() || other.is_none() || *own == other)
    }

    /// The name with `*` for the numbers that are open.
    pub(super) fn pattern(&self) -> String {
        let mut text = self.document.to_owned();
        for number in self.numbers {
            match number {
                Some(number) => text.push_str(&format!("-{number}")),
                None => text.push_str("-*"),
            }
        }
        text.push_str(self.label);
        text.push_str(self.extension);
        text
    }
}

/// The digits behind a hyphen at the start.
fn leading_number(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-')?;
    let end = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    let behind = digits.get(end..)?;
    let whole = behind.is_empty() || behind.starts_with('-');
    if end > 0 && whole { digits.get(..end) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DocumentName<'_> {
        DocumentName::parse(text).expect("the name follows the rules")
    }

    #[test]
    fn names_are_taken_apart() {
        let full = name("tr-181-2-19-1-usp.xml");
        assert_eq!(full.document, "tr-181");
        assert_eq!(full.numbers, [Some(2), Some(19), Some(1)]);
        assert_eq!((full.label, full.extension), ("-usp", ".xml"));
        assert_eq!(name("tr-181-2-usp-full.xml").label, "-usp-full");
        assert_eq!(name("tr-069-biblio.xml").numbers, [None; 3]);
        assert_eq!(name("tr-181-2-8021x.xml").label, "-8021x");
    }

    #[test]
    fn other_names_are_none_of_them() {
        for text in ["", "device.xml", "usp-device.xml", "-1.xml", "tr-181-1-2-3-4.xml", "tr-181x.xml"] {
            assert_eq!(DocumentName::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_specification_fills_in_what_the_name_leaves_out() {
        let meant = name("tr-181-2-common.xml").completed("urn:broadband-forum-org:tr-181-2-19-common");
        assert_eq!(meant.pattern(), "tr-181-2-19-*-common.xml");
        for (file, admitted) in [
            ("tr-181-2-19-0-common.xml", true),
            ("tr-181-2-19-12-common.xml", true),
            ("tr-181-2-18-0-common.xml", false),
            ("tr-181-2-19-0-common-usp.xml", false),
            ("tr-104-2-19-0-common.xml", false),
        ] {
            assert_eq!(meant.admits(&name(file)), admitted, "{file}");
        }
        assert_eq!(name("tr-181-2-19-2.xml").newer(&name("tr-181-2-19-10.xml")), Ordering::Less);
    }

    #[test]
    fn specifications_agree_as_far_as_they_go() {
        let wanted = name("tr-181-2-19-common");
        assert!(wanted.agrees(&name("tr-181-2-19-1-common")));
        assert!(!wanted.agrees(&name("tr-181-2-18-common")));
        assert!(!wanted.agrees(&name("tr-104-2-19-common")));
    }
}
