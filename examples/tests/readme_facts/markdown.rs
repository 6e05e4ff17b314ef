//! As much of Markdown as the pages of this repository use.

/// A page: its lines, each with whether it is code and of which language.
pub struct Document<'a> {
    lines: Vec<(Option<&'a str>, &'a str)>,
}

impl<'a> Document<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut code = None;
        let mut lines = Vec::new();
        for line in text.lines() {
            match (line.trim_start().strip_prefix("```"), code) {
                (Some(language), None) => code = Some(language),
                (Some(_), Some(_)) => code = None,
                (None, _) => lines.push((code, line)),
            }
        }
        Self { lines }
    }

    /// The prose below a heading, up to the next heading, without empty lines around it.
    #[track_caller]
    pub fn section(&self, heading: &str) -> String {
        let mut below = self.prose().skip_while(|line| heading_text(line) != Some(heading));
        assert!(below.next().is_some(), "there is no heading {heading}");
        let lines: Vec<&str> = below.take_while(|line| heading_text(line).is_none()).collect();
        lines.join("\n").trim().to_owned()
    }

    /// The targets of all links in prose.
    pub fn links(&self) -> impl Iterator<Item = &'a str> {
        self.prose().flat_map(|line| {
            line.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        })
    }

    /// What a link behind `#` can name: the headings in lower case, with hyphens for spaces.
    pub fn anchors(&self) -> impl Iterator<Item = String> {
        self.prose().filter_map(heading_text).map(|heading| {
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
    }

    /// The lines of all blocks of shell code.
    pub fn shell_commands(&self) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter(|(code, _)| *code == Some("sh")).map(|(_, line)| *line)
    }

    fn prose(&self) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter(|(code, _)| code.is_none()).map(|(_, line)| *line)
    }
}

fn heading_text(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    if text.len() < line.len() { text.strip_prefix(' ') } else { None }
}

#[test]
fn code_is_told_from_prose() {
    let page = "# A b\n[x](y.md)\n```sh\ncargo doc\n# no [link](z)\n```\n## C, d-e!\nend\n";
    let document = Document::new(page);
    assert_eq!(document.links().collect::<Vec<_>>(), ["y.md"]);
    assert_eq!(document.shell_commands().collect::<Vec<_>>(), ["cargo doc", "# no [link](z)"]);
    assert_eq!(document.anchors().collect::<Vec<_>>(), ["a-b", "c-d-e"]);
    assert_eq!(document.section("C, d-e!"), "end");
    assert_eq!(document.section("A b"), "[x](y.md)");
}
