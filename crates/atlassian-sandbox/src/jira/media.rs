//! Files that documents show: a file whose last picture is edited out of them goes with it.

use serde_json::Value;

use crate::world::Issue;

/// Deletes the files of `after` that some text showed in `before` and none shows any more, as Jira does.
pub(crate) fn forget_unshown(before: &Issue, after: &mut Issue) {
    let (shown, still) = (shown(before), shown(after));
    after.attachments.retain(|attachment| {
        let id = attachment.media_id();
        still.contains(&id) || !shown.contains(&id)
    });
}

/// The media in an issue's texts.
fn shown(issue: &Issue) -> Vec<String> {
    let mut found = Vec::new();
    let texts = [issue.description.as_ref(), issue.environment.as_ref()];
    let comments = issue.comments.iter().map(|comment| &comment.body);
    let custom = issue.custom.values();
    for text in texts.into_iter().flatten().chain(comments).chain(custom) {
        collect(text, &mut found);
    }
    found
}

fn collect(node: &Value, found: &mut Vec<String>) {
    if matches!(node["type"].as_str(), Some("media" | "mediaInline")) {
        found.extend(node["attrs"]["id"].as_str().map(str::to_owned));
    }
    for child in node["content"].as_array().into_iter().flatten() {
        collect(child, found);
    }
}
