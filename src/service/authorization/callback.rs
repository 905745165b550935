//! The callback: one handler for every path, which finds its flow by the state.

use tracing::Instrument;

use super::Authorization;
use super::outcome::{FinishedLogin, LoginFailure};
use crate::atlassian::scrubbed;
use crate::model::flow::Flow;
use crate::model::grant::AuthMethod;
use crate::model::owner::Owner;
use crate::model::secret::sha256;
use crate::service::error::ServiceError;
use crate::store::flows::FoundFlow;
use crate::work::audit::{About, Happened};
use crate::work::deadline::Deadline;
use crate::work::request_notes::RequestNotes;

/// What Atlassian sent back with the browser.
#[derive(Debug, Default)]
pub(crate) struct CallbackRequest<'a> {
    /// The authorization code.
    pub code: Option<&'a str>,
    /// An OAuth error (RFC 6749 §4.1.2.1).
    pub error: Option<&'a str>,
    /// What Atlassian says of the error.
    pub error_description: Option<&'a str>,
}

/// Why a callback does not lead to a flow that can be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FlowProblem {
    /// No such flow.
    #[error("this login was not started here; start it again")]
    Unknown,
    /// The flow was used before, whatever came of it: the process may have died on the way.
    #[error("this login is over: it was finished already, declined or broken off; start a new one")]
    Used,
    /// The person took too long.
    #[error("this login took longer than ten minutes; start it again")]
    Expired,
}

impl Authorization {
    /// The hash under which a state is kept.
    pub(crate) fn state_hash(state: &str) -> String {
        sha256(state)
    }

    /// Finds the flow of a state hash and uses it up. Of all callbacks with one state, on all
    /// processes, one gets the flow: a state that works twice is none (RFC 6749 §10.12).
    ///
    /// # Errors
    /// When the store fails; why there is no flow to finish is the inner error.
    pub(crate) async fn take_flow(
        &self,
        state_hash: &str,
    ) -> Result<Result<Flow, FlowProblem>, ServiceError> {
        let flow = match self.store.flow(state_hash).await? {
            None => return Ok(Err(FlowProblem::Unknown)),
            Some(FoundFlow::Used) => return Ok(Err(FlowProblem::Used)),
            Some(FoundFlow::Expired) => return Ok(Err(FlowProblem::Expired)),
            Some(FoundFlow::Pending(flow)) => *flow,
        };
        let taken = self.store.consume_flow(&flow).await?;
        Ok(if taken {
            Ok(flow)
        } else {
            Err(FlowProblem::Used)
        })
    }

    /// What was asked for at the start of the flow of a state hash, however far it has come. It decides
    /// nothing but how a refusal is worded.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn asked_at_start(
        &self,
        state_hash: &str,
    ) -> Result<Option<Flow>, ServiceError> {
        Ok(self.store.asked_at_start(state_hash).await?)
    }

    /// Whether an answer that names its issuer (RFC 9207 §2) comes from Atlassian.
    pub(crate) fn is_issuer(&self, named: &str) -> bool {
        self.atlassian.endpoints().is_issuer(named)
    }

    /// Finishes a flow that was taken: exchanges the code, learns who it is and what they reach,
    /// and stores it all. The work goes on even if the browser goes away: a code works once (RFC 6749
    /// §4.1.2), and its answer holds the only refresh token.
    ///
    /// # Errors
    /// `BadRequest` when there is neither a code nor an error. Everything else is an outcome.
    pub(crate) async fn finish(
        &self,
        flow: Flow,
        request: &CallbackRequest<'_>,
    ) -> Result<FinishedLogin, ServiceError> {
        if let Some(error) = request.error {
            let failure = LoginFailure::told_by(error);
            let told = request.error_description.and_then(scrubbed);
            note_failed_login(&flow, failure);
            let result = Err(failure);
            return Ok(FinishedLogin { flow, result, told });
        }
        let Some(code) = request.code.filter(|code| !code.is_empty()) else {
            return Err(ServiceError::BadRequest(String::from(
                "Atlassian sent no authorization code; start the login again",
            )));
        };
        let end = self.under_way.begin(self.clock.now(), &flow, code);
        let (engine, code, task_flow) = (self.clone(), code.to_owned(), flow.clone());
        let task = async move {
            let result = engine.exchange(&task_flow, &code).await;
            let result = result.inspect_err(|failure| note_failed_login(&task_flow, *failure));
            end.send_replace(Some(result.clone()));
            result
        };
        let task = RequestNotes::carried(Deadline::carried(task)).in_current_span();
        let result = self.tasks.spawn(task).await;
        let result = result.unwrap_or(Err(LoginFailure::TemporarilyUnavailable));
        // Not reached where the browser went away meanwhile: then it may come for the end once more.
        self.under_way.told(&flow.state_hash);
        Ok(FinishedLogin {
            flow,
            result,
            told: None,
        })
    }

    /// The end of a login that another request of the same browser is finishing, or has finished when nobody was
    /// there any more to hear of it; none for a login that is over.
    pub(crate) async fn end_of(
        &self,
        state_hash: &str,
        request: &CallbackRequest<'_>,
    ) -> Option<FinishedLogin> {
        self.under_way.end_of(state_hash, request.code?).await
    }
}

fn note_failed_login(flow: &Flow, failure: LoginFailure) {
    let about = About {
        principal: flow.owner.as_ref().map(Owner::as_str),
        provider: Some(flow.provider.as_str()),
        means: Some(AuthMethod::OAuth.as_str()),
        reason: Some(failure.as_str()),
        ..About::default()
    };
    about.note(Happened::LoginFailed);
}
