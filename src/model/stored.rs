//! Projects and pages as they are stored for a user: put there by a caller or by a sync.

use serde::Serialize;
use serde_json::Value;
use url::Url;
use utoipa::ToSchema;

use super::fields::{FieldReader, InvalidFields, is_line};
use super::request_body::{FromBody, line, request_body, required_line};
use super::shared_text::SharedText;

/// The widths of the persistence backend's columns (64, 255, 255 and 512 characters; 128, 512 and 1024): what its
/// clients stored there can be stored here, and no more, so that a way back stays open.
const LONGEST_KEY: usize = 64;
const LONGEST_NAME: usize = 255;
const LONGEST_LEAD: usize = 255;
const LONGEST_PROJECT_URL: usize = 512;
const LONGEST_PAGE_ID: usize = 128;
const LONGEST_TITLE: usize = 512;
const LONGEST_PAGE_URL: usize = 1024;

/// A stored Jira project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StoredProject {
    /// Opaque.
    #[schema(example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e70")]
    pub id: String,
    /// The user it is stored for.
    #[schema(value_type = String, example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e6f")]
    pub owner_id: SharedText,
    /// The project's key.
    #[schema(example = "EX")]
    pub key: String,
    /// The project's name.
    #[schema(example = "Example")]
    pub name: String,
    /// Who leads it.
    #[schema(example = "Mia Krystof")]
    pub lead: Option<String>,
    /// Where it is.
    #[schema(example = "https://acme.atlassian.net/browse/EX")]
    pub url: Option<String>,
    /// The site that `url` names: two sites may have a project of one key.
    #[schema(value_type = Option<String>, example = "acme.atlassian.net")]
    pub site: Option<SharedText>,
    /// Its place in lists, where that is not its key.
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) place: Option<String>,
}

/// A stored Confluence page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StoredPage {
    /// Opaque.
    #[schema(example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e71")]
    pub id: String,
    /// The user it is stored for.
    #[schema(value_type = String, example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e6f")]
    pub owner_id: SharedText,
    /// The key of the space it is in.
    #[schema(example = "ENG")]
    pub space_key: String,
    /// Confluence's id of it.
    #[schema(example = "98400")]
    pub page_id: String,
    /// The title.
    #[schema(example = "Release notes")]
    pub title: String,
    /// Where it is.
    #[schema(example = "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400")]
    pub url: Option<String>,
    /// The site that `url` names: two sites may have a page of one id.
    #[schema(value_type = Option<String>, example = "acme.atlassian.net")]
    pub site: Option<SharedText>,
}

/// What stands first in a path behind a site's own address, on Cloud and on Data Center.
const BEHIND_A_SITE: [&str; 6] = ["browse", "wiki", "pages", "display", "spaces", "x"];

/// The sites that the addresses of one answer name. Most rows lie at the site of the row before, which shows in how
/// their address begins.
#[derive(Debug, Default)]
pub(crate) struct Sites {
    /// What an address begins with that named a site, all that was looked at, and the site.
    last: Option<(String, SharedText)>,
}

impl Sites {
    /// The site that an address names: its host, with the port where one is given, and the path it lies below.
    pub(crate) fn of(&mut self, url: &str) -> Option<SharedText> {
        if let Some((start, site)) = &self.last
            && url.starts_with(start.as_str())
        {
            return Some(site.clone());
        }
        let (site, told_by) = site_of(url)?;
        let site = SharedText::from(site.as_str());
        self.last = told_by.map(|told_by| (url[..told_by].to_owned(), site.clone()));
        Some(site)
    }
}

/// The site that an address names, and how much of the address says so: every address that begins with that names it,
/// too. None where all of it has to be looked at.
fn site_of(url: &str) -> Option<(String, Option<usize>)> {
    let (scheme, behind) = url.split_once("://")?;
    let end = behind.find(['?', '#']).unwrap_or(behind.len());
    let (authority, path) = behind[..end]
        .split_once('/')
        .unwrap_or((&behind[..end], ""));
    let host = authority
        .rsplit('@')
        .next()
        .filter(|host| !host.is_empty())?;
    let mut site = host.to_ascii_lowercase();
    // As far as the segments before went, each with its slash.
    let mut passed = scheme.len() + "://".len() + authority.len() + 1;
    let mut below = Vec::new();
    for segment in path.split('/') {
        passed += segment.len() + 1;
        if BEHIND_A_SITE.contains(&segment) {
            for segment in below {
                site.push('/');
                site.push_str(segment);
            }
            // The slash behind it ends the segment for certain.
            let is_ended = url.as_bytes().get(passed - 1) == Some(&b'/');
            return Some((site, is_ended.then_some(passed)));
        }
        below.push(segment);
    }
    // Where nothing of the sort stands in it, all of it is a page's.
    Some((site, None))
}

