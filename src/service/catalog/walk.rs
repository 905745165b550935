//! One run: page after page into the store, then the removal of what is no longer there.

use std::time::Duration;

use super::Catalog;
use super::runs::Progress;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::{CursorTrail, SiteClient};
use crate::model::connection::Connected;
use crate::model::grant::AuthMethod;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::secret::jitter;
use crate::model::sync::{ListPage, SyncRun};
use crate::service::error::ServiceError;
use crate::store::sync_runs::TakenRun;
use crate::work::urgency::Urgency;

/// Why a run ends that finds nothing to read.
const NOTHING: &str = "Jira shows no project to this account; nothing was removed";

/// What a run rests for while others may still call.
const LITTLE_LEFT: &str = "less than a fifth of Atlassian's quota is left, and people come first";

/// How a turn at a run ends.
enum RunOutcome {
    /// The whole list is stored.
    Complete,
    /// It cannot go on; the sentence says why.
    Failed(String),
    /// It rests for so long; the sentence says what for.
    Rest(Duration, String),
    /// This process stops.
    Stop,
    /// Another process holds the run.
    Lost,
}

/// The result of asking for the next page.
enum Next {
    Page(ListPage),
    /// Atlassian does not know the place any more where the walk stopped.
    Refused(ServiceError),
    /// The page did not come in time, and a smaller one may.
    TooSlow,
    /// Jira's word that there is nothing to see at all.
    Nothing,
    /// The connection leads to another site now.
    Elsewhere,
}

impl Catalog {
    /// Works on a run until it ends, rests or must stop.
    pub(super) async fn work_on(&self, taken: TakenRun) {
        let TakenRun { mut run, connected } = taken;
        let outcome = if let Some(connected) = connected {
            let (held, progress) = (run.clone(), Progress::begins());
            let walk = Box::pin(self.walk(&connected, &mut run, &progress));
            let walk = Urgency::Background.over(walk);
            let ended = self.holding(&held, &progress, walk).await;
            let outcome = self.settle(&run, ended).await;
            self.tell(&connected.grant.scope, run.product);
            outcome
        } else {
            let gone = Ok(RunOutcome::Failed(changed(run.product)));
            self.settle(&run, gone).await
        };
        if let Err(error) = outcome {
            // The lease runs out by itself, and somebody takes the run up again.
            tracing::warn!(run = %run.id, cause = %error.cause(), "a sync is left as it is for now");
        }
    }

