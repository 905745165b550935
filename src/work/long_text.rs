//! Work on texts so long that other requests would wait for it.

use serde_json::Value;
use tokio::runtime::{Handle, RuntimeFlavor};

/// From so many bytes on a text is long: reading or writing it takes longer than handing this thread's other
/// tasks to another one.
const LONG: usize = 16 * 1024;

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
    let mut room = LONG;
    take_room(document, &mut room);
    on_text(LONG - room, work)
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
    async fn a_runtime_of_one_thread_does_it_where_it_is() {
        assert_eq!(on_text(LONG, || 7), 7);
    }
}
