//! What a test is for, by its name.

use crate::catalogue::Catalogue;

/// Something that a test proves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A requirement of TR-369, such as `R-GET.1a`.
    Requirement(String),
    /// A test of TP-469, such as `1.46`.
    Tp469(String),
}

impl Subject {
    /// What a test with this name is for.
    ///
    /// `tp469_1_46_…` is for 1.46, `tp469_1_46_to_1_51_…` for all from one to the other, `tp469_1_82_and_1_86_…` and
    /// `tp469_1_82_1_86_…` for both. `r_get_1a_…` is for R-GET.1a, `r_arc_9a_9b_…` for both of the chapter, and
    /// `r_e2e_32_1_…` for R-E2E.32.1, since there is one. Identifiers that the standard does not have are left out.
    pub fn of_name(name: &str, catalogue: &Catalogue) -> Vec<Self> {
        let words: Vec<&str> = name.split('_').collect();
        match words[..] {
            ["tp469", ref words @ ..] => tp469(words, catalogue),
            ["r", chapter, ref words @ ..] => requirements(chapter, words, catalogue),
            _ => Vec::new(),
        }
    }
}

fn tp469(mut words: &[&str], catalogue: &Catalogue) -> Vec<Subject> {
    let mut found = Vec::new();
    while let Some((first, rest)) = position(words, catalogue) {
        let (last, rest) = match rest.split_first() {
            Some((&"to", after)) => position(after, catalogue).unwrap_or((first, &[])),
            _ => (first, rest),
        };
        let tests = catalogue.tests.iter().take(last + 1).skip(first);
        found.extend(tests.map(|test| Subject::Tp469(test.id.clone())));
        words = match rest.split_first() {
            Some((&"and", after)) => after,
            _ => rest,
        };
    }
    found
}

/// The test that two words name, by its position in the list, and the words after them.
fn position<'w, 't>(words: &'w [&'t str], catalogue: &Catalogue) -> Option<(usize, &'w [&'t str])> {
    let (&[chapter, section], rest) = words.split_first_chunk::<2>()?;
    let id = format!("{chapter}.{section}");
    Some((catalogue.tests.iter().position(|test| test.id == id)?, rest))
}

fn requirements(chapter: &str, words: &[&str], catalogue: &Catalogue) -> Vec<Subject> {
    let chapter = chapter.to_ascii_uppercase();
    let mut found = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        if *word == "and" {
            continue;
        }
        let mut id = format!("R-{chapter}.{word}");
        if !catalogue.has_requirement(&id) {
            break;
        }
        if let Some(longer) = words.peek().map(|word| format!("{id}.{word}"))
            && catalogue.has_requirement(&longer)
        {
            id = longer;
            words.next();
        }
        found.push(Subject::Requirement(id));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_is_for(name: &str, expected: &[&str]) {
        let found = Subject::of_name(name, &Catalogue::of_the_standard());
        let found: Vec<String> = found
            .into_iter()
            .map(|subject| match subject {
                Subject::Requirement(id) | Subject::Tp469(id) => id,
            })
            .collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn tests_of_tp469() {
        assert_is_for("tp469_1_46_operators", &["1.46"]);
        assert_is_for("tp469_1_82_and_1_86_search", &["1.82", "1.86"]);
        assert_is_for("tp469_1_105_to_1_107_one_element", &["1.105", "1.106", "1.107"]);
        assert_is_for("tp469_1_1_to_1_2_and_1_5_add", &["1.1", "1.2", "1.5"]);
        assert_is_for("tp469_1_64_1_65_1_79_the_end", &["1.64", "1.65", "1.79"]);
        assert_is_for("tp469_1_57_2_rows", &["1.57"]);
        assert_is_for("tp469_99_1_no_such_test", &[]);
        assert_is_for("tp469", &[]);
    }

    #[test]
    fn requirements_of_tr_369() {
        assert_is_for("r_get_1a_search", &["R-GET.1a"]);
        assert_is_for("r_arc_9a_9b_whitespace", &["R-ARC.9a", "R-ARC.9b"]);
        assert_is_for("r_get_2_and_3_one_parameter", &["R-GET.2", "R-GET.3"]);
        assert_is_for("r_e2e_32_1_integers", &["R-E2E.32.1"]);
        assert_is_for("r_e2e_32_sequence", &["R-E2E.32"]);
        assert_is_for("r_squared_is_large", &[]);
        assert_is_for("tr_181_has_objects", &[]);
    }
}
