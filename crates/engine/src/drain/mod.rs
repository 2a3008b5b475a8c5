//! Drain and restore: out of everything for maintenance, then back exactly as it was.
//!
//! A drain: everything is read → planned and guarded → remembered in the instance's tags, and read back → into Standby, where
//! asked for → deregistered and verified. A restore: the tags are read → authorised again → out of Standby → registered and
//! verified → the tags are deleted. Each can be repeated at any point where it was cut off.

mod list;
mod memory;
mod out;
mod restore;
mod standby;

pub use list::DrainedMachine;
pub use out::Drain;
pub use restore::Restore;

use std::sync::Arc;

use elbm_core::{Goal, InstanceId, Place, Progress, Step};
use tokio::time::Instant;

use crate::engine::Engine;
use crate::error::Error;
use crate::everywhere::{Moved, Permits, Scan, Whereabouts};
use crate::leases::{Lease, LeaseName};
use crate::wait::Waiting;

/// A machine whose registrations were changed, before it is waited for.
struct Begun {
    scan: Scan,
    /// What is waited for.
    steps: Vec<Step>,
    changed: bool,
    warnings: Vec<String>,
}

/// A caller who may touch everything: what a change has to know of must not depend on who asks.
fn anybody() -> Permits {
    Arc::new(|_| true)
}

/// Whether the caller may change every load balancer that the steps touch.
fn check_permits(permits: &Permits, places: &[Place], steps: &[Step], own: &InstanceId) -> Result<(), Error> {
    let is_touched = |place: &&Place| steps.iter().any(|step| step.group.id == place.member.group.id);
    if places.iter().filter(is_touched).all(|place| permits(place.load_balancer_name())) {
        Ok(())
    } else {
        Err(Error::NotPermitted(own.clone()))
    }
}

/// A machine that is behind nothing is put into Standby, or forgotten, by who may change everything: no load balancer tells
/// whose it is.
fn check_permits_of_nothing(permits: &Permits, steps: &[Step], own: &InstanceId) -> Result<(), Error> {
    if steps.is_empty() && !permits(None) { Err(Error::NotPermitted(own.clone())) } else { Ok(()) }
}

impl Engine {
    /// The lease under which a machine is drained or restored.
    async fn alone_with(&self, instance: &InstanceId) -> Result<Lease, Error> {
        self.leases.take([LeaseName::Machine(instance.clone())].into()).await
    }

    /// The same engine, whose own calls are made as long as the lease is held.
    fn under(&self, lease: &Lease) -> Self {
        Self { aws: self.aws.with(lease.right()), ..self.clone() }
    }

    /// Waits until every registration of the steps has reached the goal, or will not, or the time is up.
    async fn settled_everywhere(&self, begun: Begun, goal: Goal, until: Instant, permits: &Permits) -> Whereabouts {
        let Begun { mut scan, steps, changed, warnings } = begun;
        let mut waiting = Waiting::default();
        for step in &steps {
            waiting.add(goal, &step.group, &step.keys);
        }
        let settled = self.wait(&mut waiting, &mut scan.seen.membership, until).await == Progress::Settled;
        let connections_may_remain =
            goal == Goal::Gone && settled && changed && self.connections_may_remain(&waiting, scan.everywhere()).await;
        let mut found = scan.whereabouts(permits, Some(Moved { changed, settled, connections_may_remain }));
        found.warnings.extend(warnings);
        found
    }
}
