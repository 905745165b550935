//! Fills a site with spaces and trees of pages.

use super::page_words::{CHILD_TITLES, TITLES, body};
use super::words::{LABELS, REMARKS, SpaceWords};
use super::{Folder, Label, Page, PageComment, Site, Space, Version};
use crate::clock::{DAY, HOUR};
use crate::random::SeededRandom;

/// Hands out ids that rise, with gaps.
struct Ids(u64);

impl Ids {
    fn next(&mut self, random: &mut SeededRandom) -> u64 {
        self.0 += 1 + u64::try_from(random.below(60)).unwrap_or(0);
        self.0
    }
}

/// Spaces with a homepage and some pages each; ids count from `first_id`.
pub(crate) fn fill(
    site: &mut Site,
    spaces: &[SpaceWords],
    first_id: u64,
    start: i64,
    now: i64,
    random: &mut SeededRandom,
) {
    let mut ids = Ids(first_id);
    for (index, words) in spaces.iter().enumerate() {
        let space = space(site, words, start, &mut ids, random);
        let count = if words.3 == "personal" {
            1
        } else {
            3 + random.below(3)
        };
        let home = page(
            site,
            &space,
            None,
            words.1.to_owned(),
            index,
            (start, now),
            &mut ids,
            random,
        );
        let home_id = home.id;
        site.pages.push(home);
        for number in 0..count {
            let title = TITLES[(index + number) % TITLES.len()].replace("{}", words.1);
            let mut child = page(
                site,
                &space,
                Some(home_id),
                title,
                index + number,
                (start, now),
                &mut ids,
                random,
            );
            child.position = u64::try_from(number).unwrap_or(0);
            let child_id = child.id;
            remark(site, &child, &mut ids, random);
            site.pages.push(child);
            if number == 0 && words.3 != "personal" {
                let title = CHILD_TITLES[index % CHILD_TITLES.len()].replace("{}", words.1);
                let grandchild = page(
                    site,
                    &space,
                    Some(child_id),
                    title,
                    index + 3,
                    (start, now),
                    &mut ids,
                    random,
                );
                site.pages.push(grandchild);
            }
        }
        site.spaces.push(Space {
            home: home_id,
            ..space
        });
    }
    add_folder(site, first_id);
    add_post(site, first_id - 1);
}

/// A folder below the first space's homepage, and the last of the pages there inside it.
fn add_folder(site: &mut Site, first_id: u64) {
    let Some((space, home)) = site.spaces.first().map(|space| (space.id, space.home)) else {
        return;
    };
    let mut below = site
        .pages
        .iter_mut()
        .filter(|page| page.parent == Some(home));
    let Some(page) = below.next_back() else {
        return;
    };
    let folder = Folder {
        id: first_id,
        kind: String::from("folder"),
        space,
        parent: home,
        position: page.position,
        title: String::from("Archive"),
        author: page.author.clone(),
        created: page.created,
    };
    page.parent = Some(folder.id);
    page.position = 0;
    // Beside the page lies one of everything else that a tree can hold.
    let others = [
        ("whiteboard", "Sketches"),
        ("database", "Suppliers"),
        ("embed", "Roadmap"),
    ];
    let inside = others
        .iter()
        .zip(2..)
        .map(|((kind, title), number)| Folder {
            id: first_id - number,
            kind: (*kind).to_owned(),
            parent: folder.id,
            position: number,
            title: (*title).to_owned(),
            ..folder.clone()
        });
    let inside: Vec<Folder> = inside.collect();
    site.folders.push(folder);
    site.folders.extend(inside);
}

/// A blog post in the first space.
fn add_post(site: &mut Site, id: u64) {
    let Some(home) = site.pages.first() else {
        return;
    };
    let title = String::from("A look back");
    let version = Version {
        number: 1,
        title: title.clone(),
        message: String::new(),
        author: home.author.clone(),
        created: home.created,
        storage: String::from("<p>What we learned in <em>spring</em>.</p>"),
        ..Version::default()
    };
    let post = Page {
        id,
        kind: String::from("blogpost"),
        parent: None,
        position: 0,
        title,
        created: version.created,
        labels: Vec::new(),
        versions: vec![version],
        ..home.clone()
    };
    site.pages.push(post);
}

