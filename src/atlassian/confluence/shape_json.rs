//! Confluence's JSON, as far as lists show of it.

use serde::Deserialize;
use serde_json::Value;

use crate::atlassian::lenient;
use crate::model::time::Timestamp;

/// A hit of a search by CQL: content or a space.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct HitJson {
    #[serde(deserialize_with = "lenient::object")]
    pub(super) content: ContentJson,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) space: SpaceNameJson,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) title: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) url: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) entity_type: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) excerpt: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) result_global_container: ContainerJson,
    #[serde(deserialize_with = "lenient::time")]
    pub(super) last_modified: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ContentJson {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) title: Option<String>,
    #[serde(rename = "_links", deserialize_with = "lenient::object")]
    pub(super) links: LinksJson,
}

/// A space beside something that lies in it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SpaceNameJson {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) key: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ContainerJson {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) title: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) display_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct LinksJson {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) webui: Option<String>,
}

/// A space.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SpaceJson {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) key: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) name: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    #[serde(rename = "_links", deserialize_with = "lenient::object")]
    pub(super) links: LinksJson,
}

/// A page, a blog post or a comment, from either version of the API.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct SummaryJson {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) id: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub(super) kind: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) title: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) status: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) space_id: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) space: SpaceNameJson,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) parent_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) page_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) blog_post_id: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub(super) ancestors: Vec<Value>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) version: VersionJson,
    #[serde(deserialize_with = "lenient::time")]
    pub(super) created_at: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::object")]
    pub(super) history: HistoryJson,
    #[serde(rename = "_links", deserialize_with = "lenient::object")]
    pub(super) links: LinksJson,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct VersionJson {
    #[serde(deserialize_with = "lenient::integer")]
    pub(super) number: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct HistoryJson {
    #[serde(deserialize_with = "lenient::time")]
    pub(super) created_date: Option<Timestamp>,
}
