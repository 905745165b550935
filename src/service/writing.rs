//! What became of a write that failed: whether it is certain that nothing was written, or nobody knows.

use super::error::ServiceError;
use crate::atlassian::effects::Effects;

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It may have been done: it was sent, and no answer came that says otherwise.
    Unknown,
    /// It was certainly not done.
    NotDone,
}

impl Outcome {
    /// Its name in `details.outcome`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotDone => "not_done",
        }
    }

    /// What a person is told.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Unknown => {
                "nobody knows whether this was carried out: look before you send it again"
            }
            Self::NotDone => "nothing was written",
        }
    }
}

/// Does what writes at Atlassian. Where it fails although nothing was wrong with it, the failure says what became of it.
///
/// # Errors
/// Those of `work`, some within [`ServiceError::Unwritten`].
pub(crate) async fn writing<T>(
    work: impl Future<Output = Result<T, ServiceError>>,
) -> Result<T, ServiceError> {
    let effects = Effects::default();
    let failure = match effects.watch(work).await {
        Ok(done) => return Ok(done),
        // It is told already, by the part of the work that it is about.
        Err(failure @ ServiceError::Unwritten { .. }) => return Err(failure),
        Err(failure) => failure,
    };
    let outcome = if effects.may_have_happened() {
        Outcome::Unknown
    } else if is_of_the_way(&failure) {
        Outcome::NotDone
    } else {
        return Err(failure);
    };
    Err(ServiceError::Unwritten {
        failure: Box::new(failure),
        outcome,
    })
}

/// Does what may write, and gives what became of the write if it failed; nothing where none was tried.
pub(crate) async fn watched<T>(work: impl Future<Output = T>) -> (T, Option<Outcome>) {
    let effects = Effects::default();
    let done = effects.watch(work).await;
    let outcome = effects
        .were_tried()
        .then_some(if effects.may_have_happened() {
            Outcome::Unknown
        } else {
            Outcome::NotDone
        });
    (done, outcome)
}

/// Whether a failure leaves open by itself what became of the work.
fn is_of_the_way(failure: &ServiceError) -> bool {
    matches!(
        failure,
        ServiceError::VendorDown { .. }
            | ServiceError::VendorTimeout
            | ServiceError::VendorFailed(_)
            | ServiceError::StoreUnavailable(_)
    )
}
