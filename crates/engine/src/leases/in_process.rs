//! The leases of a replica that is alone: it has them all.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use elbm_core::InstanceId;
use futures_util::future::{BoxFuture, FutureExt as _};
use tokio::sync::OwnedMutexGuard;

use super::{Lease, LeaseName, Leases};
use crate::error::Error;

/// One change at a time of what a machine remembers. What leaves a group is counted by [`Departures`](crate::departures).
#[derive(Debug, Default)]
pub(crate) struct InProcess(Mutex<HashMap<InstanceId, Weak<tokio::sync::Mutex<()>>>>);

impl Leases for InProcess {
    fn take(&self, names: BTreeSet<LeaseName>) -> BoxFuture<'_, Result<Lease, Error>> {
        async move {
            let mut alone = Vec::new();
            for name in names {
                if let LeaseName::Machine(instance) = name {
                    alone.push(self.lock(instance).await);
                }
            }
            Ok(Lease { _alone: alone, places: BTreeMap::new() })
        }
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), Error>> {
        ready(Ok(())).boxed()
    }
}

impl InProcess {
    /// Waits until nobody else changes this machine.
    async fn lock(&self, instance: InstanceId) -> OwnedMutexGuard<()> {
        let own = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, lock| lock.strong_count() > 0);
            let own = all.get(&instance).and_then(Weak::upgrade).unwrap_or_default();
            all.insert(instance, Arc::downgrade(&own));
            own
        };
        own.lock_owned().await
    }
}
