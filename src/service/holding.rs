//! Work under a lease: the lease is renewed for as long as the work goes on.

use std::ops::ControlFlow;

use crate::model::lease::RENEW_EVERY;

/// Does `work`, and calls `renew` every five seconds meanwhile, until that breaks off. A renewal that fails
/// ends no work: what was sent cannot be taken back.
pub(super) async fn holding<T, R: Future<Output = ControlFlow<()>>>(
    work: impl Future<Output = T>,
    renew: impl Fn() -> R,
) -> T {
    let renewals = async {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            if renew().await.is_break() {
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        done = work => done,
        never = renewals => never,
    }
}
