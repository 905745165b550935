//! Files in a result: a picture for a model to look at, another file as a resource. Within the JSON they would be a text that no
//! model can read and that costs it its context.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::Url;

use crate::model::media_type;
use crate::model::toolset::Toolset;
use crate::service::tools::Tool;

/// What a tool calls the content of a file that is no text.
const CONTENT: &str = "content_base64";
/// In its place: which block of the result's content holds the file, counted from 0.
const BLOCK: &str = "content_block";
/// As much of a file in base 64 as tells what it is.
const BEGINNING: usize = 24;

/// Whether a tool gives files. Elsewhere a member of that name is somebody's own.
pub(super) fn are_given_by(tool: &Tool) -> bool {
    let toolset = tool.facts.toolset;
    let has_files = [Toolset::JIRA_ATTACHMENTS, Toolset::CONFLUENCE_ATTACHMENTS];
    tool.read_only && has_files.iter().any(|has| has.name == toolset.name)
}

/// Takes the files out of a result, as blocks for its content in their order. The first block of a content is the result itself.
pub(super) fn taken_out(result: &mut Value) -> Vec<Value> {
    let mut blocks = Vec::new();
    let mut take = |file: &mut Value| {
        let content = file.as_object_mut().and_then(|file| file.remove(CONTENT));
        if let Some(Value::String(content)) = content {
            blocks.push(block(file, &content));
            file[BLOCK] = Value::from(blocks.len());
        }
    };
    match result.get_mut("items").and_then(Value::as_array_mut) {
        Some(files) => files.iter_mut().for_each(take),
        None => take(result),
    }
    blocks
}

fn block(file: &Value, content: &str) -> Value {
    if let Some(kind) = picture(content) {
        return json!({ "type": "image", "data": content, "mimeType": kind });
    }
    let kind = file.get("media_type").and_then(Value::as_str);
    json!({ "type": "resource", "resource": {
        "uri": address(file), "mimeType": kind.unwrap_or(media_type::UNKNOWN), "blob": content } })
}

/// Which picture it is. What it is called does not count: models' APIs refuse a whole conversation for one that is none.
fn picture(content: &str) -> Option<&'static str> {
    let beginning = content.get(..BEGINNING)?;
    let bytes = STANDARD.decode(beginning).ok()?;
    media_type::of_picture(&bytes)
}

/// A name for it among other resources; it leads nowhere.
fn address(file: &Value) -> String {
    let [id, name] = ["id", "filename"].map(|member| file.get(member).and_then(Value::as_str));
    let mut address = Url::parse("attachment:///").ok();
    if let Some(mut path) = address
        .as_mut()
        .and_then(|url| url.path_segments_mut().ok())
    {
        path.extend([id.unwrap_or_default(), name.unwrap_or_default()]);
    }
    address.map_or_else(String::new, String::from)
}