    async fn settle(
        &self,
        run: &SyncRun,
        outcome: Result<RunOutcome, ServiceError>,
    ) -> Result<(), ServiceError> {
        // A row that cannot be read is none the next time either: the run ends.
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => map_failure(run.product, error)?,
        };
        match outcome {
            RunOutcome::Complete => {
                self.work.troubles.forget(&run.id);
                self.store.finish_sync(run, None).await?;
                self.work.meter.synced(run.product.as_str(), "succeeded");
                tracing::info!(run = %run.id, product = %run.product, fetched = run.fetched, "a sync has ended");
            }
            RunOutcome::Failed(sentence) => {
                self.work.troubles.forget(&run.id);
                self.store.finish_sync(run, Some(&sentence)).await?;
                self.work.meter.synced(run.product.as_str(), "failed");
                tracing::warn!(run = %run.id, product = %run.product, fetched = run.fetched, "a sync has failed");
            }
            RunOutcome::Rest(wait, reason) => {
                // Never shorter than Atlassian asked for (RFC 9110 §10.2.3).
                let spread = wait.mul_f64(1.0 + 0.2 * jitter());
                self.store.pause_sync(run, spread, Some(&reason)).await?;
            }
            RunOutcome::Stop => self.store.pause_sync(run, Duration::ZERO, None).await?,
            RunOutcome::Lost => self.work.troubles.forget(&run.id),
        }
        Ok(())
    }

    async fn walk(
        &self,
        connected: &Connected,
        run: &mut SyncRun,
        progress: &Progress,
    ) -> Result<RunOutcome, ServiceError> {
        let scope = &connected.grant.scope;
        let mut may_start_over = true;
        let mut trail = CursorTrail::from(run.walked_to.as_deref());
        while !run.is_walked {
            // A sync can wait, and people share the quota: the last fifth of it is theirs.
            if let Some(wait) = self.connections.quota_pause(connected) {
                return Ok(RunOutcome::Rest(wait, String::from(LITTLE_LEFT)));
            }
            // A page that is asked for is given up: the next holder asks for it again.
            let page = tokio::select! {
                biased;
                () = self.work.stop.cancelled() => return Ok(RunOutcome::Stop),
                page = self.next_page(scope, run, &mut trail) => page,
            };
            let saved = match page {
                Ok(Next::Page(page)) => self.store.save_sync_page(scope, run, &page).await?,
                // Cursors are opaque and may lapse while a run rests. Once is enough: a second
                // refusal is about something else.
                Ok(Next::Refused(_)) if may_start_over => {
                    may_start_over = false;
                    trail = CursorTrail::from(None);
                    tracing::info!(run = %run.id, "Atlassian refuses the place where a sync was; it starts over");
                    self.store.start_sync_over(scope, run).await?
                }
                Ok(Next::TooSlow) => continue,
                Ok(Next::Elsewhere) => return Ok(RunOutcome::Failed(changed(run.product))),
                Ok(Next::Nothing) => return Ok(RunOutcome::Failed(String::from(NOTHING))),
                Ok(Next::Refused(error)) | Err(error) => {
                    return self.after_failure(run, error);
                }
            };
            match saved {
                Some(saved) => {
                    progress.made();
                    self.work.troubles.went_on(&run.id);
                    *run = saved;
                }
                // The fence: the row has another holder or another connection than this turn began
                // with, and nothing was written.
                None => return self.taken_or_changed(scope, run).await,
            }
            self.tell(scope, run.product);
        }
        self.after_walk(connected, run, progress).await
    }

    /// What is not there any more is removed, and that is final. Without the certainty that every entry was
    /// seen, it waits for the next run.
    async fn after_walk(
        &self,
        connected: &Connected,
        run: &SyncRun,
        progress: &Progress,
    ) -> Result<RunOutcome, ServiceError> {
        let scope = &connected.grant.scope;
        if let Some(sentence) = unsure(run) {
            return Ok(RunOutcome::Failed(sentence));
        }
        if !has_seen_all(run) {
            tracing::info!(run = %run.id, "a list changed while it was read; nothing is removed this time");
            return Ok(RunOutcome::Complete);
        }
        // A revoked token gets 200 and an empty list from a site, where a revoked OAuth token gets
        // 401.
        if connected.grant.method == AuthMethod::ApiToken
            && let Err(error) = self.check_login(scope, run.product).await
        {
            return self.after_failure(run, error);
        }
        self.remove_unseen(scope, run, progress).await
    }

    /// A failure that passes does not end a run: it goes on later from where it is.
    fn after_failure(
        &self,
        run: &SyncRun,
        error: ServiceError,
    ) -> Result<RunOutcome, ServiceError> {
        if let Some(wait) = self.work.troubles.rest(&run.id, &error) {
            tracing::info!(run = %run.id, cause = %error.cause(), wait_s = wait.as_secs(), "a sync rests after a failure");
            return Ok(RunOutcome::Rest(wait, error.to_string()));
        }
        map_failure(run.product, error)
    }

    async fn next_page(
        &self,
        scope: &Scope,
        run: &SyncRun,
        trail: &mut CursorTrail,
    ) -> Result<Next, ServiceError> {
        let next = self
            .connections
            .site(scope, run.product, |site| page_at(site, run))
            .await?;
        if let Next::Page(page) = &next
            && let Some(cursor) = &page.next
            && !trail.leads_on(cursor)
        {
            // A list without end is never known whole, so nothing that it does not show may go.
            return Err(AtlassianError::Nonsense("a list that leads to itself").into());
        }
        Ok(next)
    }

    /// A site answers a revoked API token as it answers without a login, with what everybody may see: that
    /// is not the whole list.
    async fn check_login(&self, scope: &Scope, product: Product) -> Result<(), ServiceError> {
        self.connections
            .current_account(scope, product)
            .await
            .map(|_| ())
    }

    async fn remove_unseen(
        &self,
        scope: &Scope,
        run: &SyncRun,
        progress: &Progress,
    ) -> Result<RunOutcome, ServiceError> {
        loop {
            if self.work.stop.is_cancelled() {
                return Ok(RunOutcome::Stop);
            }
            match self.store.remove_unseen(scope, run).await? {
                Some(0) => return Ok(RunOutcome::Complete),
                Some(_) => {
                    progress.made();
                    self.tell(scope, run.product);
                }
                None => return self.taken_or_changed(scope, run).await,
            }
        }
    }

    /// Why nothing could be written: the run is another process's, or what it was started for changed.
    async fn taken_or_changed(
        &self,
        scope: &Scope,
        run: &SyncRun,
    ) -> Result<RunOutcome, ServiceError> {
        let current = self.store.sync_run(scope, run.product).await?;
        let is_ours =
            current.is_some_and(|current| current.id == run.id && current.fence == run.fence);
        Ok(if is_ours {
            RunOutcome::Failed(changed(run.product))
        } else {
            RunOutcome::Lost
        })
    }
}