/// What is stored of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectEntry {
    /// The project's key.
    pub key: String,
    /// The project's name.
    pub name: String,
    /// Who leads it.
    pub lead: Option<String>,
    /// Where it is.
    pub url: Option<String>,
}

/// What is stored of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageEntry {
    /// The key of its space.
    pub space_key: String,
    /// Confluence's id of it.
    pub page_id: String,
    /// The title.
    pub title: String,
    /// Where it is.
    pub url: Option<String>,
}

/// An entry as a caller sends it: for which user, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToStore<T> {
    /// The user; none for the caller's own row.
    pub owner_id: Option<String>,
    /// What is stored.
    pub entry: T,
}

request_body! {
    /// A project to store.
    #[derive(Debug)]
    pub(crate) struct NewStoredProject {
        /// A stored user's id. Default: the caller's own user.
        #[schema(example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e6f")]
        pub owner_id: Option<String> = line(LONGEST_KEY),
        /// At most 64 characters; the same key for the same owner is the same row.
        #[schema(example = "EX")]
        pub key: String = required_line(LONGEST_KEY),
        /// At most 255 characters.
        #[schema(example = "Example")]
        pub name: String = required_line(LONGEST_NAME),
        /// At most 255 characters; `null`, or leaving it out, clears it.
        #[schema(example = "Mia Krystof")]
        pub lead: Option<String> = line(LONGEST_LEAD),
        /// An http or https address of at most 512 characters; `null`, or leaving it out, clears it.
        #[schema(example = "https://acme.atlassian.net/browse/EX")]
        pub url: Option<String> = address(LONGEST_PROJECT_URL),
    }
}

request_body! {
    /// A page to store.
    #[derive(Debug)]
    pub(crate) struct NewStoredPage {
        /// A stored user's id. Default: the caller's own user.
        #[schema(example = "01994f2a-7c11-7d3a-9a1e-3f5b8c2d4e6f")]
        pub owner_id: Option<String> = line(LONGEST_KEY),
        /// At most 64 characters.
        #[schema(example = "ENG")]
        pub space_key: String = required_line(LONGEST_KEY),
        /// At most 128 characters; the same page in the same space for the same owner is the same
        /// row.
        #[schema(example = "98400")]
        pub page_id: String = required_line(LONGEST_PAGE_ID),
        /// At most 512 characters.
        #[schema(example = "Release notes")]
        pub title: String = required_line(LONGEST_TITLE),
        /// An http or https address of at most 1024 characters; `null`, or leaving it out, clears it.
        #[schema(example = "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400")]
        pub url: Option<String> = address(LONGEST_PAGE_URL),
    }
}

impl FromBody for ToStore<ProjectEntry> {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        let body = NewStoredProject::from_fields(FieldReader::new(body)?.passing(&["id"]))?;
        Ok(Self {
            owner_id: body.owner_id,
            entry: ProjectEntry {
                key: body.key,
                name: body.name,
                lead: body.lead,
                url: body.url,
            },
        })
    }
}

impl FromBody for ToStore<PageEntry> {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        let body = NewStoredPage::from_fields(FieldReader::new(body)?.passing(&["id"]))?;
        Ok(Self {
            owner_id: body.owner_id,
            entry: PageEntry {
                space_key: body.space_key,
                page_id: body.page_id,
                title: body.title,
                url: body.url,
            },
        })
    }
}

/// Reads an address that may be absent: what is shown as a link must not be a script.
fn address(longest: usize) -> impl Fn(&mut FieldReader<'_>, &str) -> Option<Option<String>> {
    move |reader, field| {
        let Some(url) = reader.line(field, longest) else {
            return Some(None);
        };
        let is_plain = Url::parse(&url).is_ok_and(|parsed| {
            matches!(parsed.scheme(), "http" | "https")
                && parsed.username().is_empty()
                && parsed.password().is_none()
        });
        if !is_plain {
            reader.refuse(field, "must be an http or https address without a password");
        }
        Some(Some(url))
    }
}

