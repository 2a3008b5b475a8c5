//! One change of a machine's memory at a time in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use elbm_core::InstanceId;
use tokio::sync::OwnedMutexGuard;

/// The machines that are being drained or restored. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Locks(Arc<Mutex<HashMap<InstanceId, Weak<tokio::sync::Mutex<()>>>>>);

impl Locks {
    /// Waits until nobody else changes this machine.
    pub(super) async fn lock(&self, instance: &InstanceId) -> OwnedMutexGuard<()> {
        let own = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, lock| lock.strong_count() > 0);
            let own = all.get(instance).and_then(Weak::upgrade).unwrap_or_default();
            all.insert(instance.clone(), Arc::downgrade(&own));
            own
        };
        own.lock_owned().await
    }
}
