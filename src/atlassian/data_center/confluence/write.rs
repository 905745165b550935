//! Making and changing pages and comments. The bodies come in the form of Cloud's v2.

use atlassian_document::edited_storage_for_data_center;
use reqwest::Method;
use serde_json::{Value, json};

use super::{COMMENT, WHOLE};
use crate::atlassian::access::Api;
use crate::atlassian::data_center::DataCenterConfluence;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::json::text;
use crate::atlassian::request::Call;
use crate::model::content::{ContentId, ContentKind};

impl DataCenterConfluence<'_> {
    /// Makes a page. Never sent twice.
    pub(in crate::atlassian) async fn create(&self, body: &Value) -> Result<Value, AtlassianError> {
        let mut content = content(body, ContentKind::Page, None);
        if let Some(id) = text(body, "/spaceId") {
            let key = self.space_key(&id).await?;
            content["space"] = json!({ "key": key });
        }
        self.write("page create", Method::POST, &["content"], content, WHOLE)
            .await
    }

    /// Replaces a page or a blog post, which is `known` as it was read before.
    pub(in crate::atlassian) async fn update(
        &self,
        kind: ContentKind,
        id: &ContentId,
        body: &Value,
        known: Option<&Value>,
    ) -> Result<Value, AtlassianError> {
        let path = ["content", id.as_str()];
        let content = content(body, kind, known);
        self.write("page update", Method::PUT, &path, content, WHOLE)
            .await
    }

    /// Moves a page to the trash.
    pub(in crate::atlassian) async fn delete(&self, id: &ContentId) -> Result<(), AtlassianError> {
        let path = ["content", id.as_str()];
        let call = Call::write(
            "page delete",
            Api::ConfluenceV1,
            Method::DELETE,
            &path,
            None,
        );
        self.site.perform(call).await
    }

    /// Writes a comment below a page. Never sent twice.
    pub(in crate::atlassian) async fn add_comment(
        &self,
        page_id: &ContentId,
        body: &Value,
    ) -> Result<Value, AtlassianError> {
        // What was refused has not been written.
        let refusal = match self.comment_on(ContentKind::Page, page_id, body).await {
            Err(refusal @ (AtlassianError::BadRequest(_) | AtlassianError::NotFound(_))) => refusal,
            outcome => return outcome,
        };
        let holder = self.page(page_id).await?;
        match holder.get("type").and_then(Value::as_str) {
            Some("blogpost") => self.comment_on(ContentKind::BlogPost, page_id, body).await,
            _ => Err(refusal),
        }
    }

    async fn comment_on(
        &self,
        kind: ContentKind,
        id: &ContentId,
        body: &Value,
    ) -> Result<Value, AtlassianError> {
        let container = json!({ "id": id.as_str(), "type": kind.as_str() });
        let content =
            json!({ "type": "comment", "container": container, "body": nested(body, None) });
        let path = ["content"];
        self.write("comment create", Method::POST, &path, content, COMMENT)
            .await
    }

    /// Writes a reply to a comment, which lies on the page of that. Never sent twice.
    pub(in crate::atlassian) async fn reply(
        &self,
        comment_id: &ContentId,
        body: &Value,
    ) -> Result<Value, AtlassianError> {
        let path = ["content", comment_id.as_str()];
        let query = [("expand", String::from("container"))];
        let call = Call::get("comment", Api::ConfluenceV1, &path, &query);
        let answered: Value = self.site.fetch(call).await?;
        let holder = |name: &str| text(&answered, &format!("/container/{name}"));
        let (Some(id), Some(kind)) = (holder("id"), holder("type")) else {
            return Err(AtlassianError::Nonsense("a comment that lies nowhere"));
        };
        let content = json!({
            "type": "comment", "container": { "id": id, "type": kind },
            "ancestors": [{ "id": comment_id.as_str() }], "body": nested(body, None),
        });
        let path = ["content"];
        self.write("comment create", Method::POST, &path, content, COMMENT)
            .await
    }

    async fn write(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
        content: Value,
        expand: &str,
    ) -> Result<Value, AtlassianError> {
        let query = [("expand", expand.to_owned())];
        let call = Call {
            query: &query,
            ..Call::write(operation, Api::ConfluenceV1, method, path, Some(content))
        };
        self.site.fetch(call).await
    }
}

/// A page or a blog post in v1's form, as it is to replace one that is `known`.
fn content(body: &Value, kind: ContentKind, known: Option<&Value>) -> Value {
    let mut content = json!({ "type": kind.as_str() });
    for name in ["id", "title", "status", "version"] {
        if let Some(value) = body.get(name) {
            content[name] = value.clone();
        }
    }
    if let Some(body) = body.get("body") {
        content["body"] = nested(body, known);
    }
    if let Some(parent) = text(body, "/parentId") {
        content["ancestors"] = json!([{ "id": parent }]);
    }
    content
}

/// A text under the name of its representation.
fn nested(body: &Value, known: Option<&Value>) -> Value {
    match body.get("representation").and_then(Value::as_str) {
        Some("storage") => {
            let mut body = body.clone();
            if let Some(value) = body.get("value").and_then(Value::as_str) {
                let stored = known.and_then(|page| page.pointer("/body/storage/value"));
                let stored = stored.and_then(Value::as_str).unwrap_or_default();
                body["value"] = Value::from(edited_storage_for_data_center(value, stored));
            }
            json!({ "storage": body })
        }
        Some(representation) => json!({ representation: body }),
        None => body.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_v2_becomes_content_of_v1() {
        let v2 = json!({"id": "7", "status": "current", "title": "T", "spaceId": "3", "parentId": "5",
            "body": {"representation": "storage", "value": "<p>x</p>"}, "version": {"number": 4}});
        assert_eq!(
            content(&v2, ContentKind::Page, None),
            json!({"type": "page", "id": "7", "status": "current", "title": "T", "version": {"number": 4},
                "body": {"storage": {"representation": "storage", "value": "<p>x</p>"}}, "ancestors": [{"id": "5"}]})
        );
        let person =
            json!({"representation": "storage", "value": "<ri:user ri:account-id=\"mia\"/>"});
        let known = "<ri:user ri:username=\"mia\"/>";
        assert_eq!(super::nested(&person, None)["storage"]["value"], known);
        let code = |language: &str| {
            format!(
                "<ac:structured-macro ac:name=\"code\" ac:macro-id=\"1\"><ac:parameter ac:name=\"language\">{language}</ac:parameter></ac:structured-macro>"
            )
        };
        let stored = json!({"body": {"storage": {"value": code("py")}}});
        let edited = json!({"representation": "storage", "value": code("typescript")});
        assert_eq!(
            super::nested(&edited, Some(&stored))["storage"]["value"],
            code("js")
        );
        let nested = json!({"storage": {"representation": "storage", "value": ""}});
        assert_eq!(super::nested(&nested, None), nested);
    }
}
