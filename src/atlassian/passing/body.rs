//! The bodies of answers: passed on part by part, or read whole where they must be judged first.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use hyper::body::Bytes;
use reqwest::Response;
use tokio::time::timeout;

use super::masking::Mask;
use super::rewriting::Rewriter;
use super::{BrokenOff, Parts};
use crate::atlassian::error::AtlassianError;
use crate::atlassian::request::{Answer, LARGEST_ANSWER, transport_error};

/// How long the next part of an answer may take.
const LONGEST_SILENCE: Duration = Duration::from_mins(1);

/// What every body goes through.
pub(super) struct Filter {
    mask: Mask,
    rewriter: Option<Rewriter>,
}

impl Filter {
    pub(super) fn new(mask: Mask, rewriter: Option<Rewriter>) -> Self {
        Self { mask, rewriter }
    }

    fn push(&mut self, part: &Bytes) -> Bytes {
        let masked = self.mask.push(part);
        match &mut self.rewriter {
            Some(rewriter) => rewriter.push(&masked),
            None => masked,
        }
    }

    fn finish(&mut self) -> Bytes {
        let masked = self.mask.finish();
        match &mut self.rewriter {
            Some(rewriter) => {
                let rest = rewriter.push(&masked);
                [rest, rewriter.finish()].concat().into()
            }
            None => masked,
        }
    }
}

/// The body part by part. One that breaks off ends with an error, so that nobody takes it for whole.
pub(super) fn streamed(response: Response, filter: Filter) -> Parts {
    let parts = stream::unfold(Some((response, filter)), |state| async {
        let (mut response, mut filter) = state?;
        loop {
            return match timeout(LONGEST_SILENCE, response.chunk()).await {
                Ok(Ok(Some(part))) => {
                    let passed = filter.push(&part);
                    if passed.is_empty() {
                        continue;
                    }
                    Some((Ok(passed), Some((response, filter))))
                }
                Ok(Ok(None)) => Some((Ok(filter.finish()), None)),
                Ok(Err(_)) | Err(_) => Some((Err(BrokenOff), None)),
            };
        }
    });
    parts
        .filter(|part| std::future::ready(!matches!(part, Ok(bytes) if bytes.is_empty())))
        .boxed()
}

/// The whole body, up to the cap, as it came.
pub(super) async fn whole(mut response: Response) -> Result<Answer, AtlassianError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(part) = response
        .chunk()
        .await
        .map_err(|error| transport_error(&error))?
    {
        if body.len() + part.len() > LARGEST_ANSWER {
            return Err(AtlassianError::AnswerTooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(Answer {
        status,
        headers,
        body,
    })
}
