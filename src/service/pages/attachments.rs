//! Files attached to pages.

use super::Pages;
use crate::atlassian::download::Download;
use crate::model::attachment::{Attachment, FileDraft, FileFilter};
use crate::model::content::ContentId;
use crate::model::hit::Fetched;
use crate::model::page::{Page, PageRequest};
use crate::model::scope::Scope;
use crate::service::error::ServiceError;
use crate::service::writing::writing;

impl Pages {
    /// The files of a page or a blog post.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// page's id.
    pub(crate) async fn attachments(
        &self,
        scope: &Scope,
        id: &str,
        filter: &FileFilter,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Attachment>>, ServiceError> {
        let (this, id) = &self.located(scope, id).await?;
        let mut found = this
            .connections
            .confluence(scope, |confluence| confluence.attachments(id, filter, page))
            .await?;
        let authors = found.items.iter_mut();
        let authors = authors.filter_map(|file| file.value.author.as_mut());
        this.name_authors(scope, authors.collect()).await;
        Ok(found)
    }

    /// A file by its id, and what is in it.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no file's id.
    pub(crate) async fn attached(
        &self,
        scope: &Scope,
        id: &ContentId,
    ) -> Result<(Attachment, Download), ServiceError> {
        let (mut file, above) = self
            .connections
            .confluence(scope, |confluence| confluence.attachment(id))
            .await?;
        let (wanted, above) = (&file, above.as_str());
        let content = self
            .connections
            .confluence(scope, |confluence| confluence.attached(wanted, above))
            .await?;
        let author = file.author.iter_mut().collect();
        self.name_authors(scope, author).await;
        Ok((file, content))
    }

    /// Attaches a file to a page; one of the same name gets a new version.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// page's id.
    pub(crate) async fn attach(
        &self,
        scope: &Scope,
        id: &str,
        file: &FileDraft,
    ) -> Result<Fetched<Attachment>, ServiceError> {
        writing(async {
            let (this, id) = &self.located(scope, id).await?;
            let mut attached = this
                .connections
                .confluence(scope, |confluence| confluence.attach(id, file))
                .await?;
            let author = attached.value.author.iter_mut().collect();
            this.name_authors(scope, author).await;
            Ok(attached)
        })
        .await
    }
}
