//! Leases: only one replica at a time takes targets out of a group, and drains or restores a machine.
//!
//! One replica alone needs no more than its own memory. Several take turns by the records of a `DynamoDB` table; a turn is held
//! until AWS has shown the effect, and all changes of a replica that come meanwhile share it.

mod in_process;
mod shared;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use elbm_core::{GroupId, InstanceId, TargetKey};
use futures_util::future::{BoxFuture, join_all};
use tokio::sync::OwnedMutexGuard;

use crate::aws::Right;
use crate::error::Error;
pub(crate) use in_process::InProcess;
pub use shared::LeaseSettings;
pub(crate) use shared::Shared;
use turn::Place;

/// What one replica does at a time. The order is that in which leases are taken, so that no two wait for each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LeaseName {
    /// Draining and restoring a machine; one change at a time, in a replica too.
    Machine(InstanceId),
    /// Taking targets out of a group; the changes of a replica share it.
    Group(GroupId),
}

impl fmt::Display for LeaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine(instance) => write!(f, "machine {instance}"),
            Self::Group(GroupId::Arn(arn)) => write!(f, "group {arn}"),
            Self::Group(GroupId::Classic(name)) => write!(f, "classic {name}"),
        }
    }
}

/// Who gives leases.
pub(crate) trait Leases: fmt::Debug + Send + Sync {
    /// Takes all of these, in their order, or none.
    fn take(&self, names: BTreeSet<LeaseName>) -> BoxFuture<'_, Result<Lease, Error>>;

    /// Whether it can give any, as far as is known without taking one.
    fn probe(&self) -> BoxFuture<'_, Result<(), Error>>;
}

/// Leases that are held until this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Lease {
    /// Held, not looked at.
    _alone: Vec<OwnedMutexGuard<()>>,
    places: BTreeMap<LeaseName, Place>,
}

impl Lease {
    /// Whether other replicas had it before: what was read before it was taken may be over.
    pub(crate) fn is_shared(&self) -> bool {
        !self.places.is_empty()
    }

    /// What other replicas have taken out of a group so recently that reads may not show it.
    pub(crate) fn of_others(&self, group: &GroupId) -> BTreeSet<TargetKey> {
        let place = self.places.get(&LeaseName::Group(group.clone()));
        place.map(|place| place.of_others.clone()).unwrap_or_default()
    }

    /// Notes in the leases what is about to be taken out of each group.
    ///
    /// # Errors
    /// [`Error::Aws`], also where a lease was lost.
    pub(crate) async fn note(&self, leaving: BTreeMap<GroupId, Vec<TargetKey>>) -> Result<(), Error> {
        let each = leaving.into_iter().filter_map(|(group, keys)| {
            let place = self.places.get(&LeaseName::Group(group))?;
            Some(place.note(keys))
        });
        join_all(each).await.into_iter().collect()
    }

    /// A target that was noted was not taken out.
    pub(crate) fn take_back(&self, group: &GroupId, key: &TargetKey) {
        if let Some(place) = self.places.get(&LeaseName::Group(group.clone())) {
            place.take_back(key.clone());
        }
    }

    /// The right to write that it gives.
    pub(crate) fn right(&self) -> Right {
        self.places.values().fold(Right::default(), |right, place| right.and(&place.right))
    }
}
