//! Several issues made by one call.

use reqwest::Method;
use serde_json::{Value, json};

use super::Jira;
use super::issue_fields::Known;
use super::shape::browse;
use crate::atlassian::access::Api;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::error_body::sentences;
use crate::atlassian::json::{entries, text};
use crate::atlassian::request::Call;
use crate::model::hit::{Batch, Created};
use crate::model::issue_draft::IssueDraft;

impl Jira<'_> {
    /// Makes issues, as many of them as Jira takes: what is wrong with one keeps no other back. Never sent twice.
    pub(crate) async fn create_many(
        self,
        drafts: &[(IssueDraft, Known)],
    ) -> Result<Batch, AtlassianError> {
        let mut bodies = Vec::new();
        for (draft, known) in drafts {
            bodies.push(self.body_of(draft, known)?);
        }
        let path = ["issue", "bulk"];
        let call = Call::write(
            "issues create",
            Api::Jira,
            Method::POST,
            &path,
            Some(json!({ "issueUpdates": bodies })),
        );
        let answer: Value = self.site.fetch(call).await?;
        if answer.get("issues").is_none() && answer.get("errors").is_none() {
            return Err(AtlassianError::Nonsense(
                "the answer does not say what was made",
            ));
        }
        let refused: Vec<(usize, String)> = entries(&answer, "/errors")
            .filter_map(|error| {
                let place = error.get("failedElementNumber")?.as_u64()?;
                let why = sentences(&error["elementErrors"]).join("; ");
                Some((usize::try_from(place).ok()?, why))
            })
            .collect();
        let is_refused = |place: &usize| refused.iter().any(|(one, _)| one == place);
        let base = self.base();
        // Those that were made come in their order, without their numbers.
        let places = (0..drafts.len()).filter(|place| !is_refused(place));
        let made = places
            .zip(entries(&answer, "/issues"))
            .filter_map(|(place, raw)| {
                self.site.note_written(text(raw, "/id").as_deref());
                let key = text(raw, "/key")?;
                let created = Created {
                    url: browse(&base, &key),
                    id: key,
                    title: drafts[place].0.summary().map(str::to_owned),
                    metadata: raw.clone(),
                };
                Some((place, created))
            })
            .collect();
        Ok(Batch { made, refused })
    }
}
