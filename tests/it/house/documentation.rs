//! The documentation: README is short, links lead somewhere, the index leads to every page, and agents find every tool.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::support::TestApp;

/// The longest README, in bytes: one that is read whole.
const LONGEST_README: usize = 8_000;
/// The page that all others are found from.
const INDEX: &str = "docs/README.md";

#[test]
fn the_readme_is_short_enough_to_be_read() {
    let length = read("README.md").len();
    assert!(length <= LONGEST_README, "README.md has {length} bytes");
}

#[test]
fn every_link_of_the_documentation_leads_to_a_file_and_every_anchor_to_a_heading() {
    let mut broken = Vec::new();
    for page in documents() {
        for target in links(&read(&page)) {
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let Some(file) = resolved(&page, path) else {
                broken.push(format!("{page}: {target} leads out of the repository"));
                continue;
            };
            if !root().join(&file).exists() {
                broken.push(format!("{page}: {target} does not exist"));
            } else if !anchor.is_empty() && !anchors(&read(&file)).contains(anchor) {
                broken.push(format!("{page}: {target} is no heading of {file}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_page_of_the_documentation_is_reached_from_its_index() {
    let mut reached = BTreeSet::from([String::from(INDEX)]);
    let mut waiting = VecDeque::from([String::from(INDEX)]);
    while let Some(page) = waiting.pop_front() {
        for target in links(&read(&page)) {
            let path = target.split('#').next().unwrap_or_default();
            let Some(file) = resolved(&page, path).filter(|file| is_page(file)) else {
                continue;
            };
            if root().join(&file).exists() && reached.insert(file.clone()) {
                waiting.push_back(file);
            }
        }
    }
    let pages = documents().into_iter().filter(|file| is_page(file));
    let lost: Vec<String> = pages.filter(|page| !reached.contains(page)).collect();
    assert!(lost.is_empty(), "not reached from {INDEX}: {lost:?}");
}

#[tokio::test]
async fn the_page_on_agents_names_every_tool_and_says_which_ones_write() {
    let app = TestApp::start().await;
    let list = app.logged_in("mia").await.get("/connectors/tools").await;
    let list = list.json();
    let tools = list.as_array().unwrap();
    let served: BTreeMap<String, bool> = tools
        .iter()
        .map(|tool| {
            (
                tool["name"].as_str().unwrap().to_owned(),
                tool["read_only"] == true,
            )
        })
        .collect();
    let page = read("docs/use/agents.md");
    let (_, section) = page.split_once("\n## The tools\n").unwrap();
    let rows = section
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'));
    let mut on_page = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.split('|').collect();
        for (place, is_read_only) in [(2, true), (3, false)] {
            let names = cells[place].split('`').skip(1).step_by(2);
            on_page.extend(names.map(|name| (name.to_owned(), is_read_only)));
        }
    }
    assert_eq!(on_page, served);
    let count = format!("{} tools", served.len());
    for document in ["README.md", "docs/use/agents.md", "llms.txt"] {
        assert!(read(document).contains(&count), "{document}: {count}");
    }
}

#[test]
fn links_and_anchors_are_found_as_a_reader_finds_them() {
    let text = "# A `b` (c): d_e\n[x](one.md#two) ![y](pic.png)\n```\n[no](code.md)\n# no\n```\n`[no](span.md)` <https://e.org> [w](https://e.org)\n## Twice\n## Twice\n";
    assert_eq!(links(text), ["one.md#two", "pic.png"]);
    let expected = ["a-b-c-d_e", "twice", "twice-1"].map(String::from);
    assert_eq!(anchors(text), BTreeSet::from(expected));
    assert_eq!(
        resolved("docs/use/a.md", "../run/b.md").unwrap(),
        "docs/run/b.md"
    );
    assert_eq!(resolved("docs/use/a.md", "").unwrap(), "docs/use/a.md");
    assert_eq!(resolved("README.md", "../elsewhere.md"), None);
}

/// Every document that a stranger reads.
fn documents() -> Vec<String> {
    let mut found: Vec<String> = [
        "README.md",
        "ARCHITECTURE.md",
        "BENCHMARKS.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "crates/atlassian-document/README.md",
        "crates/atlassian-sandbox/README.md",
        "examples/README.md",
        "llms.txt",
    ]
    .map(String::from)
    .to_vec();
    let mut folders = vec![String::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if is_page(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn is_page(file: &str) -> bool {
    file.starts_with("docs/") && Path::new(file).extension().is_some_and(|end| end == "md")
}

/// Where the relative links and pictures of a text lead.
fn links(text: &str) -> Vec<String> {
    let prose: Vec<&str> = outside_fences(text).collect();
    let prose = prose.join("\n");
    // Code spans show text; nothing in them is a link.
    let outside_spans: String = prose.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let starts = outside_spans.split("](").skip(1);
    let targets = starts.filter_map(|rest| rest.split_once(')'));
    targets
        .map(|(target, _)| target.to_owned())
        .filter(|target| !target.contains("://"))
        .collect()
}

/// The anchors of a text's headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let headings = outside_fences(text).filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words
                .chars()
                .filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_'));
            let anchor: String = kept
                .map(|sign| if sign == ' ' { '-' } else { sign })
                .collect();
            let times = seen.entry(anchor.clone()).or_default();
            *times += 1;
            match *times {
                1 => anchor,
                more => format!("{anchor}-{}", more - 1),
            }
        })
        .collect()
}

/// The lines of a text that are not code.
fn outside_fences(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The file that a link on a page leads to, from the root of the repository; none when it leads out of it.
fn resolved(page: &str, link: &str) -> Option<String> {
    if link.is_empty() {
        return Some(page.to_owned());
    }
    let from = Path::new(page).parent().unwrap_or(Path::new(""));
    let mut path = PathBuf::new();
    for part in from.join(link).components() {
        match part {
            Component::ParentDir if path.pop() => {}
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(path.to_str()?.to_owned())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}
