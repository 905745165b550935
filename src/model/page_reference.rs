//! The ways in which people name a page: its id, an address copied from the browser, or its title.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use url::Url;

use super::content::ContentId;
use super::ids::InvalidId;
use super::page_draft::is_space_key;
use super::pasted::{has_scheme, pasted_address};

/// A page, named; and where the name was an address, the address: ids and titles of another site name other
/// pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageReference {
    /// Which page.
    pub(crate) name: PageName,
    /// The address it was named by.
    pub(crate) address: Option<Url>,
}

/// What tells a page from the others of its site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PageName {
    /// By its id.
    Id(ContentId),
    /// By its exact title in a space.
    Titled {
        /// The key of the space.
        space_key: String,
        /// The title.
        title: String,
    },
    /// By being the home page of a space.
    Home {
        /// The key of the space.
        space_key: String,
    },
}

/// Ids of pages have at least so many digits, and years fewer.
const FEWEST_DIGITS: usize = 5;

impl PageReference {
    /// Reads an id, or an address of a page: `…/pages/98400/…`, `…?pageId=98400`, `…/x/N4CIO`,
    /// `…/display/ENG/Title`, or the address of a space, which is its home page: `…/spaces/ENG/overview` or
    /// `…/display/ENG`. The address is never called.
    ///
    /// # Errors
    /// When it names no page.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        let text = text.trim();
        if let Ok(id) = ContentId::parse(text) {
            return Ok(PageName::Id(id).into());
        }
        let address = pasted_address(text);
        let name = address.as_ref().and_then(in_address);
        let name = name.ok_or(InvalidId(
            "a page is named by its id, or by its address in the browser",
        ))?;
        Ok(Self { name, address })
    }

    /// Reads the one page whose address stands among other words.
    pub(crate) fn within(text: &str) -> Option<Self> {
        let parts = text.split_whitespace();
        let mut found: Vec<Self> = parts
            .filter(|part| has_scheme(part.trim_start_matches(['<', '(', '[', '"', '\''])))
            .filter_map(|part| Self::parse(part).ok())
            .filter(|named| !matches!(named.name, PageName::Home { .. }))
            .collect();
        found.dedup();
        if found.len() == 1 { found.pop() } else { None }
    }

    /// Reads one of several names: an address, or an id, for which a shorter number may be any number.
    pub(crate) fn of_list(text: &str) -> Option<Self> {
        let named = Self::parse(text).ok()?;
        match &named.name {
            PageName::Home { .. } => None,
            PageName::Id(id) if named.address.is_none() && id.as_str().len() < FEWEST_DIGITS => {
                None
            }
            _ => Some(named),
        }
    }
}

/// The key of the space whose address it is, with or without one of its lists.
pub(crate) fn space_in(address: &Url) -> Option<String> {
    let segments: Vec<&str> = address
        .path_segments()?
        .filter(|one| !one.is_empty())
        .collect();
    if address.path().ends_with("/viewspace.action") {
        let mut pairs = address.query_pairs();
        let key = pairs.find_map(|(name, value)| (name == "key").then(|| value.into_owned()))?;
        return (!key.is_empty() && is_space_key(&key)).then_some(key);
    }
    let place = segments.iter().position(|segment| *segment == "spaces")?;
    let key = decoded(segments.get(place + 1)?)?;
    let is_list = matches!(segments.get(place + 2..)?, [] | ["pages" | "blog" | "all"]);
    (is_list && is_space_key(&key)).then_some(key)
}

/// The key of the space in whose address, or in that of something in it, a person is: `…/spaces/ENG/overview`,
/// `…/display/ENG` on Data Center, `…/viewspace.action?key=ENG`.
pub(crate) fn space_of(address: &Url) -> Option<String> {
    let mut segments = address.path_segments()?;
    let in_path = segments
        .find(|segment| matches!(*segment, "spaces" | "display"))
        .and_then(|_| segments.next())
        .and_then(decoded);
    let is_key = |key: &String| !key.is_empty() && is_space_key(key) && !key.ends_with(".action");
    in_path.filter(is_key).or_else(|| space_in(address))
}

impl From<PageName> for PageReference {
    fn from(name: PageName) -> Self {
        let address = None;
        Self { name, address }
    }
}

fn in_address(address: &Url) -> Option<PageName> {
    let by_query = address
        .query_pairs()
        .find(|(name, _)| matches!(name.as_ref(), "pageId" | "homepageId" | "draftId"))
        .and_then(|(_, id)| ContentId::parse(&id).ok());
    if let Some(id) = by_query {
        return Some(PageName::Id(id));
    }
    if address.path().ends_with("/viewpage.action") {
        let parameter = |wanted: &str| {
            let mut pairs = address.query_pairs();
            pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
        };
        let (space_key, title) = (parameter("spaceKey")?, parameter("title")?);
        let known = !space_key.is_empty() && is_space_key(&space_key) && !title.is_empty();
        return known.then_some(PageName::Titled { space_key, title });
    }
    let segments: Vec<&str> = address.path_segments()?.collect();
    let after = |name: &str| {
        let place = segments.iter().position(|segment| *segment == name)?;
        segments.get(place + 1..)
    };
    if let Some([space, "overview"]) = after("spaces") {
        return home(decoded(space)?);
    }
    if let Some(rest) = after("pages") {
        let id = rest.iter().find_map(|one| ContentId::parse(one).ok())?;
        return Some(PageName::Id(id));
    }
    // The address of a post has its day before its id: `blog/2026/01/31/98400/Title`.
    if let Some([_, _, _, id, ..]) = after("blog") {
        return Some(PageName::Id(ContentId::parse(id).ok()?));
    }
    // A file that is attached, in two sizes; and the address of the API.
    let of_files = ["attachments", "thumbnails", "content"];
    if let Some([id, ..]) = of_files.into_iter().find_map(after) {
        return Some(PageName::Id(ContentId::parse(id).ok()?));
    }
    let other = ["folder", "whiteboard", "database", "embed"];
    if let Some([id, ..]) = other.into_iter().find_map(after) {
        return Some(PageName::Id(ContentId::parse(id).ok()?));
    }
    if let Some([space, rest @ ..]) = after("display") {
        let space_key = decoded(space)?;
        if matches!(rest, [] | [""]) {
            return home(space_key);
        }
        // A blog post's title follows its day.
        let title = match rest {
            [year, _, _, title] if ContentId::parse(year).is_ok() => title,
            rest => rest.first()?,
        };
        let title = decoded(&title.replace('+', " "))?;
        let known = !space_key.is_empty() && is_space_key(&space_key) && !title.is_empty();
        return known.then_some(PageName::Titled { space_key, title });
    }
    let tiny = after("x")?.first()?;
    Some(PageName::Id(tiny_id(tiny)?))
}

