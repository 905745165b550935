//! Where a passed request goes, and where the addresses in its answer lead.

use url::Url;

use super::Passage;
use super::known_addresses;
use super::rewriting::Replacement;
use crate::atlassian::Atlassian;
use crate::atlassian::access::{Dialect, SiteAccess};
use crate::atlassian::address::is_as_written;
use crate::atlassian::error::{AtlassianError, Explanation};
use crate::model::product::Product;

/// The gateway's own name, which answers hold whatever address it is called at.
const GATEWAY: &str = "https://api.atlassian.com";

impl Atlassian {
    /// The address that a request is passed on to: below the site's, each segment escaped, the query as it came.
    pub(super) fn passed_url(
        &self,
        access: &SiteAccess,
        passage: &Passage,
    ) -> Result<Url, AtlassianError> {
        let odd = || AtlassianError::Nonsense("the built address");
        let root = self.root(access, passage.product().as_str())?;
        let mut path = String::new();
        for segment in where_it_lies(access.dialect(), passage) {
            if matches!(segment, "" | "." | "..") {
                return Err(AtlassianError::NotFound(Explanation::default()));
            }
            path.push('/');
            path.push_str(segment);
        }
        let built = format!("{root}{path}");
        let mut url = Url::parse(&built).map_err(|_| odd())?;
        if !is_as_written(&url, &built) && !is_below(&url, &root, &path) {
            return Err(odd());
        }
        self.check_literal(&url)?;
        url.set_query(passage.query.as_deref());
        Ok(url)
    }
}

/// Whether an address is this path below a root.
fn is_below(url: &Url, root: &str, path: &str) -> bool {
    Url::parse(root).is_ok_and(|below| {
        let expected = format!("{}{path}", below.path().trim_end_matches('/'));
        url.origin() == below.origin() && url.path() == expected
    })
}

/// The segments as the site has them: Cloud has Confluence's API below `wiki`, a Data Center has it not.
fn where_it_lies(dialect: Dialect, passage: &Passage) -> Vec<&str> {
    let segments: Vec<&str> = passage.path.iter().map(String::as_str).collect();
    let sent: Vec<&str> = passage.sent.iter().map(String::as_str).collect();
    match (passage.product(), dialect, segments.as_slice()) {
        (Product::Confluence, Dialect::Cloud, ["rest", ..] | ["api", "v2", ..]) => {
            [&["wiki"], &sent[..]].concat()
        }
        (Product::Confluence, Dialect::DataCenter, ["wiki", ..]) => sent[1..].to_vec(),
        // Files lie at addresses of pages on a Data Center, and at those of the API on Cloud.
        (Product::Jira, Dialect::Cloud, ["secure", "attachment", _, _]) => {
            [&["rest", "api", "3", "attachment", "content"], &sent[2..3]].concat()
        }
        (Product::Jira, Dialect::Cloud, ["secure", "thumbnail", _, _]) => [
            &["rest", "api", "3", "attachment", "thumbnail"],
            &sent[2..3],
        ]
        .concat(),
        _ => sent,
    }
}

/// An address of a Data Center by both of its schemes: which one a server sees is a matter of the proxy in front of it.
fn by_either_scheme(root: &str) -> [String; 2] {
    let (_, server) = root.split_once("://").unwrap_or(("", root));
    [format!("http://{server}"), format!("https://{server}")]
}

/// The addresses of a site's APIs, there and here.
pub(super) struct Addresses<'a> {
    atlassian: &'a Atlassian,
    access: &'a SiteAccess,
    passage: &'a Passage,
    /// What a Data Center calls itself, where that is known.
    announced: Option<String>,
}

impl<'a> Addresses<'a> {
    pub(super) fn new(
        atlassian: &'a Atlassian,
        access: &'a SiteAccess,
        passage: &'a Passage,
    ) -> Self {
        let announced = match access.dialect() {
            Dialect::Cloud => None,
            Dialect::DataCenter => atlassian
                .announced_bases
                .of(passage.product(), &access.site.cloud_id),
        };
        Self {
            atlassian,
            access,
            passage,
            announced,
        }
    }

    /// All that they depend on: the dialect is told by the id.
    pub(super) fn site(&self) -> known_addresses::Site {
        let (site, passage) = (&self.access.site, self.passage);
        let urls = [site.url.clone()].into_iter().chain(self.announced.clone());
        let urls = urls.collect();
        (
            passage.product(),
            site.cloud_id.clone(),
            urls,
            passage.base.clone(),
        )
    }