impl ProjectEntry {
    /// The entry as it fits into the store; none when it has no key to be known by.
    #[must_use]
    pub(crate) fn fitting(self) -> Option<Self> {
        Some(Self {
            key: fit(&self.key, LONGEST_KEY)?,
            name: fit(&self.name, LONGEST_NAME).unwrap_or(self.key),
            lead: self.lead.and_then(|lead| fit(&lead, LONGEST_LEAD)),
            url: self.url.filter(|url| is_line(url, LONGEST_PROJECT_URL)),
        })
    }
}

impl PageEntry {
    /// The entry as it fits into the store; none when it has no id to be known by.
    #[must_use]
    pub(crate) fn fitting(self) -> Option<Self> {
        Some(Self {
            space_key: fit(&self.space_key, LONGEST_KEY)?,
            page_id: fit(&self.page_id, LONGEST_PAGE_ID)?,
            title: fit(&self.title, LONGEST_TITLE).unwrap_or(self.page_id),
            url: self.url.filter(|url| is_line(url, LONGEST_PAGE_URL)),
        })
    }
}

/// A text of Atlassian's as one line of at most `longest` characters; none when nothing is left.
fn fit(text: &str, longest: usize) -> Option<String> {
    let line: String = text
        .chars()
        .filter(|character| !character.is_control())
        .take(longest)
        .collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn null_and_blank_texts_clear_and_numbers_are_their_texts() {
        let body = json!({"owner_id": 7, "key": 42, "name": " Example ", "lead": null, "url": " "});
        let read = ToStore::<ProjectEntry>::read(&body).unwrap();
        assert_eq!(read.owner_id.as_deref(), Some("7"));
        assert_eq!(
            read.entry,
            ProjectEntry {
                key: String::from("42"),
                name: String::from("Example"),
                lead: None,
                url: None
            }
        );
    }

    #[test]
    fn hostile_values_are_refused_by_field() {
        let long = "x".repeat(513);
        for (field, value) in [
            ("key", json!("")),
            ("key", json!("A\nB")),
            ("key", json!("A\u{0}")),
            ("key", json!("x".repeat(65))),
            ("name", json!("a\u{202e}b")),
            ("name", json!({"a": 1})),
            ("lead", json!(["a"])),
            ("url", json!("javascript:alert(1)")),
            ("url", json!("/browse/EX")),
            ("url", json!("https://mia:pw@example.com/")),
            ("url", json!(format!("https://example.com/{long}"))),
        ] {
            let mut body = json!({"key": "EX", "name": "Example"});
            body[field] = value;
            let error = ToStore::<ProjectEntry>::read(&body).unwrap_err();
            assert_eq!(error.fields, [field], "{body}");
        }
    }

    #[test]
    fn an_address_names_its_site() {
        for (url, site) in [
            ("https://acme.atlassian.net/browse/EX", "acme.atlassian.net"),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/pages/9",
                "acme.atlassian.net",
            ),
            (
                "http://jira.example:8080/jira/browse/EX",
                "jira.example:8080/jira",
            ),
            (
                "https://docs.example/pages/viewpage.action?pageId=1",
                "docs.example",
            ),
            ("https://docs.example/c/display/ENG/Home", "docs.example/c"),
            ("https://elsewhere.example/any/path", "elsewhere.example"),
        ] {
            assert_eq!(Sites::default().of(url).as_deref(), Some(site), "{url}");
        }
        assert_eq!(Sites::default().of("no address"), None);
    }

    proptest! {
        #[test]
        fn the_rows_before_do_not_matter(
            urls in prop::collection::vec("(http|HTTP|ht)(://|:/|://u@|://:)(a|A|b|)(:80|)(/|\\?|#|)(c/|)(browse|wiki|x|xx|)(/|\\?|#|)(E|wiki/|/|)", 0..8),
        ) {
            let mut sites = Sites::default();
            for url in &urls {
                prop_assert_eq!(sites.of(url), Sites::default().of(url), "{}", url);
            }
        }
    }

    #[test]
    fn what_atlassian_gives_is_made_to_fit() {
        let page = PageEntry {
            space_key: String::from("ENG"),
            page_id: String::from("1"),
            title: format!("\u{0}a{}", "b".repeat(600)),
            url: Some(String::from("https://example.com/\n")),
        };
        let page = page.fitting().unwrap();
        assert_eq!(page.title.chars().count(), 512);
        assert_eq!(page.url, None);
    }
}