/// The home page of a space, whose address is the space's own; that of a comment on it names it, too, as on every page.
fn home(space_key: String) -> Option<PageName> {
    let known = !space_key.is_empty() && is_space_key(&space_key);
    known.then_some(PageName::Home { space_key })
}

fn decoded(segment: &str) -> Option<String> {
    let text = percent_encoding::percent_decode_str(segment).decode_utf8();
    Some(text.ok()?.into_owned())
}

/// The id in a tiny link: base 64 of its little-endian bytes, with `-` for `/` and `_` for `+`, and
/// without the `A`s (zeros) at the end.
fn tiny_id(tiny: &str) -> Option<ContentId> {
    let digits: String = tiny
        .chars()
        .map(|digit| match digit {
            '-' => '/',
            '_' => '+',
            digit => digit,
        })
        .collect();
    if digits.is_empty() || digits.len() > 11 {
        return None;
    }
    let bytes = STANDARD_NO_PAD.decode(format!("{digits:A<11}")).ok()?;
    let number = u64::from_le_bytes(bytes.try_into().ok()?);
    ContentId::parse(&number.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> PageName {
        PageName::Id(ContentId::parse(text).unwrap())
    }

    #[test]
    fn ids_and_addresses_name_a_page() {
        for (text, page) in [
            ("98400", id("98400")),
            (" 98400 ", id("98400")),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/pages/98400/Release+notes",
                id("98400"),
            ),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/pages/edit-v2/98400?draftShareId=1",
                id("98400"),
            ),
            (
                "https://acme.atlassian.net/wiki/pages/viewpage.action?pageId=98400#x",
                id("98400"),
            ),
            ("<acme.atlassian.net/wiki/pages/98400>", id("98400")),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/overview?homepageId=98400",
                id("98400"),
            ),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/blog/2026/01/31/98400/Release",
                id("98400"),
            ),
            (
                "https://acme.atlassian.net/wiki/spaces/ENG/folder/98400?atlOrigin=x",
                id("98400"),
            ),
            ("https://acme.atlassian.net/wiki/x/N4CIO", id("948469815")),
            ("https://acme.atlassian.net/wiki/x/YIAB", id("98400")),
            (
                "https://wiki.corp.example/display/ENG/Release+notes%21",
                PageName::Titled {
                    space_key: String::from("ENG"),
                    title: String::from("Release notes!"),
                },
            ),
            (
                "https://wiki.corp.example/display/ENG/2026/01/31/Release+notes",
                PageName::Titled {
                    space_key: String::from("ENG"),
                    title: String::from("Release notes"),
                },
            ),
        ] {
            let reference = PageReference::parse(text).unwrap();
            assert_eq!(reference.name, page, "{text}");
            let host = reference.address.as_ref().and_then(Url::host_str);
            assert_eq!(host.is_some(), text.contains('/'), "{text}");
        }
    }

    #[test]
    fn an_address_of_a_space_is_that_of_its_home_page() {
        for (text, key) in [
            (
                "https://acme.atlassian.net/wiki/spaces/~mia/overview?focusedCommentId=7",
                "~mia",
            ),
            (
                "https://wiki.corp.example/display/ENG?focusedCommentId=7",
                "ENG",
            ),
            (
                "https://acme.atlassian.net/wiki/spaces/~mia/overview?mode=global",
                "~mia",
            ),
            ("https://wiki.corp.example/confluence/display/ENG", "ENG"),
            (
                "https://wiki.corp.example/display/%7Emia/?src=sidebar",
                "~mia",
            ),
        ] {
            let space_key = key.to_owned();
            let home = PageName::Home { space_key };
            assert_eq!(PageReference::parse(text).unwrap().name, home, "{text}");
        }
    }

    #[test]
    fn nothing_else_names_a_page() {
        for text in [
            "",
            "Release notes",
            "../98400",
            "https://acme.atlassian.net/wiki/spaces/ENG",
            "https://acme.atlassian.net/wiki/spaces/E%20G/overview",
            "https://acme.atlassian.net/wiki/spaces/ENG/pages/",
            "https://acme.atlassian.net/wiki/x/",
            "https://acme.atlassian.net/wiki/x/%2e%2e",
            "https://acme.atlassian.net/wiki/x/AAAAAAAAAAAA",
            "https://wiki.corp.example/display/",
            "https://wiki.corp.example/display/E%20G",
            "mailto:mia@example.com",
        ] {
            assert!(PageReference::parse(text).is_err(), "{text}");
        }
    }
}
