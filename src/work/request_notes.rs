//! What is noted of a request while it is worked on, for the lines that the log has of it. Nothing of it is a
//! secret, or text that a person wrote.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

tokio::task_local! {
    static OF_THIS_REQUEST: RequestNotes;
}

/// The outcome of a call that Atlassian answered well.
pub(crate) const OK: &str = "ok";

/// What is said of a call that is still under way.
const UNANSWERED: &str = "unanswered";

/// A call to Atlassian, in the words of the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotedCall {
    /// Whose API it was.
    pub product: &'static str,
    /// Our name for it.
    pub operation: &'static str,
    /// How it ended.
    pub outcome: &'static str,
    /// How often it was tried.
    pub tries: u32,
}

/// A failure that was told within an answer whose status says nothing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotedFailure {
    /// The status that it has where it is an answer of its own.
    pub status: u16,
    /// Its code.
    pub code: &'static str,
    /// Why, for the log.
    pub cause: Option<String>,
}

/// What is known so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Noted {
    /// Where the request comes from.
    pub address: Option<IpAddr>,
    /// The owner that the caller acts as.
    pub principal: Option<String>,
    /// The id of the caller's API key.
    pub key: Option<String>,
    /// The namespace, where it is not the usual one.
    pub tenant: Option<String>,
    /// The call that failed last, else the last one.
    pub call: Option<NotedCall>,
    /// The call that is waited for.
    pub under_way: Option<NotedCall>,
    /// What went wrong on our side.
    pub cause: Option<String>,
    /// The tool that was run last.
    pub tool: Option<&'static str>,
    /// The failure that was told last within an answer.
    pub failure: Option<NotedFailure>,
}

/// The notes of one request; clones write on the same sheet.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestNotes(Arc<Mutex<Noted>>);

impl RequestNotes {
    /// Notes of a request that comes from `address`.
    pub(crate) fn of_client(address: IpAddr) -> Self {
        let notes = Self::default();
        notes.lock().address = Some(address);
        notes
    }

    /// Does `work`, and takes notes of it here.
    pub(crate) async fn over<F: Future>(&self, work: F) -> F::Output {
        OF_THIS_REQUEST.scope(self.clone(), work).await
    }

    /// `work`, to be handed to another task that takes notes where this one does.
    pub(crate) fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
        let notes = OF_THIS_REQUEST.try_with(Clone::clone).ok();
        async move {
            match notes {
                Some(notes) => notes.over(work).await,
                None => work.await,
            }
        }
    }

    /// What is known so far.
    pub(crate) fn so_far(&self) -> Noted {
        self.lock().clone()
    }

    /// Tells what is known so far, as it stands here.
    pub(crate) fn tell<T>(&self, to: impl FnOnce(&Noted) -> T) -> T {
        to(&self.lock())
    }

    /// What is known so far of the request that this work belongs to.
    pub(crate) fn of_this_work() -> Noted {
        OF_THIS_REQUEST.try_with(Self::so_far).unwrap_or_default()
    }

    /// Notes whom the caller acts as, and the id of their key if they have one.
    pub(crate) fn note_caller(principal: &str, key: Option<&str>) {
        with(|noted| {
            noted.principal = Some(principal.to_owned());
            noted.key = key.map(str::to_owned);
        });
    }

    /// Notes the namespace in which the caller works, where it is not the usual one.
    pub(crate) fn note_tenant(tenant: &str) {
        with(|noted| noted.tenant = Some(tenant.to_owned()));
    }

    /// That namespace.
    pub(crate) fn tenant() -> Option<String> {
        OF_THIS_REQUEST
            .try_with(|notes| notes.lock().tenant.clone())
            .ok()
            .flatten()
    }

    /// Notes that a call to Atlassian begins.
    pub(crate) fn note_call_begun(product: &'static str, operation: &'static str) {
        with(|noted| {
            noted.under_way = Some(NotedCall {
                product,
                operation,
                outcome: UNANSWERED,
                tries: tries_before(noted.call.as_ref(), product, operation) + 1,
            });
        });
    }

    /// Notes how a call to Atlassian ended. One that failed is not covered by another that went well.
    pub(crate) fn note_call(product: &'static str, operation: &'static str, outcome: &'static str) {
        with(|noted| {
            noted.under_way = None;
            let before = noted.call.take();
            let same = |call: &NotedCall| call.product == product && call.operation == operation;
            noted.call = match before {
                Some(before) if before.outcome != OK && !same(&before) && outcome == OK => {
                    Some(before)
                }
                before => Some(NotedCall {
                    product,
                    operation,
                    outcome,
                    tries: tries_before(before.as_ref(), product, operation) + 1,
                }),
            };
        });
    }

    /// Notes what went wrong on our side; `false` where no request waits for it, so that somebody else must
    /// tell the log.
    pub(crate) fn note_cause(cause: &str) -> bool {
        with(|noted| noted.cause = Some(cause.to_owned())).is_some()
    }

    /// Notes that a tool is run.
    pub(crate) fn note_tool(name: &'static str) {
        with(|noted| noted.tool = Some(name));
    }

    /// Notes a failure that is told within an answer.
    pub(crate) fn note_failure(failure: NotedFailure) {
        with(|noted| noted.failure = Some(failure));
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often the same call failed already.
fn tries_before(call: Option<&NotedCall>, product: &str, operation: &str) -> u32 {
    call.filter(|call| call.product == product && call.operation == operation)
        .filter(|call| call.outcome != OK)
        .map_or(0, |call| call.tries)
}

fn with<T>(note: impl FnOnce(&mut Noted) -> T) -> Option<T> {
    OF_THIS_REQUEST
        .try_with(|notes| note(&mut notes.lock()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn call_after(calls: &[(&'static str, &'static str)]) -> NotedCall {
        let notes = RequestNotes::default();
        notes
            .over(async {
                for (operation, outcome) in calls {
                    RequestNotes::note_call("jira", operation, outcome);
                }
            })
            .await;
        notes.so_far().call.unwrap()
    }

    #[tokio::test]
    async fn the_call_that_failed_is_told_with_its_tries() {
        let call = call_after(&[
            ("a", OK),
            ("b", "failed"),
            ("b", "failed"),
            ("b", "timeout"),
        ])
        .await;
        assert_eq!(
            (call.operation, call.outcome, call.tries),
            ("b", "timeout", 3)
        );
        let call = call_after(&[("b", "failed"), ("c", OK)]).await;
        assert_eq!((call.operation, call.tries), ("b", 1));
        let call = call_after(&[("b", "failed"), ("b", OK), ("c", OK)]).await;
        assert_eq!((call.operation, call.outcome, call.tries), ("c", OK, 1));
        let call = call_after(&[("b", OK), ("b", "failed")]).await;
        assert_eq!(call.tries, 1, "another page of the list");
    }

    #[tokio::test]
    async fn another_task_writes_on_the_sheet_it_was_given() {
        let notes = RequestNotes::default();
        notes
            .over(async {
                let carried = RequestNotes::carried(async { RequestNotes::note_cause("why") });
                assert!(tokio::spawn(carried).await.unwrap());
                assert!(
                    !tokio::spawn(async { RequestNotes::note_cause("x") })
                        .await
                        .unwrap()
                );
            })
            .await;
        assert_eq!(notes.so_far().cause.as_deref(), Some("why"));
        assert!(!RequestNotes::note_cause("nobody waits"));
    }
}
