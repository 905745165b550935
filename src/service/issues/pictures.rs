//! Pictures that texts name by the names of files which are attached to the issue.

use std::collections::HashSet;

use atlassian_document::{pictures_by_name, with_files};

use super::Issues;
use crate::model::attachment::Attachment;
use crate::model::issue_key::IssueKey;
use crate::model::scope::Scope;
use crate::work::long_text::on_text;

impl Issues {
    /// Puts the attached files into texts that name them as pictures. A name of nothing that is attached stays words, and so
    /// do all where the files cannot be read.
    pub(super) async fn show_attached(
        &self,
        scope: &Scope,
        key: &IssueKey,
        mut texts: Vec<&mut String>,
    ) {
        let names = |text: &&mut String| on_text(text.len(), || pictures_by_name(text));
        let wanted: Vec<String> = texts.iter().flat_map(names).collect();
        if wanted.is_empty() {
            return;
        }
        let files = self.attached_pictures(scope, key, &wanted).await;
        for text in &mut texts {
            **text = on_text(text.len(), || with_files(text, &files).into_owned());
        }
    }

    /// The newest attached file of each name that is wanted.
    async fn attached_pictures(
        &self,
        scope: &Scope,
        key: &IssueKey,
        wanted: &[String],
    ) -> Vec<(String, Option<String>)> {
        let found = async {
            let listed = self
                .connections
                .jira(scope, |jira| jira.attachments(key))
                .await?;
            let mut files: Vec<Attachment> = listed.into_iter().map(|file| file.value).collect();
            let is_wanted = |name: &str| wanted.iter().any(|one| one.eq_ignore_ascii_case(name));
            files.retain(|file| is_wanted(&file.filename));
            files.sort_by_key(|file| std::cmp::Reverse(file.created));
            // Each is asked for where it leads, and a name may have been attached many times.
            let mut seen = HashSet::new();
            files.retain(|file| seen.insert(file.filename.clone()));
            let files = files.as_slice();
            self.connections
                .jira(scope, |jira| jira.pictures(files))
                .await
        };
        found.await.unwrap_or_else(|error| {
            tracing::info!(cause = %error.cause(), "the files of an issue could not be had for its texts");
            Vec::new()
        })
    }
}
