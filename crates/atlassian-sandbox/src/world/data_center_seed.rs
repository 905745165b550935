//! The world of the Data Center host: the same people under their user names, texts in wiki markup.

use std::fmt::Write as _;

use serde_json::Value;

use super::words::{ProjectWords, SpaceWords};
use super::{World, accounts, confluence_seed, jira_seed, site};
use crate::clock::DAY;
use crate::random::SeededRandom;

const PROJECTS: &[ProjectWords] = &[
    ("MILL", "Steel Mill", "the rolling mill"),
    ("CRANE", "Cranes", "the crane controller"),
    ("YARD", "Scrap Yard", "the scrap yard"),
    ("SHIFT", "Shift Plan", "the shift plan"),
    ("GATE", "Gate House", "the gate register"),
    ("RAIL", "Rail Sidings", "the rail sidings"),
    ("LEG", "Contracts", "the contracts register"),
];

const SPACES: &[SpaceWords] = &[
    ("PLANT", "Plant", "How the plant is run", "global"),
    ("SAFE", "Safety", "Rules and drills", "global"),
    ("MAINT", "Maintenance", "Manuals and rounds", "global"),
];

impl World {
    /// The host as it is when nobody has touched it; dates lie before `now`.
    pub(crate) fn data_center(now: i64) -> Self {
        let mut accounts = accounts();
        for account in &mut accounts {
            account.id.clone_from(&account.short);
        }
        let names: Vec<String> = accounts.iter().map(|account| account.id.clone()).collect();
        let mut host = site("dc", "127.0.0.1", "Data Center");
        host.jira_users.clone_from(&names);
        host.confluence_users = names;
        let mut random = SeededRandom::new(20_261_126);
        let start = now - 400 * DAY;
        jira_seed::fill(&mut host, PROJECTS, 8, 30_000, start, now, &mut random);
        confluence_seed::fill(&mut host, SPACES, 393_216, start, now, &mut random);
        // There are no folders there.
        for folder in std::mem::take(&mut host.folders) {
            let inside = host.pages.iter_mut();
            for page in inside.filter(|page| page.parent == Some(folder.id)) {
                page.parent = Some(folder.parent);
                page.position = folder.position;
            }
        }
        for issue in &mut host.issues {
            issue.description = issue.description.take().map(|text| wiki_of(&text).into());
            for comment in &mut issue.comments {
                comment.body = wiki_of(&comment.body).into();
            }
        }
        Self {
            next_id: 900_000,
            accounts,
            sites: vec![host],
        }
    }
}

/// The few forms of document that the seeds use, in wiki markup.
fn wiki_of(document: &Value) -> String {
    let mut wiki = String::new();
    for block in children(document) {
        if !wiki.is_empty() {
            wiki.push_str("\n\n");
        }
        let text = || text_of(block);
        let _ = match block["type"].as_str().unwrap_or("") {
            "heading" => write!(wiki, "h{}. {}", block["attrs"]["level"], text()),
            "orderedList" => {
                let items: Vec<String> = children(block)
                    .iter()
                    .map(|item| format!("# {}", text_of(item)))
                    .collect();
                write!(wiki, "{}", items.join("\n"))
            }
            "codeBlock" => write!(wiki, "{{code:rust}}\n{}{{code}}", text()),
            "panel" => write!(wiki, "{{info}}\n{}\n{{info}}", text()),
            _ => write!(wiki, "{}", text()),
        };
    }
    wiki
}

fn children(node: &Value) -> &[Value] {
    node["content"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn text_of(node: &Value) -> String {
    let own = node["text"].as_str().unwrap_or("");
    let inner: String = children(node).iter().map(text_of).collect();
    if node["marks"][0]["type"] == "strong" {
        format!("*{own}*{inner}")
    } else {
        format!("{own}{inner}")
    }
}