/// The page where the run stands, if the connection still leads to the run's site.
async fn page_at(site: SiteClient<'_>, run: &SyncRun) -> Result<Next, AtlassianError> {
    if *site.cloud_id() != run.cloud_id {
        return Ok(Next::Elsewhere);
    }
    let cursor = run.walked_to.clone();
    let at_once = site.page_size();
    let there = site.clone();
    let page = match run.product {
        Product::Jira => site.jira().projects_from(cursor).await,
        Product::Confluence => site.confluence().pages_from(cursor).await,
    };
    match page {
        Err(error @ AtlassianError::BadRequest(_)) if run.walked_to.is_some() => {
            Ok(Next::Refused(error.into()))
        }
        // Where pages are long and many, 250 of them take longer than the gateway waits.
        Err(AtlassianError::Timeout | AtlassianError::Failed { status: 504, .. })
            if run.product == Product::Confluence && there.page_size() < at_once =>
        {
            Ok(Next::TooSlow)
        }
        Err(error) if run.product == Product::Jira && error.says_no_project() => Ok(Next::Nothing),
        page => page.map(Next::Page),
    }
}

/// Why a walk that came to its end says little about what is there: an entry that is only told oddly is not
/// gone, and a list that says it has entries and gives none is not empty.
fn unsure(run: &SyncRun) -> Option<String> {
    let (unread, fetched) = (run.unread, run.fetched);
    if unread > 0 {
        return Some(format!(
            "{unread} of {fetched} entries of the list could not be read; the others are stored, and nothing was removed"
        ));
    }
    let total = run.total.filter(|total| *total > 0 && fetched == 0)?;
    Some(format!(
        "{} says that there are {total} entries and gives none; nothing was removed",
        run.product.title()
    ))
}

/// Whether every entry was met. Where places are counted, one that goes away during the walk moves
/// another past it; an empty list is what a login sees that no longer counts.
fn has_seen_all(run: &SyncRun) -> bool {
    run.fetched > 0 && run.total.is_none_or(|total| total == run.fetched)
}

fn changed(product: Product) -> String {
    format!(
        "the connection to {} was changed or removed while its list was being read; nothing was removed here",
        product.title()
    )
}

/// What a failed call means for the run. The database's failures are no end: the run goes on later.
fn map_failure(product: Product, error: ServiceError) -> Result<RunOutcome, ServiceError> {
    match error {
        ServiceError::RateLimited(wait) | ServiceError::LimitReached { wait, .. } => {
            Ok(RunOutcome::Rest(wait, error.to_string()))
        }
        ServiceError::StoreUnavailable(_) => Err(error),
        ServiceError::NotConnected(_) | ServiceError::NeedsSite { .. } => {
            Ok(RunOutcome::Failed(changed(product)))
        }
        ServiceError::Internal(text) => {
            tracing::error!(%text, "a sync met an internal failure");
            Ok(RunOutcome::Failed(String::from(
                "this service failed; nothing was removed",
            )))
        }
        error => Ok(RunOutcome::Failed(format!("{error}; nothing was removed"))),
    }
}
