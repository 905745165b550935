//! A crowded site: many projects and pages beyond the seeded ones, for clients that must walk long lists.

use super::{Page, Project, Site, Space, Version, World};

/// Ids from here on belong to the crowd.
const FIRST_ID: u64 = 1_000_000_000;
const SPACE_KEY: &str = "CROWD";

impl World {
    /// Gives a site exactly so many projects and pages beyond the others; fewer than before take some
    /// away. `None` if there is no such site.
    pub(crate) fn crowd(&mut self, host: &str, projects: u64, pages: u64) -> Option<()> {
        let site = self
            .sites
            .iter_mut()
            .find(|site| site.host == host || site.host.split('.').next() == Some(host))?;
        crowd_projects(site, projects)?;
        crowd_pages(site, pages)
    }
}

fn crowd_projects(site: &mut Site, count: u64) -> Option<()> {
    site.projects.retain(|project| project.id < FIRST_ID);
    let template = site.projects.first()?.clone();
    let more = (1..=count).map(|number| Project {
        id: FIRST_ID + number,
        key: format!("C{number:05}"),
        releases: Vec::new(),
        name: format!("Crowd {number}"),
        readers: Vec::new(),
        writers: Vec::new(),
        last_number: 0,
        ..template.clone()
    });
    site.projects.extend(more.collect::<Vec<_>>());
    Some(())
}

fn crowd_pages(site: &mut Site, count: u64) -> Option<()> {
    site.pages.retain(|page| page.id < FIRST_ID);
    site.spaces.retain(|space| space.id < FIRST_ID);
    if count == 0 {
        return Some(());
    }
    let (space, page) = (site.spaces.first()?.clone(), site.pages.first()?.clone());
    let version = page.versions.first()?.clone();
    let home = FIRST_ID + 1;
    site.spaces.push(Space {
        id: FIRST_ID,
        key: SPACE_KEY.to_owned(),
        name: "Crowd".to_owned(),
        kind: "global".to_owned(),
        status: "current".to_owned(),
        home,
        readers: Vec::new(),
        writers: Vec::new(),
        ..space
    });
    let more = (1..=count).map(|number| {
        let title = format!("Crowd {number}");
        Page {
            id: FIRST_ID + number,
            space: FIRST_ID,
            kind: "page".to_owned(),
            parent: (number > 1).then_some(home),
            title: title.clone(),
            status: "current".to_owned(),
            labels: Vec::new(),
            attachments: Vec::new(),
            properties: Vec::new(),
            versions: vec![Version {
                title,
                ..version.clone()
            }],
            ..page.clone()
        }
    });
    site.pages.extend(more.collect::<Vec<_>>());
    Some(())
}
