//! Waiting for what happens in its own time.

use std::time::Duration;

/// Waits, for ten seconds at most, until `condition` holds.
pub async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    for _ in 0..500 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain until {what}");
}