fn space(
    site: &Site,
    words: &SpaceWords,
    start: i64,
    ids: &mut Ids,
    random: &mut SeededRandom,
) -> Space {
    let users = &site.confluence_users;
    let owner = users
        .iter()
        .enumerate()
        .find(|(place, _)| ["~mia", "~omar", "~lea"].get(*place) == Some(&words.0))
        .map(|(_, user)| user.clone());
    // SEC is hidden from the second account, LEG is read-only for it.
    let without_second: Vec<String> = users
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != 1)
        .map(|(_, user)| user.clone())
        .collect();
    Space {
        id: ids.next(random),
        key: words.0.to_owned(),
        name: words.1.to_owned(),
        kind: words.3.to_owned(),
        status: if words.0 == "OLD" {
            "archived"
        } else {
            "current"
        }
        .to_owned(),
        description: words.2.to_owned(),
        author: owner.clone().unwrap_or_else(|| random.pick(users).clone()),
        created: start + i64::try_from(random.below(20)).unwrap_or(0) * DAY,
        home: 0,
        readers: if words.0 == "SEC" {
            without_second.clone()
        } else {
            Vec::new()
        },
        writers: match (words.0, owner) {
            (_, Some(owner)) => vec![owner],
            ("LEG", None) => without_second,
            _ => Vec::new(),
        },
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a seed needs the whole context of the page at once"
)]
fn page(
    site: &Site,
    space: &Space,
    parent: Option<u64>,
    title: String,
    number: usize,
    (start, now): (i64, i64),
    ids: &mut Ids,
    random: &mut SeededRandom,
) -> Page {
    let author = random.pick(&site.confluence_users).clone();
    let created = start
        + (20 + i64::try_from(random.below(300)).unwrap_or(0)) * DAY
        + i64::try_from(random.below(20)).unwrap_or(0) * HOUR;
    let count = 1 + random.below(3);
    let versions = (0..count)
        .map(|index| Version {
            number: u64::try_from(index + 1).unwrap_or(1),
            title: title.clone(),
            message: if index == 0 {
                String::new()
            } else {
                "Small corrections".to_owned()
            },
            author: author.clone(),
            created: (created + i64::try_from(index).unwrap_or(0) * 11 * DAY).min(now),
            storage: body(number, &space.name),
            ..Version::default()
        })
        .collect();
    let id = ids.next(random);
    let labels = if random.chance(40) {
        vec![Label {
            id: id + 500_000,
            prefix: "global".to_owned(),
            name: (*random.pick(LABELS)).to_owned(),
        }]
    } else {
        Vec::new()
    };
    Page {
        id,
        kind: String::from("page"),
        space: space.id,
        parent,
        position: 0,
        title,
        status: "current".to_owned(),
        author,
        created,
        labels,
        versions,
        draft: None,
        attachments: Vec::new(),
        properties: Vec::new(),
    }
}

/// A footer comment on some pages, now and then with a reply.
fn remark(site: &mut Site, page: &Page, ids: &mut Ids, random: &mut SeededRandom) {
    if !random.chance(30) {
        return;
    }
    let mut parent = None;
    let count = 1 + random.below(2);
    for _ in 0..count {
        let id = ids.next(random);
        let author = random.pick(&site.confluence_users).clone();
        let created = page.created + HOUR;
        let storage = format!("<p>{}</p>", random.pick(REMARKS));
        let versions = vec![Version {
            number: 1,
            author: author.clone(),
            created,
            storage,
            ..Version::default()
        }];
        site.page_comments.push(PageComment {
            id,
            page: page.id,
            parent,
            selection: None,
            author,
            created,
            versions,
        });
        parent = Some(id);
    }
}
