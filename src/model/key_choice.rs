//! Which key of a ring is in use: everybody who shares the choice sees a change at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The place of the chosen key in its ring; the first, to begin with.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyChoice(Arc<Mutex<Arc<usize>>>);

impl KeyChoice {
    /// What is chosen now. Whoever keeps it shows that the key is still at work.
    pub(crate) fn current(&self) -> Arc<usize> {
        self.chosen().clone()
    }

    /// Chooses another one; gives what was chosen before.
    pub(crate) fn change(&self, index: usize) -> Arc<usize> {
        std::mem::replace(&mut *self.chosen(), Arc::new(index))
    }

    fn chosen(&self) -> MutexGuard<'_, Arc<usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