    /// What the APIs' paths begin with.
    fn starts(&self) -> &'static [&'static str] {
        match (self.passage.product(), self.access.dialect()) {
            (Product::Jira, Dialect::Cloud) => &["/rest/"],
            // Files lie beside its API, and a client that fetches one shows its key there.
            (Product::Jira, Dialect::DataCenter) => {
                &["/rest/", "/secure/attachment/", "/secure/thumbnail/"]
            }
            (Product::Confluence, Dialect::Cloud) => &["/wiki/rest/", "/wiki/api/"],
            (Product::Confluence, Dialect::DataCenter) => {
                &["/rest/", "/download/attachments/", "/download/thumbnails/"]
            }
        }
    }

    /// Everything that the site's addresses may begin with.
    fn roots(&self) -> Vec<String> {
        let (site, endpoints) = (&self.access.site, self.atlassian.endpoints());
        let mut roots = vec![
            site.url.trim_end_matches('/').to_owned(),
            endpoints.browser_base(site),
        ];
        match self.access.dialect() {
            Dialect::Cloud => {
                let product = self.passage.product();
                let gateway = |base: &str| format!("{base}/ex/{product}/{}", site.cloud_id);
                roots.extend([gateway(GATEWAY), gateway(endpoints.api())]);
            }
            Dialect::DataCenter => {
                roots.extend(self.announced.clone());
                roots = roots
                    .iter()
                    .flat_map(|root| by_either_scheme(root))
                    .collect();
            }
        }
        roots.sort();
        roots.dedup();
        roots
    }

    /// What is replaced in bodies.
    ///
    /// Confluence Data Center leads on from page to page by paths. Clients put them behind the host of their base
    /// (atlassian-python-api) or behind all of it, so they become paths that are found here either way.
    pub(super) fn in_bodies(&self) -> Vec<Replacement> {
        let mut all = self.replacements();
        let key = (self.passage.product(), self.access.dialect());
        if key == (Product::Confluence, Dialect::DataCenter)
            && let Ok(base) = Url::parse(&self.passage.base)
        {
            all.push(Replacement {
                theirs: String::from("/rest/"),
                ours: format!("{}/rest/", base.path().trim_end_matches('/')),
            });
        }
        all
    }

    /// What an address of the site's APIs begins with, there and here.
    fn replacements(&self) -> Vec<Replacement> {
        let starts = self.starts();
        self.roots()
            .iter()
            .flat_map(|root| {
                starts.iter().map(move |start| Replacement {
                    theirs: format!("{root}{start}"),
                    ours: format!("{}{start}", self.passage.base),
                })
            })
            .collect()
    }

    /// An address of the site's APIs, as it is here; none for any other.
    pub(super) fn here(&self, address: &str) -> Option<String> {
        let known = self.replacements();
        let absolute = known.iter().find_map(|one| {
            let rest = address.strip_prefix(&one.theirs)?;
            Some(format!("{}{rest}", one.ours))
        });
        absolute.or_else(|| {
            // On a Data Center below a context path the path has that in front.
            let context = self.roots().into_iter().find_map(|root| {
                let path = Url::parse(&root)
                    .ok()?
                    .path()
                    .trim_end_matches('/')
                    .to_owned();
                address.strip_prefix(&path).map(str::to_owned)
            });
            [Some(address.to_owned()), context]
                .into_iter()
                .flatten()
                .find(|path| self.starts().iter().any(|start| path.starts_with(start)))
                .map(|path| format!("{}{path}", self.passage.base))
        })
    }

    /// The entries of a `Link` header that lead to the site's APIs, as they are here.
    pub(super) fn links_here(&self, links: &str) -> Option<String> {
        let entries: Vec<String> = links
            .split(", ")
            .filter_map(|entry| {
                let (address, parameters) = entry.trim().strip_prefix('<')?.split_once('>')?;
                Some(format!("<{}>{parameters}", self.here(address)?))
            })
            .collect();
        (!entries.is_empty()).then(|| entries.join(", "))
    }

    /// Where a file is kept, if that is at Atlassian or here.
    pub(super) fn of_file(&self, address: &str) -> Option<String> {
        if let Some(here) = self.here(address) {
            return Some(here);
        }
        let url = Url::parse(address).ok()?;
        self.atlassian.keeps_files(&url).then(|| url.to_string())
    }
}
