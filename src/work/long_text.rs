//! Work on texts so long that other requests would wait for it.

use std::num::NonZero;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;

use super::deadline::{Deadline, TooLate};

/// From so many bytes on a text is long: reading or writing it takes longer than handing this thread's other
/// tasks to another one.
const LONG: usize = 16 * 1024;

/// From so many bytes on a text is huge: a few of them must not keep the merely long ones waiting.
const HUGE: usize = 256 * 1024;
/// How long an edit of a text may be worked out. Whoever waits for Atlassian besides has the rest of the
/// request's time.
const LONGEST_PLAN: Duration = Duration::from_secs(10);

/// How many long texts, and how many huge ones, are edited at the same time. One that was given up keeps its
/// place until it is done.
static LONG_EDITS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| places(2));
static HUGE_EDITS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| places(1));

fn places(for_each_core: usize) -> Arc<Semaphore> {
    let cores = available_parallelism().map_or(1, NonZero::get);
    Arc::new(Semaphore::new(cores * for_each_core))
}

/// What an edit of a long text did not come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unplanned {
    /// It takes longer than anybody waits.
    TakesTooLong,
    /// Others are at work on texts as long.
    Crowded,
}

/// Works out an edit of a text of `size` bytes; of a long one on a thread of its own, for as long as that may take.
///
/// # Errors
/// When it is not done in time. Nothing has come of it then.
pub(crate) async fn planned<T: Send + 'static>(
    size: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Unplanned> {
    if size < LONG {
        return Ok(work());
    }
    let places = if size < HUGE {
        &*LONG_EDITS
    } else {
        &*HUGE_EDITS
    };
    planned_among(places, LONGEST_PLAN, work).await
}

async fn planned_among<T: Send + 'static>(
    places: &Arc<Semaphore>,
    longest: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Unplanned> {
    let place = Deadline::within(longest / 2).keep(Arc::clone(places).acquire_owned());
    let Ok(Ok(place)) = place.await else {
        return Err(Unplanned::Crowded);
    };
    let work = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    match Deadline::within(longest).keep(work).await {
        Ok(Ok(done)) => Ok(done),
        // It panicked: that is told by what it was doing, like a panic anywhere in a request.
        Ok(Err(failed)) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Unplanned::TakesTooLong),
        },
        Err(TooLate) => Err(Unplanned::TakesTooLong),
    }
}

/// Does `work` on a text of `size` bytes. For a long one, what else this thread has to do goes on elsewhere.
pub(crate) fn on_text<T>(size: usize, work: impl FnOnce() -> T) -> T {
    let flavor = || Handle::try_current().map(|runtime| runtime.runtime_flavor());
    if size >= LONG && matches!(flavor(), Ok(RuntimeFlavor::MultiThread)) {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

/// The same for a text that stands in a document: its size counts as far as it matters.
pub(crate) fn on_document<T>(document: &Value, work: impl FnOnce() -> T) -> T {
    on_text(size_of(document, LONG), work)
}

/// How much text stands in a document, as far as it is below `most`.
pub(crate) fn size_of_document(document: &Value) -> usize {
    size_of(document, HUGE)
}

fn size_of(document: &Value, most: usize) -> usize {
    let mut room = most;
    take_room(document, &mut room);
    most - room
}

/// Takes from `room` what `value` holds, and stops when nothing is left.
fn take_room(value: &Value, room: &mut usize) {
    let own = match value {
        Value::String(text) => text.len(),
        _ => 1,
    };
    *room = room.saturating_sub(own);
    match value {
        Value::Array(entries) => fill(entries.iter(), room),
        Value::Object(object) => fill(object.values(), room),
        _ => {}
    }
}

fn fill<'a>(values: impl Iterator<Item = &'a Value>, room: &mut usize) {
    for value in values {
        if *room == 0 {
            return;
        }
        take_room(value, room);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    /// Whether another task of the same, only, worker is done while a text of this size is worked on.
    fn others_go_on(work: impl FnOnce(&dyn Fn() -> bool) -> bool + Send + 'static) -> bool {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        runtime.block_on(async {
            let done = Arc::new(AtomicBool::new(false));
            let (set, seen) = (Arc::clone(&done), done);
            tokio::spawn(async move {
                tokio::spawn(async move { set.store(true, Ordering::SeqCst) });
                work(&|| {
                    for _ in 0..200 {
                        if seen.load(Ordering::SeqCst) {
                            return true;
                        }
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    false
                })
            })
            .await
            .unwrap()
        })
    }

    #[test]
    fn while_a_long_text_is_worked_on_others_go_on() {
        assert!(others_go_on(|wait| on_text(LONG, wait)));
        let document = json!({"content": [{"text": "a".repeat(LONG)}]});
        assert!(others_go_on(move |wait| on_document(&document, wait)));
        assert!(!others_go_on(|wait| on_text(LONG - 1, wait)));
    }

    #[tokio::test]
    async fn an_edit_that_takes_too_long_is_given_up_and_keeps_its_place_until_it_is_done() {
        const SOON: Duration = Duration::from_millis(20);
        let places = Arc::new(Semaphore::new(1));
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let stuck = planned_among(&places, SOON, move || ended.recv());
        assert_eq!(stuck.await.map(|_| ()), Err(Unplanned::TakesTooLong));
        let next = planned_among(&places, SOON, || 7).await;
        assert_eq!(next, Err(Unplanned::Crowded), "its place is not free");
        // Texts of other lengths have places of their own, and short ones need none.
        assert_eq!(planned(LONG, || 7).await, Ok(7));
        assert_eq!(planned(HUGE, || 7).await, Ok(7));
        assert_eq!(planned(LONG - 1, || 7).await, Ok(7));
        drop(end);
        let later = planned_among(&places, Duration::from_secs(10), || 7).await;
        assert_eq!(later, Ok(7));
    }

    #[tokio::test]
    async fn an_edit_is_given_up_with_the_request_that_it_belongs_to() {
        let soon = Deadline::within(Duration::from_millis(20));
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let stuck = planned(LONG, move || ended.recv());
        let begun = std::time::Instant::now();
        let outcome = soon.over(stuck).await.map(|_| ());
        assert_eq!(outcome, Err(Unplanned::TakesTooLong));
        assert!(begun.elapsed() < LONGEST_PLAN / 2);
        drop(end);
    }

    #[tokio::test]
    async fn a_runtime_of_one_thread_does_it_where_it_is() {
        assert_eq!(on_text(LONG, || 7), 7);
    }
}
